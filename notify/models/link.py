"""Personal links and linking tokens of accounts, of which only hashes are stored, and the dialogues of accounts."""

from django.conf import settings
from django.db import models

from notify.enums import LinkScope
from notify.models.campaign import Touchpoint
from notify.models.message import Message


class Link(models.Model):
    """A personal link. ``token_hash`` is SHA-256 of the token, or HMAC-SHA-256 for tokens below 112 bits."""

    token_hash = models.BinaryField(max_length=32, unique=True)
    customer = models.ForeignKey("consents.Customer", on_delete=models.CASCADE, related_name="links", db_index=True)
    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.PROTECT, null=True, blank=True)
    message = models.OneToOneField(Message, on_delete=models.CASCADE, null=True, blank=True, related_name="link")
    scope = models.CharField(max_length=16, choices=LinkScope, default=LinkScope.PERSONAL)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    visited_at = models.DateTimeField(null=True, blank=True, help_text="First act of a human; never a fetch.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    max_linked_at = models.DateTimeField(null=True, blank=True)
    dialogue_ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person ended the dialogue of their account; a start takes it away."
    )

    class Meta:
        indexes = [models.Index(fields=["touchpoint"], name="link_touchpoint")]

    def __str__(self) -> str:
        return str(self.pk)


class AccountLinkToken(models.Model):
    """A single-use token that ties an account of a messenger to a customer within a quarter of an hour.

    ``channel`` is where it may be used, ``account`` who has used it.
    """

    channel = models.CharField(max_length=8, default="max", db_default="max")
    token_hash = models.BinaryField(max_length=32, unique=True)
    customer = models.ForeignKey("consents.Customer", on_delete=models.CASCADE, related_name="+")
    link = models.ForeignKey(Link, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    session_key = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    account = models.CharField(max_length=254, blank=True, default="", db_default="")

    class Meta:
        # The name of the days when MAX was the only messenger.
        db_table = "notify_maxlinktoken"

    def __str__(self) -> str:
        return str(self.pk)


class StaffMaxToken(models.Model):
    """A single-use start payload by which a member of staff names the MAX account that gets their own tests."""

    token_hash = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    max_user_id = models.BigIntegerField(null=True, blank=True, help_text="Until its owner has taken it over.")

    def __str__(self) -> str:
        return str(self.pk)


class AccountDialogue(models.Model):
    """The dialogue of one account with us. Turns come late, twice and in any order: an older one changes nothing."""

    channel = models.CharField(max_length=8)
    account = models.CharField(max_length=254)
    chat = models.CharField(max_length=254)
    is_open = models.BooleanField()
    changed_at = models.DateTimeField(help_text="Time of the turn that said so, as the provider gave it.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "account"], name="account_dialogue_once")]

    def __str__(self) -> str:
        return str(self.pk)
