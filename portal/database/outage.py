"""A memory of outages, one for each server and process: while it does not answer, most are refused at once.

Without it each of a hundred requests would wait as long, and those that come after them for all of these.
"""

import threading
import time
from typing import Final

AGAIN_SECONDS: Final = 1.0
"""After a failure the server is left alone for so long."""
TRIAL_SECONDS: Final = 10.0
"""One caller at a time finds out whether the server is back; where it is never heard of again, the next one does."""


class Outage:
    """Whether a server has been found silent. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: float | None = None
        self._again_at = 0.0

    def is_open(self) -> bool:
        """Return whether the server was found silent a moment ago, or somebody else is just asking it."""
        return self._since is not None and time.monotonic() < self._again_at

    def may_try(self) -> bool:
        """Return whether the caller may ask the server; during an outage one at a time may, now and then."""
        with self._lock:
            if self.is_open():
                return False
            if self._since is not None:
                self._again_at = time.monotonic() + TRIAL_SECONDS
            return True

    def begun(self) -> None:
        """Note that the server did not answer."""
        with self._lock:
            now = time.monotonic()
            self._since, self._again_at = self._since or now, now + AGAIN_SECONDS

    def ended(self) -> None:
        """Note that the server answered."""
        self._since = None


_outages: dict[str, Outage] = {}


def outage_of(server: str) -> Outage:
    """Return the memory of this process about a server."""
    return _outages.setdefault(server, Outage())
