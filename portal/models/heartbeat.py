"""Heartbeats of the workers."""

from django.db import models


class Heartbeat(models.Model):
    """The last time that a worker of a queue ran the heartbeat task."""

    queue = models.CharField(max_length=16, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.queue
