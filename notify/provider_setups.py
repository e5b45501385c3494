"""Providers as the administrator sets them up on a page; beside them those that the environment sets up.

Secrets are encrypted in the database (`consents.field_encryption`) and leave it only towards an adapter or a webhook.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from consents.errors import SecretUnreadable
from notify.channels.base import Misconfigured
from notify.channels.registry import providers_of
from notify.channels.setup import Provider, ProviderKind, SetupValues
from notify.conf import webhook_path
from notify.errors import SetupMissing, SetupRefused
from notify.kept_secrets.secrets import FIELDS_PLACE, WEBHOOK_PLACE, opened, sealed, secret_new
from notify.models import ProviderSetup
from notify.provider_kinds import KINDS
from notify.provider_making import defaults_of, provider_of, values_of
from notify.statements import read

logger = logging.getLogger("notify.providers")

# Asked at each call of a webhook.
_NAMED: Final = """
SELECT kind, values, secrets, webhook_secrets, per_second FROM notify_providersetup WHERE name = %(name)s
"""


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
    """What it carries."""
    values: Mapping[str, str]
    balance_warn: Decimal | None
    webhook_url: str
    webhook_secret_shown_at: datetime | None


def providers_set_up() -> tuple[Provider, ...]:
    """Return the providers that are on, in the order of preference: those of the page, then those of the environment.

    One whose fields cannot work, or whose secrets cannot be read, is left out and logged.
    """
    rows = ProviderSetup.objects.filter(is_on=True).order_by("place", "id")
    found = [provider for row in rows if (provider := provider_of(row)) is not None]
    return (*found, *providers_of(settings))


def provider_named(name: str) -> Provider:
    """Return one provider that is set up, on or off: late reports of one that was switched off count.

    Raises `SetupMissing`.
    """
    found = read(_NAMED, {"name": name}).fetchone()
    if found is None:
        provider = next((one for one in providers_of(settings) if one.name == name), None)
    else:
        kind, values, secrets, webhook_secrets, per_second = found
        provider = provider_of(
            ProviderSetup(
                name=name,
                kind=kind,
                values=json.loads(values),
                secrets=secrets,
                webhook_secrets=webhook_secrets,
                per_second=per_second,
            )
        )
    if provider is None:
        raise SetupMissing
    return provider


def connected_channels() -> frozenset[str]:
    """Return the codes of channels that some provider carries messages of. No secret is read."""
    return channels_carried(channels_set_up().values_list("channels", flat=True))


def channels_set_up() -> QuerySet[ProviderSetup]:
    """Return the set-ups whose ``channels`` are connected, for a statement that asks for them beside its own."""
    return ProviderSetup.objects.filter(is_on=True)


def channels_carried(on_page: Iterable[Sequence[str]]) -> frozenset[str]:
    """Return the codes of channels that some provider carries; ``on_page`` are those of the set-ups, as read."""
    in_settings = (one.channels for one in providers_of(settings) if one.adapter is not None)
    return frozenset(code for codes in (*on_page, *in_settings) for code in codes)


def setups_listed() -> list[SetupView]:
    """Return the set-ups of the page in their order. One of a kind that this release does not know is left out."""
    return [_view(row) for row in ProviderSetup.objects.filter(kind__in=KINDS).order_by("place", "id")]


def setup_view(*, name: str) -> SetupView:
    """Return one set-up. Raises `SetupMissing`."""
    return _view(_row(name))


def secrets_kept(*, name: str) -> frozenset[str]:
    """Return the names of the secret fields of which a value is kept. Raises `SetupMissing`."""
    return frozenset(_known(_row(name)))


@transaction.atomic
def setup_create(*, kind: str, title: str, fields: Mapping[str, str]) -> str:
    """Store a new set-up at the end of the order, switched on; return its name.

    The name is no other set-up's, nor that of a provider of the environment, whose webhook it would take. Raises
    `SetupMissing` for a kind that there is not, and `SetupRefused`.
    """
    if kind not in KINDS:
        raise SetupMissing
    taken = set(ProviderSetup.objects.select_for_update().filter(kind=kind).values_list("name", flat=True))
    taken |= {one.name for one in providers_of(settings)}
    name = next(one for one in (kind, *(f"{kind}-{number}" for number in range(2, 1000))) if one not in taken)
    place = max(ProviderSetup.objects.values_list("place", flat=True), default=0) + 1
    row = ProviderSetup(
        name=name,
        kind=kind,
        title=title.strip(),
        place=place,
        webhook_secrets=sealed([secret_new(kind)], WEBHOOK_PLACE),
    )
    _fill(row, fields, {})
    row.save()
    return name


@transaction.atomic
def setup_change(
    *, name: str, title: str, fields: Mapping[str, str], per_second: int = 0, balance_warn: Decimal | None = None
) -> tuple[str, ...]:
    """Store the fields of one set-up; return the names of those that changed. An empty secret keeps the one there is.

    A secret leaves only for the address that it was entered with: a new address asks for it anew. Raises
    `SetupMissing` and `SetupRefused`.
    """
    row = _row(name, locked=True)
    known = _known(row)
    before = (_own(row), {**row.values, **known})
    _addresses_check(row, fields, known)
    row.title, row.per_second, row.balance_warn = title.strip(), per_second, balance_warn
    _fill(row, fields, known)
    after = (_own(row), {**row.values, **_known(row)})
    pairs = zip(before, after, strict=True)
    changed = tuple(name for old, new in pairs for name in new if new[name] != old.get(name, ""))
    if changed:
        # What the provider gave us (tokens) was for the fields as they were.
        row.memory = ""
        row.save()
    return changed


def setup_values(*, name: str) -> SetupValues:
    """Return all that a provider is made of, with secrets: for work, never for a page. Raises `SetupMissing`."""
    return values_of(_row(name))


def _row(name: str, *, locked: bool = False) -> ProviderSetup:
    rows = ProviderSetup.objects.select_for_update() if locked else ProviderSetup.objects.all()
    row = rows.filter(name=name).first()
    if row is None or row.kind not in KINDS:
        raise SetupMissing
    return row


def _known(row: ProviderSetup) -> dict[str, str]:
    """Return the secret fields as they are kept; none where they can no longer be read and must be entered anew."""
    try:
        return dict(opened(row.secrets, FIELDS_PLACE))
    except SecretUnreadable:
        return {}


def _own(row: ProviderSetup) -> dict[str, object]:
    """Return what a person may change besides the fields of the kind; those may have the same names."""
    return {"title": row.title, "per_second": row.per_second, "balance_warn": row.balance_warn}


def _addresses_check(row: ProviderSetup, fields: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Raise `SetupRefused` where an address changes and a kept secret would go there unseen."""
    kind = KINDS[row.kind]
    stored = {**defaults_of(kind.fields), **row.values}
    addresses = [one.name for one in kind.fields if one.kind == "url"]
    if all(fields.get(name, "").strip() == stored.get(name, "") for name in addresses):
        return
    asked = tuple(name for name in known if not fields.get(name, "").strip())
    if asked:
        raise SetupRefused(fields=asked, reason="address_changed")


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
        balance_warn=row.balance_warn,
        values={**defaults_of([one for one in kind.fields if one.kind != "secret"]), **row.values},
        webhook_url=f"{settings.SITE_URL}{webhook_path(provider=row.name)}",
        webhook_secret_shown_at=row.webhook_secret_shown_at,
    )


def _fill(row: ProviderSetup, fields: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Put the fields into the row, and what the provider made of them would carry. Raises `SetupRefused`."""
    kind = KINDS[row.kind]
    given = {field.name: fields.get(field.name, "").strip() for field in kind.fields}
    hidden = {field.name for field in kind.fields if field.kind == "secret"}
    secret = {name: given[name] or known.get(name, "") for name in hidden}
    whole = {**given, **secret}
    wrong = tuple(field.name for field in kind.fields if not field.fits(whole[field.name]))
    if wrong:
        raise SetupRefused(fields=wrong, reason="")
    row.values = {name: value for name, value in given.items() if name not in hidden}
    row.secrets = sealed({name: value for name, value in secret.items() if value}, FIELDS_PLACE)
    try:
        provider = kind.make(values_of(row))
    except Misconfigured as error:
        raise SetupRefused(fields=(), reason=error.reason) from error
    except SecretUnreadable as error:
        raise SetupRefused(fields=(), reason="webhook_secret_unreadable") from error
    row.channels = list(provider.channels) if provider.adapter is not None else []
