"""Messages that the in-built phone, mailbox and MAX of the demo received and sent. Empty in production."""

from django.db import models
from django.db.models import Q

from consents.database.clock import database_now


class SandboxMessage(models.Model):
    """One message as the sandbox provider received it."""

    channel = models.CharField(max_length=8)
    address = models.CharField(max_length=254)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    buttons = models.JSONField(default=list)
    image = models.BinaryField(null=True, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField(default=database_now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["channel", "address", "-id"], name="sandbox_address")]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class SandboxCallback(models.Model):
    """A call that the sandbox provider owes our webhooks: a delivery receipt, or what a person did in MAX."""

    provider = models.CharField(max_length=20, help_text="The webhook's name: sandbox or max.")
    body = models.JSONField()
    created_at = models.DateTimeField(default=database_now, editable=False)
    attempt = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(delivered_at__isnull=True), name="sandbox_callback_due"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.pk}"
