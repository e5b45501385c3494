"""Signs of life of the workers."""

from django.db import models


class Heartbeat(models.Model):
    """When the workers of a queue last did what the clock asked of them."""

    queue = models.CharField(max_length=16, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.queue
