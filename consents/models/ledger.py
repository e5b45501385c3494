"""The ledger: events that are only ever added, the evidence beside them, and the current state."""

import uuid

from django.db import models
from django.db.models import Q

from consents.database.clock import database_now
from consents.enums import ActorKind, EventKind, ProofLevel, ProofMethod, Purpose, StateValue
from consents.models.customer import ContactPoint, Customer


class ConsentEvent(models.Model):
    """One fact. No phone, address, name or IP in the row: those are in `Evidence`, tied by ``commitment``.

    No foreign key leaves this table, so that erasing a person never touches it. ``leaf_hash`` is the
    RFC 9162 leaf over the canonical form of all other columns (`consents.ledger.event.canonical_event`).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.UUIDField(help_text="Customer.subject, kept as a value.")
    kind = models.CharField(max_length=20, choices=EventKind)
    purpose = models.CharField(max_length=16, choices=Purpose, blank=True)
    channel = models.CharField(max_length=8, blank=True)
    contact = models.UUIDField(null=True, blank=True, help_text="ContactPoint.uuid, kept as a value.")
    document = models.CharField(max_length=40, blank=True, help_text="kind/channel of the text shown.")
    document_version = models.BigIntegerField(null=True, blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the template text.")
    operator_profile = models.BigIntegerField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(choices=ProofLevel)
    method = models.CharField(max_length=20, choices=ProofMethod)
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor = models.CharField(max_length=64, blank=True, help_text="Staff user id as a value.")
    touchpoint = models.CharField(max_length=64, blank=True, help_text="campaign:12/email as a value.")
    answers = models.UUIDField(null=True, blank=True, help_text="Event that this one answers or withdraws.")
    request_key = models.CharField(max_length=64, help_text="Made by the form; a repeat adds nothing.")
    occurred_at = models.DateTimeField(help_text="Clock of the database, UTC, microseconds.")
    format = models.PositiveSmallIntegerField(default=1, help_text="Version of the canonical form.")
    commitment = models.BinaryField(max_length=32, help_text="HMAC-SHA-256(salt, JCS(personal)).")
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "request_key"], name="event_once_per_request"),
            models.CheckConstraint(
                condition=~Q(kind__in=[EventKind.GRANTED]) | Q(level__gte=1) | Q(actor_kind=ActorKind.STAFF),
                name="event_grant_needs_proof",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "id"], name="event_subject"),
            models.Index(fields=["occurred_at"], name="event_occurred"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Evidence(models.Model):
    """The personal half of an event; once it is deleted with its salt, nothing ties the event to the person.

    ``personal`` holds strings only: name, external_id, contact, text (exactly as shown), text_sha256, title,
    checkbox, button, box_default, page, ip, user_agent, build, shown_at, opened_at, zone, offset, code_* times...
    """

    event = models.OneToOneField(ConsentEvent, on_delete=models.PROTECT, primary_key=True, related_name="evidence")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="evidence")
    salt = models.BinaryField(max_length=32)
    personal = models.JSONField()

    def __str__(self) -> str:
        return str(self.event_id)


class ConsentState(models.Model):
    """Where one purpose on one channel stands now; moved only by `consents.ledger.append` with the event."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="states")
    purpose = models.CharField(max_length=16, choices=Purpose)
    channel = models.CharField(max_length=8)
    value = models.CharField(max_length=10, choices=StateValue)
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, null=True, blank=True)
    since = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    event = models.ForeignKey(ConsentEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "purpose", "channel"], name="state_one_per_channel"),
        ]
        indexes = [models.Index(fields=["purpose", "channel", "value"], name="state_purpose_channel")]

    def __str__(self) -> str:
        return f"{self.customer_id}/{self.purpose}/{self.channel}: {self.value}"


class Receipt(models.Model):
    """A receipt: its number and the events that it names."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="receipts")
    request_key = models.CharField(max_length=64)
    event_ids = models.JSONField(default=list)
    created_at = models.DateTimeField(default=database_now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "request_key"], name="receipt_once_per_request"),
        ]

    def __str__(self) -> str:
        return self.number
