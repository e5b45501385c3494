"""Providers as the company has set them up, and how each of them fares."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consents.database.clock import database_now


class ProviderSetup(models.Model):
    """One provider with our fields for it. Secrets are encrypted and never shown again.

    Several carry one channel: ``place`` is their order of preference, the smaller first.
    """

    name = models.CharField(max_length=20, unique=True, help_text="Kept with reports and stored calls; never changes.")
    kind = models.CharField(max_length=12)
    title = models.CharField(_("название"), max_length=80, blank=True)
    is_on = models.BooleanField(_("включено"), default=True)
    place = models.PositiveSmallIntegerField(_("порядок"), default=1)
    per_second = models.PositiveIntegerField(
        _("сообщений в секунду"), default=0, help_text="0: what the provider bears."
    )
    values = models.JSONField(default=dict)
    channels = models.JSONField(default=list, help_text="What it carries, as its fields say.")
    secrets = models.TextField(help_text="Encrypted JSON: secret fields by name.")
    webhook_secrets = models.TextField(help_text="Encrypted JSON: ours, the newest first.")
    webhook_secret_shown_at = models.DateTimeField(null=True, blank=True, help_text="The newest one, to a person.")
    balance_warn = models.DecimalField(
        _("предупредить, когда на счёте меньше"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    memory = models.TextField(blank=True, default="", db_default="", help_text="Encrypted: what the provider gave us.")
    created_at = models.DateTimeField(default=database_now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class ProviderState(models.Model):
    """How a provider fares: breaker, pace, what the last look at our account with it has shown.

    Made when first needed; a provider without a row is well.
    """

    name = models.CharField(max_length=20, primary_key=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="Calls in a row that went wrong as a whole.")
    trouble = models.CharField(max_length=60, blank=True, help_text="Why the last of them did.")
    breaker_open_until = models.DateTimeField(null=True, blank=True)
    alive_until = models.DateTimeField(null=True, blank=True, help_text="Of a provider with a process of its own.")
    bucket_tokens = models.FloatField(default=0)
    bucket_at = models.DateTimeField(null=True, blank=True)
    account = models.JSONField(default=dict, help_text="What `Account.account` said: name, balance, paid_until, notes.")
    account_at = models.DateTimeField(null=True, blank=True)
    account_trouble = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="Why the last look failed."
    )

    def __str__(self) -> str:
        return self.name


class SoftFault(models.Model):
    """How often in a row a contact has taken nothing though it exists: full, or switched off for days."""

    contact_point = models.OneToOneField("consents.ContactPoint", on_delete=models.CASCADE, related_name="+")
    count = models.PositiveSmallIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.contact_point_id)
