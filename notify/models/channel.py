"""Settings of channels, and contracts with the platforms that carry them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from consents.database.clock import database_now
from notify.enums import ContractKind


class ChannelSetting(models.Model):
    """One row per channel: open or closed to all but codes, pace, words, and whether the DPO lets codes go there."""

    channel = models.CharField(max_length=8, primary_key=True)
    is_open = models.BooleanField(_("открыт"), default=True)
    frequency = models.CharField(_("как часто пишем"), max_length=120, blank=True, default="", db_default="")
    carries_codes = models.BooleanField(
        default=False, db_default=False, help_text="Where a platform asks for a contract: the DPO lets codes go there."
    )
    per_second = models.PositiveIntegerField(_("сообщений в секунду"), default=0, help_text="0: no limit.")
    bucket_tokens = models.FloatField(default=0)
    bucket_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.channel


class ChannelContract(models.Model):
    """A contract with a platform, or an addendum: which kinds of messages it allows, and on which days.

    One that was kept from the time before kinds has no day of signing: it stands in the number.
    """

    channel = models.CharField(max_length=8)
    number = models.CharField(_("номер"), max_length=200)
    signed_on = models.DateField(_("подписан"), null=True, blank=True)
    valid_from = models.DateField(_("действует с"))
    valid_until = models.DateField(_("действует по"), null=True, blank=True, help_text="The last day; empty: no end.")
    kinds = ArrayField(models.CharField(max_length=16, choices=ContractKind), default=list)
    created_at = models.DateTimeField(default=database_now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(number=""), name="contract_has_number"),
            models.CheckConstraint(condition=models.Q(kinds__len__gt=0), name="contract_has_kinds"),
        ]
        indexes = [models.Index(fields=["channel"], name="contract_channel")]

    def __str__(self) -> str:
        return self.number
