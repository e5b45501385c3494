"""How often one person is written to: MAX bears two calls a second to a dialogue, and refuses more with 429."""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from notify.channels.max.api import MaxConf

GAP_SECONDS: Final = 1.0
"""Half of what MAX bears: two processes that write to one person keep to it together."""
STEP_SECONDS: Final = 0.1
MOST_KEPT: Final = 200


class DialoguePace:
    """When each account may be written to by this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._turns: dict[str, tuple[float, int]] = {}

    def turn(self, account: str) -> float:
        """Take the turn of an account and return 0, or return the seconds until there is one.

        Who asks later waits a step longer, so that messages leave in the order in which they came.
        """
        now = self._clock()
        free, asked = self._turns.get(account, (now, 0))
        if free > now:
            self._turns[account] = (free, asked + 1)
            return free - now + asked * STEP_SECONDS
        if len(self._turns) >= MOST_KEPT:
            self._turns = {one: turn for one, turn in self._turns.items() if turn[0] > now}
        self._turns[account] = (now + GAP_SECONDS, 0)
        return 0.0


@lru_cache(maxsize=64)
def pace_of(conf: MaxConf) -> DialoguePace:  # noqa: ARG001 - the key
    """Return the pace of one bot, the same for all adapters of this process: a worker makes a new one each time."""
    return DialoguePace()
