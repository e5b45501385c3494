"""Heartbeats of the beat and the workers: the beat starts a task per queue that stores the time."""

from datetime import timedelta
from typing import Final

from django.db.models import F
from django.db.models.functions import Now

from notify import queues
from portal.models import Heartbeat

SILENT_AFTER: Final = timedelta(minutes=3)
SILENT_AFTER_LONG: Final = timedelta(minutes=30)
"""Of the queue where one task may take a worker's whole time for many minutes."""


def queues_silent() -> list[str]:
    """Return the queues whose last heartbeat is too old; all of them while the beat is down."""
    ages = dict(Heartbeat.objects.values_list("queue", Now() - F("beat_at")))
    return [queue for queue in queues.QUEUES if queue not in ages or ages[queue] > _patience(queue)]


def _patience(queue: str) -> timedelta:
    return SILENT_AFTER_LONG if queue == queues.LONG else SILENT_AFTER
