"""Starting a task from a view or command, after the commit.

The database is the queue of record and the beat nudges again within seconds, so a broker that cannot be reached
must not turn what was stored into an error page.
"""

import functools
import logging
import time
from typing import Any, Final

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)

SELDOM_SECONDS: Final = 0.125
"""A nudge for each of a thousand calls a second would cost more than the calls do."""

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


def _start(task: Task[..., Any], args: tuple[Any, ...]) -> None:
    try:
        task.delay(*args)
    except Exception:
        logger.exception("A nudge was lost: %s", task.name)
