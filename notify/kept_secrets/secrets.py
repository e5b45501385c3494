"""Secrets of set-ups: how they are kept, and those of webhooks, which the site makes itself.

A secret of a webhook is shown once, so that it can be entered at the provider. Whoever has lost it makes another.
"""

import json
import secrets
from typing import Any, Final

from django.db import transaction
from django.db.models.functions import Now

from consents.errors import SecretUnreadable
from consents.field_encryption import text_decrypt, text_encrypt
from notify.errors import SecretShown, SetupMissing
from notify.models import ProviderSetup
from notify.provider_kinds import KINDS

FIELDS_PLACE: Final = "notify_providersetup.secrets"
WEBHOOK_PLACE: Final = "notify_providersetup.webhook_secrets"
SECRET_BYTES: Final = 32
SECRETS_IN_FORCE: Final = 2
"""During a rotation the provider may still call with the one before."""


@transaction.atomic
def webhook_secret_rotate(*, name: str) -> None:
    """Make a new secret of the webhook; the one before holds until the next rotation. Raises `SetupMissing`.

    Secrets that can no longer be read are left behind.
    """
    row = _locked(name)
    try:
        before = opened(row.webhook_secrets, WEBHOOK_PLACE)
    except SecretUnreadable:
        before = []
    row.webhook_secrets = sealed([secret_new(row.kind), *before][:SECRETS_IN_FORCE], WEBHOOK_PLACE)
    row.webhook_secret_shown_at = None
    row.save(update_fields=["webhook_secrets", "webhook_secret_shown_at", "changed_at"])


@transaction.atomic
def webhook_secret_show(*, name: str) -> str:
    """Return the newest secret of the webhook as the provider takes it, once.

    Raises `SetupMissing`, `SecretShown` and `SecretUnreadable`.
    """
    row = _locked(name)
    if row.webhook_secret_shown_at is not None:
        raise SecretShown
    newest: str = opened(row.webhook_secrets, WEBHOOK_PLACE)[0]
    ProviderSetup.objects.filter(pk=row.pk).update(webhook_secret_shown_at=Now())
    # One that was made before its kind had a form of its own is kept without it.
    return _written(row.kind, newest)


def secret_new(kind: str) -> str:
    """Return a secret that nobody guesses, as a provider of this kind takes it."""
    return _written(kind, secrets.token_urlsafe(SECRET_BYTES))


def sealed(value: object, place: str) -> str:
    """Return a value as it is kept in one column."""
    return text_encrypt(json.dumps(value, ensure_ascii=False), place=place)


def opened(stored: str, place: str) -> Any:
    """Return what was kept. Raises `SecretUnreadable`."""
    return json.loads(text_decrypt(stored, place=place))


def _written(kind: str, secret: str) -> str:
    return KINDS[kind].webhook_secret(secret) if kind in KINDS else secret


def _locked(name: str) -> ProviderSetup:
    row = ProviderSetup.objects.select_for_update().filter(name=name).first()
    if row is None:
        raise SetupMissing
    return row
