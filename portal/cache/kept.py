"""Figures that cost much to count: one looker counts, the others see the last figure meanwhile."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar

from django.core.cache import cache

from consents.database.clock import database_now

Figure = TypeVar("Figure")

KEEP_TIMES: Final = 100
"""A figure is kept so much longer than its counting takes, so that counting takes a hundredth of the time at most."""
COUNTING_SECONDS: Final = 60
"""After that a looker who counts is taken for dead."""
LAST_SECONDS: Final = 86_400


def kept(key: str, count: Callable[[], Figure], *, seconds: int = 0) -> tuple[Figure, datetime]:
    """Return a figure and when it was counted; it is counted when it is older than ``seconds`` and `KEEP_TIMES`.

    Without ``seconds`` what is cheap is counted at each look.
    """
    found: tuple[Figure, datetime] | None = cache.get(key)
    if found is not None and (cache.get(f"{key}.fresh") or not cache.add(f"{key}.counting", 1, COUNTING_SECONDS)):
        return found
    begun = time.monotonic()
    found = (count(), database_now())
    cache.set(key, found, LAST_SECONDS)
    cache.set(f"{key}.fresh", 1, max(seconds, KEEP_TIMES * (time.monotonic() - begun)))
    cache.delete(f"{key}.counting")
    return found
