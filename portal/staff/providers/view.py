"""What the pages of providers show, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.enums import Channel
from notify.channel_settings import channels_in_use
from notify.channels.setup import ProviderKind
from notify.errors import SetupMissing
from notify.inbound.payloads import CallsOfDay
from notify.providers.checks import ProviderHealth, providers_health
from portal.ui.provider_words import (
    Said,
    day_words,
    provider_title,
    reason_words,
    state_said,
    warnings_said,
)
from portal.ui.words import money

NOTHING_SENT: Final = gettext_lazy("Ничего не отправляют")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRow:
    """One provider as the pages draw it."""

    health: ProviderHealth
    title: str
    state: Said
    warnings: tuple[str, ...]
    balance: str
    paid_until: str
    check: str
    """What came of the last look."""


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """One provider among those who carry a channel; the order of those of the environment is fixed."""

    row: ProviderRow
    can_rise: bool
    can_sink: bool


@dataclass(frozen=True, slots=True)
class ProviderGroup:
    """Those who carry one channel, in their order; ``channel`` is empty for those who carry none."""

    channel: str
    label: str | Promise
    rows: tuple[PlacedRow, ...]


@dataclass(frozen=True, slots=True)
class CallsRow:
    """Calls of a webhook on one day with one outcome, in words."""

    calls: CallsOfDay
    outcome: str


def provider_row(health: ProviderHealth) -> ProviderRow:
    """Return one provider in words."""
    account = health.account
    return ProviderRow(
        health=health,
        title=provider_title(health),
        state=state_said(health),
        warnings=tuple(warnings_said(health)),
        balance=money(account.balance, account.currency) if account else "",
        paid_until=day_words(account.paid_until) if account else "",
        check=reason_words(health.check_trouble) if health.check_trouble else _("прошла"),
    )


def provider_groups(rows: list[ProviderRow]) -> list[ProviderGroup]:
    """Return the providers by channel, in the order of the channels; a group of those who carry none comes last."""
    shown = channels_in_use()
    groups = [
        ProviderGroup(channel.value, channel.label, _placed([row for row in rows if channel in row.health.channels]))
        for channel in Channel
        if channel in shown or any(channel in row.health.channels for row in rows)
    ]
    others = tuple(PlacedRow(row, False, False) for row in rows if not set(row.health.channels) & set(Channel.values))
    return [*groups, *([ProviderGroup("", NOTHING_SENT, others)] if others else [])]


def _placed(rows: list[ProviderRow]) -> tuple[PlacedRow, ...]:
    last = sum(row.health.setup is not None for row in rows) - 1
    return tuple(PlacedRow(row, 0 < place <= last, place < last) for place, row in enumerate(rows))


def providers_by_channel() -> dict[str, list[str]]:
    """Return the titles of those who carry each channel now, in their order."""
    carrying = [one for one in providers_health() if one.is_on and one.is_usable]
    return {channel.value: [provider_title(one) for one in carrying if channel in one.channels] for channel in Channel}


def kind_groups(kinds: Iterable[ProviderKind]) -> list[tuple[str | Promise, list[tuple[ProviderKind, str, str]]]]:
    """Return the kinds by channel, each with its title and what else it carries; those who carry none come last."""
    rows = [(kind, _(kind.label)) for kind in kinds]
    groups: list[tuple[str | Promise, list[tuple[ProviderKind, str, str]]]] = [
        (channel.label, [(kind, title, _also(kind, channel)) for kind, title in rows if channel in kind.channels])
        for channel in Channel
    ]
    others = [(kind, title, _nothing(kind)) for kind, title in rows if not set(kind.channels) & set(Channel.values)]
    return [group for group in (*groups, (NOTHING_SENT, others)) if group[1]]


def _also(kind: ProviderKind, channel: Channel) -> str:
    """Return the other channels of a kind, of those that this release knows."""
    others = [Channel(code) for code in kind.channels if code in Channel.values and code != channel]
    return _("и ещё: %(channels)s") % {"channels": ", ".join(str(one.spec.short) for one in others)} if others else ""


def _nothing(kind: ProviderKind) -> str:
    return _("Канала этого провайдера в этом выпуске нет") if kind.channels else ""


def provider_shown(name: str, found: list[ProviderHealth]) -> ProviderRow:
    """Return one set-up among all providers. Raises `SetupMissing`."""
    health = next((one for one in found if one.name == name and one.setup is not None), None)
    if health is None:
        raise SetupMissing
    return provider_row(health)


def places_of(shown: ProviderHealth, found: list[ProviderHealth]) -> list[tuple[str, int]]:
    """Return for each channel of a provider its place among those who are on; 0 while it is off."""
    carrying = [one for one in found if one.is_on]
    return [
        (str(Channel(code).label), [one.name for one in carrying if code in one.channels].index(shown.name) + 1)
        if shown.is_on
        else (str(Channel(code).label), 0)
        for code in shown.channels
        if code in Channel.values
    ]


def calls_rows(counted: list[CallsOfDay]) -> list[CallsRow]:
    """Return counted calls with their outcomes in words."""
    return [CallsRow(calls, reason_words(calls.error_code) if calls.error_code else "") for calls in counted]
