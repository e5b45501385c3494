"""Which life of the database this is, and how far its work has gone: what a restore sets back, and files do not."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from consents.enums import EpochState, SetBack


class Epoch(models.Model):
    """From a first start, or from the end of a restore, to the next. One at most is not over.

    ``counter`` moves forward before work leaves. The files outside hold its highest value.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    counter = models.BigIntegerField(default=0, db_default=0)
    state = models.CharField(max_length=8, choices=EpochState, default=EpochState.IN_FORCE, db_default="in_force")
    begun_at = models.DateTimeField(default=Now(), db_default=Now())
    held_at = models.DateTimeField(null=True, blank=True)
    held_for = models.CharField(max_length=12, choices=SetBack, blank=True, default="", db_default="")
    outside_counter = models.BigIntegerField(null=True, blank=True, help_text="What the files knew when it was held.")
    recovered_at = models.DateTimeField(null=True, blank=True, help_text="When the files were last read back.")
    recovered = models.JSONField(default=dict, help_text="What was read back: counts.")
    heads_anew = models.BooleanField(default=False, db_default=False, help_text="The file of heads begins anew.")

    class Meta:
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=~Q(state=EpochState.OVER), name="epoch_one_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.uuid} {self.state}"


class RestoredNo(models.Model):
    """A no that was read back after a restore, by the event that was lost: recorded again once, or waiting.

    It waits for a customer who is not here now; ``line`` is what the files hold of it, its person encrypted.
    """

    lost = models.UUIDField(primary_key=True, editable=False)
    line = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["lost"], condition=Q(done_at__isnull=True), name="restored_no_waiting")]

    def __str__(self) -> str:
        return str(self.lost)
