"""A worker that gets no task although the clock nudges it connects to the broker anew.

A connection may look whole, with heartbeats, and bring no task any more: neither heartbeats nor TCP end that.
"""

import time
from typing import Any, Final

from celery import bootsteps
from celery.worker import state

from notify import queues

LOOK_SECONDS: Final = 5.0
QUIET_SECONDS: Final = dict.fromkeys((queues.TRANSACTIONAL, queues.SEND, queues.REPORTS), 15.0)
"""These are nudged every few seconds; the others by their heartbeat, every half minute."""
QUIET_SECONDS_OF_OTHERS: Final = 75.0


class Listening(bootsteps.StartStopStep):
    """Looks from time to time whether tasks come. A worker that is busy is left alone."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **_options: Any) -> None:
        super().__init__(consumer)
        self._known, self._since = -1, time.monotonic()

    def register_with_event_loop(self, consumer: Any, hub: Any) -> None:
        """Begin to look, on each connection anew."""
        self._since = time.monotonic()
        patience = min(
            QUIET_SECONDS.get(queue, QUIET_SECONDS_OF_OTHERS) for queue in consumer.app.amqp.queues.consume_from
        )
        hub.call_repeatedly(LOOK_SECONDS, self._look, patience)

    def _look(self, patience: float) -> None:
        """Raise `ConnectionResetError`, which makes Celery connect anew, when nothing has come for too long."""
        taken = sum(state.total_count.values())
        if taken != self._known or state.active_requests:
            self._known, self._since = taken, time.monotonic()
        elif time.monotonic() - self._since > patience:
            self._since = time.monotonic()
            message = "no nudge of the clock for too long"
            raise ConnectionResetError(message)
