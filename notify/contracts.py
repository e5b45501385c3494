"""Contracts with platforms: which kinds of messages they allow today, by the database's clock.

A day is one of `settings.DEFAULT_TIME_ZONE`. Replies in a dialogue that the customer has opened, and notices of the
customer's own acts, need no contract.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now, TruncDate

from consents.enums import Channel
from notify.enums import ContractKind
from notify.errors import ContractRefused, ContractUnknown
from notify.models import ChannelContract

SOON: Final = timedelta(days=30)

CONTRACT_REFUSAL: Final = """(
    SELECT CASE
        WHEN count(*) = 0 THEN 'channel_closed'
        WHEN bool_or({kind} = ANY(k.kinds) AND k.valid_from <= d.today AND COALESCE(k.valid_until >= d.today, true))
            THEN ''
        ELSE 'not_in_contract' END
    FROM notify_channelcontract k
    CROSS JOIN (SELECT (statement_timestamp() AT TIME ZONE %(contract_zone)s)::date AS today) d
    WHERE k.channel = {channel})
"""
"""Why no contract of ``channel`` lets messages of ``kind`` go: a `SkipReason`, empty when one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractView:
    """One contract as it stands today."""

    id: int
    channel: Channel
    number: str
    signed_on: date | None
    valid_from: date
    valid_until: date | None
    kinds: tuple[ContractKind, ...]
    today: date

    @property
    def is_ahead(self) -> bool:
        """Return whether its first day is still to come."""
        return self.valid_from > self.today

    @property
    def is_over(self) -> bool:
        """Return whether its last day is over."""
        return self.valid_until is not None and self.valid_until < self.today

    @property
    def is_in_force(self) -> bool:
        """Return whether it holds today."""
        return not self.is_ahead and not self.is_over

    @property
    def ends_soon(self) -> bool:
        """Return whether it holds today and ends within `SOON`."""
        return self.is_in_force and self.valid_until is not None and self.valid_until - self.today <= SOON


def contract_zone() -> str:
    """Return the zone whose days contracts are counted in."""
    return str(settings.DEFAULT_TIME_ZONE)


def contract_channels() -> list[str]:
    """Return the channels whose platform asks for a contract."""
    return [channel.value for channel in Channel if channel.spec.needs_contract]


def contracts_listed() -> tuple[ContractView, ...]:
    """Return every contract, those in force and ahead first, then by the first day, the newest first."""
    today = TruncDate(Now(), tzinfo=ZoneInfo(contract_zone()))
    columns = ("id", "channel", "number", "signed_on", "valid_from", "valid_until", "kinds")
    rows = ChannelContract.objects.annotate(today=today).order_by("-valid_from", "-id").values(*columns, "today")
    views = [
        ContractView(**row | {"channel": Channel(row["channel"]), "kinds": _sorted(row["kinds"])})
        for row in rows
        if row["channel"] in Channel.values
    ]
    return tuple(sorted(views, key=lambda view: view.is_over))


def contracts_ending() -> tuple[ContractView, ...]:
    """Return the contracts that end soon, but for those of which another one goes on with all their kinds."""
    views = contracts_listed()
    return tuple(view for view in views if view.ends_soon and _kinds_lost(view, views))


def contract_refusal(*, channel: str, kind: str) -> str:
    """Return why no message of a `ContractKind` may leave over ``channel`` today: a `SkipReason`, empty if it may."""
    if not Channel(channel).spec.needs_contract:
        return ""
    parameters = {"contract_zone": contract_zone(), "kind": kind, "channel": channel}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {CONTRACT_REFUSAL.format(kind='%(kind)s', channel='%(channel)s')}", parameters)
        return str(cursor.fetchone()[0])


@transaction.atomic
def contract_add(
    *,
    channel: str,
    number: str,
    signed_on: date,
    valid_from: date,
    kinds: Collection[str],
    valid_until: date | None = None,
) -> int:
    """Keep a contract, or an addendum, with the platform of a channel and return its id. Each call makes another.

    Raises `ContractRefused` for a channel that needs none, without number or kinds, signed on a day to come, or over
    before its first day.
    """
    if not Channel(channel).spec.needs_contract:
        raise ContractRefused(field="channel", problem="not_needed")
    if not number.strip():
        raise ContractRefused(field="number", problem="missing")
    if not kinds:
        raise ContractRefused(field="kinds", problem="missing")
    if signed_on > _today():
        raise ContractRefused(field="signed_on", problem="ahead")
    if valid_until is not None and valid_until < valid_from:
        raise ContractRefused(field="valid_until", problem="before_first_day")
    row = ChannelContract.objects.create(
        channel=Channel(channel).value,
        number=number.strip(),
        signed_on=signed_on,
        valid_from=valid_from,
        valid_until=valid_until,
        kinds=[kind.value for kind in _sorted(kinds)],
    )
    return row.pk


@transaction.atomic
def contract_end(*, channel: str, contract_id: int, last_day: date) -> bool:
    """Set the last day of a contract; the gate of the next message asks it. Return whether that changed anything.

    The day before its first one ends a contract that never held. Raises `ContractUnknown`, and `ContractRefused` for
    an earlier day.
    """
    row = ChannelContract.objects.select_for_update().filter(channel=channel, pk=contract_id).first()
    if row is None:
        raise ContractUnknown
    if last_day < row.valid_from - timedelta(days=1):
        raise ContractRefused(field="last_day", problem="before_first_day")
    if row.valid_until == last_day:
        return False
    row.valid_until = last_day
    row.save(update_fields=["valid_until"])
    return True


def _today() -> date:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (statement_timestamp() AT TIME ZONE %s)::date", [contract_zone()])
        today: date = cursor.fetchone()[0]
    return today


def _kinds_lost(ending: ContractView, views: Sequence[ContractView]) -> frozenset[ContractKind]:
    """Return the kinds that nothing allows on the day after a contract has ended."""
    if ending.valid_until is None:
        return frozenset()
    after = ending.valid_until + timedelta(days=1)
    kept = {
        kind
        for view in views
        if view.channel == ending.channel and view.valid_from <= after
        if view.valid_until is None or view.valid_until >= after
        for kind in view.kinds
    }
    return frozenset(ending.kinds) - kept


def _sorted(kinds: Collection[str]) -> tuple[ContractKind, ...]:
    """Return the kinds in the order of `ContractKind`, each once. Raises ValueError for a word that is none."""
    wanted = {ContractKind(kind) for kind in kinds}
    return tuple(kind for kind in ContractKind if kind in wanted)
