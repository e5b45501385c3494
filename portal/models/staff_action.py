"""What staff did, looked at and exported. Rows are only added."""

from django.conf import settings
from django.db import models

from consents.database.clock import database_now


class StaffAction(models.Model):
    """One act of one member of staff, recorded in the transaction of the act."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    actor = models.CharField(max_length=254, help_text="E-mail at the time, or the command's name.")
    action = models.CharField(max_length=60, help_text="Dotted name: campaign.launched.")
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    details = models.JSONField(default=dict, help_text="Counts, hashes, filters; never a contact value.")
    ip = models.GenericIPAddressField(null=True, blank=True)
    occurred_at = models.DateTimeField(default=database_now, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["-occurred_at"], name="action_occurred"),
            models.Index(fields=["object_kind", "object_id"], name="action_object"),
            models.Index(fields=["user", "-occurred_at"], name="action_user"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_id}"
