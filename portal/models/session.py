"""Browser sessions of customers, and counters that slow down guessing."""

from django.db import models

from consents.enums import ProofLevel


class PersonSession(models.Model):
    """What one browser has proven. The first pressed button makes the row, not the opening of a link.

    The cookie holds a random key, this row its SHA-256. Idle 15 minutes, at most 60. The key is renewed
    whenever the level rises. Ids of the lower rooms are kept as values, without foreign keys.
    """

    key_hash = models.CharField(max_length=64, unique=True)
    customer_id = models.BigIntegerField(null=True, blank=True)
    link_id = models.BigIntegerField(null=True, blank=True)
    touchpoint_id = models.BigIntegerField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(choices=ProofLevel, default=ProofLevel.LINK)
    method = models.CharField(max_length=20, blank=True)
    progress = models.JSONField(default=dict, help_text="Channels and purposes chosen; no personal values.")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="person_session_seen")]

    def __str__(self) -> str:
        return str(self.pk)


class Throttle(models.Model):
    """A counter of one key in one window of time. Keys are hashed: no address is kept."""

    key = models.CharField(max_length=80)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="throttle_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
