"""Providers as the administrator sets them up on a page; beside them those that the environment sets up.

Secrets are encrypted in the database (`consents.field_encryption`) and leave it only towards an adapter or a webhook.
"""

import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import parseaddr
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from consents.errors import SecretUnreadable
from consents.field_encryption import text_decrypt, text_encrypt
from notify.channels.base import Misconfigured
from notify.channels.registry import providers_of
from notify.channels.setup import ConfigField, Provider, ProviderKind, SetupValues
from notify.channels.verp import bounce_key
from notify.conf import webhook_path
from notify.errors import SetupMissing, SetupRefused
from notify.models import ProviderSetup
from notify.provider_kinds import KINDS
from notify.provider_memory import SetupMemory

logger = logging.getLogger("notify.providers")

SECRETS_PLACE: Final = "notify_providersetup.secrets"
WEBHOOK_PLACE: Final = "notify_providersetup.webhook_secrets"
WEBHOOK_SECRET_BYTES: Final = 32
SECRETS_IN_FORCE: Final = 2
"""During a rotation the provider may still call with the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupView:
    """One set-up as a page shows it: without any secret."""

    name: str
    kind: ProviderKind
    title: str
    is_on: bool
    place: int
    per_second: int
    channels: tuple[str, ...]
    values: Mapping[str, str]
    webhook_url: str


def providers_set_up() -> tuple[Provider, ...]:
    """Return the providers that are on, in the order of preference: those of the page, then those of the environment.

    One whose fields cannot work, or whose secrets cannot be read, is left out and logged.
    """
    rows = ProviderSetup.objects.filter(is_on=True).order_by("place", "id")
    found = [provider for row in rows if (provider := _provider(row)) is not None]
    return (*found, *providers_of(settings))


def provider_named(name: str) -> Provider:
    """Return one provider that is set up, on or off: late reports of one that was switched off count.

    Raises `SetupMissing`.
    """
    row = ProviderSetup.objects.filter(name=name).first()
    provider = _provider(row) if row else next((one for one in providers_of(settings) if one.name == name), None)
    if provider is None:
        raise SetupMissing
    return provider


def connected_channels() -> frozenset[str]:
    """Return the codes of channels that some provider carries messages of. No secret is read."""
    on_page = ProviderSetup.objects.filter(is_on=True).values_list("channels", flat=True)
    in_settings = (one.channels for one in providers_of(settings) if one.adapter is not None)
    return frozenset(code for codes in (*on_page, *in_settings) for code in codes)


def setups_listed() -> list[SetupView]:
    """Return the set-ups of the page in their order."""
    return [_view(row) for row in ProviderSetup.objects.order_by("place", "id")]


def setup_view(*, name: str) -> SetupView:
    """Return one set-up. Raises `SetupMissing`."""
    return _view(_row(name))


@transaction.atomic
def setup_create(*, kind: str, title: str, fields: Mapping[str, str]) -> str:
    """Store a new set-up at the end of the order, switched on; return its name. Raises `SetupRefused`.

    The name is no other set-up's, nor that of a provider of the environment, whose webhook it would take.
    """
    declared = KINDS[kind]
    taken = set(ProviderSetup.objects.select_for_update().filter(kind=kind).values_list("name", flat=True))
    taken |= {one.name for one in providers_of(settings)}
    name = next(one for one in (kind, *(f"{kind}-{number}" for number in range(2, 1000))) if one not in taken)
    place = max(ProviderSetup.objects.values_list("place", flat=True), default=0) + 1
    row = ProviderSetup(
        name=name, kind=kind, title=title.strip(), place=place, webhook_secrets=_sealed([_new_secret()], WEBHOOK_PLACE)
    )
    _fill(row, declared, fields, {})
    row.save()
    return name


@transaction.atomic
def setup_change(*, name: str, title: str, is_on: bool, place: int, per_second: int, fields: Mapping[str, str]) -> bool:
    """Store the fields of one set-up; False when nothing changed. An empty secret keeps the one there is.

    Raises `SetupMissing` and `SetupRefused`.
    """
    row = _row(name, locked=True)
    known = _opened(row.secrets, SECRETS_PLACE)
    before = (row.title, row.is_on, row.place, row.per_second, row.values, known)
    row.title, row.is_on, row.place, row.per_second = title.strip(), is_on, place, per_second
    _fill(row, KINDS[row.kind], fields, known)
    if before == (row.title, row.is_on, row.place, row.per_second, row.values, _opened(row.secrets, SECRETS_PLACE)):
        return False
    row.save()
    return True


@transaction.atomic
def webhook_secret_rotate(*, name: str) -> None:
    """Make a new secret of the webhook; the one before holds until the next rotation. Raises `SetupMissing`."""
    row = _row(name, locked=True)
    kept = [_new_secret(), *_opened(row.webhook_secrets, WEBHOOK_PLACE)][:SECRETS_IN_FORCE]
    row.webhook_secrets = _sealed(kept, WEBHOOK_PLACE)
    row.save(update_fields=["webhook_secrets", "changed_at"])


def setup_values(*, name: str) -> SetupValues:
    """Return all that a provider is made of, with secrets: for work, never for a page. Raises `SetupMissing`."""
    return _values(_row(name))


def _row(name: str, *, locked: bool = False) -> ProviderSetup:
    rows = ProviderSetup.objects.select_for_update() if locked else ProviderSetup.objects.all()
    row = rows.filter(name=name).first()
    if row is None or row.kind not in KINDS:
        raise SetupMissing
    return row


def _provider(row: ProviderSetup) -> Provider | None:
    """Return the provider of a row; None for one that cannot work, which is logged."""
    kind = KINDS.get(row.kind)
    if kind is None:
        return None
    try:
        provider = kind.make(_values(row))
    except (Misconfigured, SecretUnreadable) as error:
        logger.error("provider %s cannot be used: %s", row.name, getattr(error, "reason", type(error).__name__))
        return None
    return replace(provider, per_second=row.per_second or provider.per_second)


def _values(row: ProviderSetup) -> SetupValues:
    return SetupValues(
        name=row.name,
        values={**_defaults(KINDS[row.kind].fields), **row.values, **_opened(row.secrets, SECRETS_PLACE)},
        webhook_secrets=tuple(_opened(row.webhook_secrets, WEBHOOK_PLACE)),
        webhook_url=f"{settings.SITE_URL}{webhook_path(provider=row.name)}",
        mail_domain=parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2],
        bounce_address=settings.BOUNCE_ADDRESS,
        bounce_key=bounce_key(settings.LINK_KEY),
        memory=SetupMemory(row.name),
    )


def _defaults(fields: Sequence[ConfigField]) -> dict[str, str]:
    return {field.name: field.default for field in fields}


def _view(row: ProviderSetup) -> SetupView:
    kind = KINDS[row.kind]
    return SetupView(
        name=row.name,
        kind=kind,
        title=row.title or kind.label,
        is_on=row.is_on,
        place=row.place,
        per_second=row.per_second,
        channels=tuple(row.channels),
        values={**_defaults([one for one in kind.fields if one.kind != "secret"]), **row.values},
        webhook_url=f"{settings.SITE_URL}{webhook_path(provider=row.name)}",
    )


def _fill(row: ProviderSetup, kind: ProviderKind, fields: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Put the fields into the row, and what the provider made of them would carry. Raises `SetupRefused`."""
    given = {field.name: fields.get(field.name, "").strip() for field in kind.fields}
    hidden = {field.name for field in kind.fields if field.kind == "secret"}
    secret = {name: given[name] or known.get(name, "") for name in hidden}
    whole = {**given, **secret}
    wrong = tuple(field.name for field in kind.fields if not field.fits(whole[field.name]))
    if wrong:
        raise SetupRefused(fields=wrong)
    row.values = {name: value for name, value in given.items() if name not in hidden}
    row.secrets = _sealed({name: value for name, value in secret.items() if value}, SECRETS_PLACE)
    try:
        row.channels = list(kind.make(_values(row)).channels)
    except Misconfigured as error:
        raise SetupRefused(fields=(), reason=error.reason) from error


def _new_secret() -> str:
    return secrets.token_urlsafe(WEBHOOK_SECRET_BYTES)


def _sealed(value: object, place: str) -> str:
    return text_encrypt(json.dumps(value, ensure_ascii=False), place=place)


def _opened(stored: str, place: str) -> Any:
    return json.loads(text_decrypt(stored, place=place))
