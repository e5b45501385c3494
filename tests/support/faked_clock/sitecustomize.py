"""Loaded by every Python that `make test-clock` starts: sleep without the call that libfaketime spoils.

Since Python 3.11 `time.sleep` waits for a moment of the monotonic clock; libfaketime before 0.9.11, the one of
Debian 12, takes that moment for one of the faked clock and fails (wolfcw/libfaketime#426).
"""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex, /) -> None:
    select.select([], [], [], float(seconds))


time.sleep = _sleep
