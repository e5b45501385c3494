"""Who the customer is and where they can be reached."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consents.database.clock import database_now
from consents.enums import ContactOrigin, LineType


class Messenger(models.Model):
    """A messenger as dated reference data, so that a change of the law's list needs no change of code.

    One with ``foreign_since`` can be recorded as an old channel that is closed; nothing is sent over it.
    """

    code = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(_("название"), max_length=64)
    aliases = models.JSONField(default=list, help_text="Lower-case spellings met in customer files.")
    foreign_since = models.DateField(null=True, blank=True)
    foreign_until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class ChannelFacts(models.Model):
    """What the rules of the database need to know of a channel, as `consents.channels.registry` declares it.

    Written after each migration by `consents.reach.channel_facts`; a channel without a row reaches nobody.
    """

    code = models.CharField(max_length=8, primary_key=True)
    place = models.SmallIntegerField(help_text="Order of preference, from 1.")
    contact_kind = models.CharField(max_length=8)
    lines_taken = ArrayField(models.CharField(max_length=8), default=list, help_text="Empty: lines do not matter.")
    needs_dialogue = models.BooleanField(default=False)
    needs_subscriber_consent = models.BooleanField(default=False, db_default=False, help_text="126-FZ art. 44.1.")

    def __str__(self) -> str:
        return self.code


class Customer(models.Model):
    """A person as the company knows them. ``subject`` is the pseudonym that the ledger uses."""

    subject = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(max_length=64, help_text="The system that the customer id belongs to.")
    external_id = models.CharField(_("номер клиента"), max_length=64)
    name = models.CharField(_("имя"), max_length=200, blank=True, help_text="Kept as written: Ё, hyphens.")
    name_key = models.CharField(max_length=200, blank=True, help_text="Lower case, ё as е, single spaces.")
    city = models.CharField(_("город"), max_length=120, blank=True)
    time_zone = models.CharField(_("часовой пояс"), max_length=64, default="Europe/Moscow")
    segment = models.CharField(_("сегмент"), max_length=120, blank=True)
    messenger = models.CharField(_("мессенджер"), max_length=32, blank=True, help_text="Code of a Messenger.")
    is_active = models.BooleanField(default=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=database_now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="customer_source_external_id"),
        ]
        indexes = [
            models.Index(fields=["name_key"], name="customer_name_key", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["external_id"], name="customer_external_id", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["segment"], name="customer_segment"),
        ]

    def __str__(self) -> str:
        return self.external_id


class ContactPoint(models.Model):
    """One phone, address or account of one customer.

    Two people may share a value: each has a row of their own.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # No index of its own: the unique key below begins with it.
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contact_points", db_index=False)
    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=254, help_text="E.164, normalised address, or id of an account.")
    origin = models.CharField(max_length=8, choices=ContactOrigin, default=ContactOrigin.FILE)
    line_type = models.CharField(max_length=8, choices=LineType, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166 of a phone.")
    max_chat_id = models.BigIntegerField(
        null=True, blank=True, help_text="Of any account: the dialogue is open; its number, 0 where it has none."
    )
    is_current = models.BooleanField(default=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaces", db_index=False
    )
    created_at = models.DateTimeField(default=database_now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind", "value"], name="contact_customer_kind_value"),
            models.UniqueConstraint(
                fields=["customer", "kind"], condition=Q(is_current=True), name="contact_one_current"
            ),
            models.CheckConstraint(condition=~Q(value=""), name="contact_value_given"),
        ]
        indexes = [
            models.Index(fields=["kind", "value"], name="contact_kind_value"),
            models.Index(fields=["replaced_by"], condition=Q(replaced_by__isnull=False), name="contact_replaced_by"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
