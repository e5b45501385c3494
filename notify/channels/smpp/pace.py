"""How fast submit_sm leave: each has its moment, and a throttled session rests. Belongs to one event loop."""

import asyncio
import time

from notify.channels.deadline import Deadline


class Pace:
    """Moments for submit_sm, so many a second. 0: all at once."""

    def __init__(self, per_second: int) -> None:
        self._step = 1 / per_second if per_second else 0.0
        self._free = self._paused = 0.0

    def moments(self, count: int, deadline: Deadline) -> list[float]:
        """Take the next ``count`` moments together. Raises `TimeoutError` when they do not fit into the call."""
        now = time.monotonic()
        first = max(now, self._free)
        if first + self._step * (count - 1) - now >= deadline.left():
            raise TimeoutError("no moment left")
        self._free = first + self._step * count
        return [first + self._step * number for number in range(count)]

    def pause(self, seconds: float) -> None:
        """Let nothing leave for so long."""
        self._paused = max(self._paused, time.monotonic() + seconds)

    async def turn(self, moment: float, deadline: Deadline) -> None:
        """Wait for ``moment`` and the end of a pause. Raises `TimeoutError` when the call is over first."""
        while (wait := max(moment, self._paused) - time.monotonic()) > 0:
            if wait >= deadline.left():
                raise TimeoutError("the call is over")
            await asyncio.sleep(wait)
