"""Starting a task from a way in: after the commit, and never at the cost of the answer.

The database is the queue of record and the clock nudges again within seconds, so a broker that is away must
not turn what has just been stored into an error page.
"""

import functools
import logging
from typing import Any

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)


def nudge(task: Task[..., Any], *args: Any) -> None:
    """Start a task once the transaction has committed. A broker that cannot be reached is logged and forgiven."""
    transaction.on_commit(functools.partial(_start, task, args), robust=True)


def _start(task: Task[..., Any], args: tuple[Any, ...]) -> None:
    try:
        task.delay(*args)
    except Exception:
        logger.exception("A nudge was lost: %s", task.name)
