"""Starting a task from a view or command, after the commit.

The database is the queue of record and the beat nudges again within seconds, so a broker that cannot be reached
must not turn what was stored into an error page, and one that is silent must not keep people waiting.
"""

import functools
import logging
import os
import threading
import time
from typing import Any, Final

from celery import Task
from django.db import transaction

from portal.database.outage import outage_of
from portal.database.process_kind import ProcessKind, process_kind

logger = logging.getLogger(__name__)

SELDOM_SECONDS: Final = 0.125
"""A nudge for each of a thousand calls a second would cost more than the calls do."""
MOST_WAITING: Final = 1_000
"""So many different nudges wait for the broker; more are lost, and the clock makes up for them."""

Nudge = tuple[Task[..., Any], tuple[Any, ...]]

_started: dict[str, float] = {}


def nudge(task: Task[..., Any], *args: Any) -> None:
    """Start a task once the transaction has committed. Log a broker that cannot be reached and raise nothing."""
    transaction.on_commit(functools.partial(_start, task, args), robust=True)


def nudge_seldom(task: Task[..., Any]) -> None:
    """Start a task that sees to all that waits, unless this process has done so within `SELDOM_SECONDS`.

    The beat starts it for what came just after that.
    """
    now = time.monotonic()
    if now - _started.get(task.name, -SELDOM_SECONDS) >= SELDOM_SECONDS:
        _started[task.name] = now
        nudge(task)


class Postman:
    """Hands nudges to the broker in a thread of its own, so that no answer of the web server waits for it."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._waiting: dict[tuple[str, tuple[Any, ...]], Nudge] = {}
        self._pid = 0

    def take(self, task: Task[..., Any], args: tuple[Any, ...]) -> None:
        """Accept a nudge; one that waits already is not doubled. Returns at once."""
        with self._change:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._deliver, name="nudges", daemon=True).start()
            if len(self._waiting) >= MOST_WAITING:
                logger.error("A nudge was lost: %s", task.name)
                return
            self._waiting.setdefault((task.name, args), (task, args))
            self._change.notify()

    def _deliver(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting)
                task, args = self._waiting.pop(next(iter(self._waiting)))
            _publish(task, args)


_postman = Postman()


def _start(task: Task[..., Any], args: tuple[Any, ...]) -> None:
    if process_kind() is ProcessKind.WEB:
        _postman.take(task, args)
    else:
        _publish(task, args)


def _publish(task: Task[..., Any], args: tuple[Any, ...]) -> None:
    """Hand a nudge to the broker. One that was found silent is not waited for again for some seconds."""
    outage = outage_of("broker")
    if not outage.may_try():
        return
    try:
        task.delay(*args)
    except Exception:
        outage.begun()
        logger.exception("A nudge was lost: %s", task.name)
    else:
        outage.ended()
