"""How often one person is written to: MAX bears two calls a second to a dialogue, and refuses more with 429."""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from notify.channels.max.api import MaxConf

GAP_SECONDS: Final = 1.0
"""Half of what MAX bears: two processes that write to one person keep to it together."""
MOST_KEPT: Final = 200


class DialoguePace:
    """When each account was last written to by this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._written: dict[str, float] = {}

    def wait(self, account: str) -> float:
        """Return the seconds for which an account must be left alone; 0 or less: it may be written to."""
        return self._written.get(account, -GAP_SECONDS) + GAP_SECONDS - self._clock()

    def note(self, account: str) -> None:
        """Record that an account is written to now."""
        now = self._clock()
        if len(self._written) >= MOST_KEPT:
            self._written = {one: at for one, at in self._written.items() if at > now - GAP_SECONDS}
        self._written[account] = now


@lru_cache(maxsize=64)
def pace_of(conf: MaxConf) -> DialoguePace:  # noqa: ARG001 - the key
    """Return the pace of one bot, the same for all adapters of this process: a worker makes a new one each time."""
    return DialoguePace()
