"""Starting a task from a view or command, after the commit.

The database is the queue of record and the beat nudges again within seconds, so a broker that cannot be reached
must not turn what was stored into an error page.
"""

import functools
import logging
from typing import Any

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)


def nudge(task: Task[..., Any], *args: Any) -> None:
    """Start a task once the transaction has committed. Log a broker that cannot be reached and raise nothing."""
    transaction.on_commit(functools.partial(_start, task, args), robust=True)


def _start(task: Task[..., Any], args: tuple[Any, ...]) -> None:
    try:
        task.delay(*args)
    except Exception:
        logger.exception("A nudge was lost: %s", task.name)
