"""The clock's memory of what it has started, which must not keep a future that never came."""

import logging
from datetime import timedelta
from typing import Any, Final

from celery.beat import PersistentScheduler

logger = logging.getLogger(__name__)

LEEWAY: Final = timedelta(seconds=2)


class SteadyScheduler(PersistentScheduler):
    """Begins anew where the time of this machine went back, as after an hour that was wrong.

    Celery would start nothing until the time that it remembers has come: no nudge, no letter, no seal.
    """

    def tick(self, *args: Any, **options: Any) -> Any:
        """Start what is due and return how long to sleep."""
        entries: list[Any] = list(self.schedule.values())
        if any(entry.last_run_at > entry.default_now() + LEEWAY for entry in entries):
            logger.error("the time of this machine went back: the clock begins anew")
            for entry in entries:
                entry.last_run_at = entry.default_now()
            self._heap = None
        return super().tick(*args, **options)
