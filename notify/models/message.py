"""Messages, calls of providers and delivery reports. The rows of messages are the queue of record."""

import uuid

from django.db import models
from django.db.models import Q

from consents.database.clock import database_now
from notify.enums import MessageKind, MessageState, SkipReason
from notify.models.campaign import Campaign, CampaignStep


class Message(models.Model):
    """One message to one contact point. ``reference`` is our id towards the provider.

    ``context`` holds what rendering needs and is not personal (verification uuid of a code, event uuid of
    a notice). Text and address are never stored here: they are rendered when the message leaves.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="messages", db_index=False
    )
    step = models.ForeignKey(
        CampaignStep, on_delete=models.PROTECT, null=True, blank=True, related_name="messages", db_index=False
    )
    kind = models.CharField(max_length=10, choices=MessageKind)
    channel = models.CharField(max_length=8)
    customer = models.ForeignKey(
        "consents.Customer", on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    contact_point = models.ForeignKey("consents.ContactPoint", on_delete=models.PROTECT, null=True, blank=True)
    address = models.CharField(
        max_length=254, blank=True, help_text="Only for codes and notices to a contact that is not on file."
    )
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    context = models.JSONField(default=dict)
    priority = models.PositiveSmallIntegerField(default=5, help_text="0 leaves first: codes; 5: campaigns.")
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.PLANNED)
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    skip_reason = models.CharField(max_length=20, choices=SkipReason, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    provider = models.CharField(max_length=20, blank=True, default="", db_default="", help_text="Who was called.")
    provider_id = models.CharField(max_length=120, blank=True)
    parts = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="What it charges, if it said so.")
    counted_parts = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="What we have counted of it.")
    created_at = models.DateTimeField()
    sending_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="When the provider was last asked about it.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["step", "customer"],
                condition=Q(kind=MessageKind.CAMPAIGN),
                name="message_once_per_step",
            ),
            models.CheckConstraint(
                condition=Q(kind=MessageKind.CAMPAIGN, campaign__isnull=False, customer__isnull=False)
                | ~Q(kind=MessageKind.CAMPAIGN),
                name="message_campaign_given",
            ),
            models.CheckConstraint(
                condition=~Q(kind=MessageKind.CAMPAIGN) | Q(step__isnull=False), name="message_step_given"
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.SKIPPED) | ~Q(skip_reason=""), name="message_skip_has_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "priority", "not_before", "id"],
                condition=Q(state=MessageState.PLANNED),
                name="message_queue",
            ),
            models.Index(
                fields=["leased_until"],
                condition=Q(state__in=[MessageState.CLAIMED, MessageState.SENDING]),
                name="message_leases",
            ),
            models.Index(fields=["provider", "sending_at"], condition=Q(state="unknown"), name="message_in_doubt"),
            models.Index(fields=["campaign", "state"], name="message_campaign_state"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="message_provider_id"),
            # Of codes, notices and answers alone: the others have a contact.
            models.Index(fields=["address"], condition=~Q(address=""), name="message_address"),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class InboundPayload(models.Model):
    """A provider's call exactly as it came, stored before it is read."""

    provider = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, help_text="SHA-256 of provider and body; a repeat adds nothing.")
    headers = models.JSONField(default=dict)
    body = models.TextField()
    received_at = models.DateTimeField(default=database_now, editable=False)
    handled_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "digest"], name="inbound_once")]
        indexes = [
            models.Index(fields=["id"], condition=Q(handled_at__isnull=True), name="inbound_unhandled"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.pk}"


class DeliveryReport(models.Model):
    """One event of a provider about a message."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="reports")
    provider = models.CharField(max_length=20)
    event_key = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=MessageState)
    detail = models.CharField(max_length=120, blank=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(default=database_now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_key"], name="report_once")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.state}"
