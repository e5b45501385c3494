"""Stops in force: which of them hold for a customer, and which of them a yes does not overrule."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from consents.enums import ContactKind, Purpose, StateValue, SuppressionReason, SuppressionScope
from consents.models import ConsentState, ContactPoint, Suppression
from consents.normalise import contact_mask
from consents.reach.eligibility import NEEDED

_FINAL = frozenset({SuppressionReason.BOUNCED, SuppressionReason.NOT_MINE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One stop in force. Without a ``value`` it holds for the whole person, else for that contact."""

    id: int
    scope: SuppressionScope
    reason: SuppressionReason
    since: datetime
    kind: str
    value: str
    is_everybodys: bool
    """It holds for whoever has this contact, not for one customer."""

    @property
    def mask(self) -> str:
        """Return the contact as anyone may see it; empty where the whole person is meant."""
        return contact_mask(self.kind, self.value) if self.value else ""

    @property
    def is_asked_for(self) -> bool:
        """Return whether the person asked for it, so that a later yes overrules it; a wrong contact stays wrong."""
        return self.reason not in _FINAL


def stops_of(*, customer_id: int) -> tuple[Stop, ...]:
    """Return the stops that hold for a customer or for any contact of theirs, the oldest first."""
    return stops_of_people(customer_ids=[customer_id]).get(customer_id, ())


def stops_of_people(*, customer_ids: Collection[int]) -> dict[int, tuple[Stop, ...]]:
    """Return the stops of several customers; whoever has none is left out."""
    owners: dict[tuple[str, str], list[int]] = {}
    points = ContactPoint.objects.filter(customer_id__in=customer_ids)
    for owner, kind, value in points.values_list("customer_id", "kind", "value"):
        owners.setdefault((kind, value), []).append(owner)
    values = {value for _, value in owners}
    of_contacts = Q(customer=None, kind__in=ContactKind.values, value__in=values)
    rows = Suppression.objects.filter(Q(customer_id__in=customer_ids) | of_contacts, lifted_at=None).order_by("id")
    found: dict[int, list[Stop]] = {}
    for row in rows:
        named = owners.get((row.kind, row.value), []) if row.customer_id is None else [row.customer_id]
        for owner in named:
            found.setdefault(owner, []).append(_stop(row))
    return {owner: tuple(stops) for owner, stops in found.items()}


def stop_over(state: ConsentState, *, answers: Iterable[ConsentState], stops: Iterable[Stop]) -> Stop | None:
    """Return the stop that a yes does not overrule, by the rule of the gate; None for a no, and where there is none.

    ``answers`` are all of the person's: advertising rests on two of them, and on the older. Of several stops one that
    no yes overrules comes first, then the oldest.
    """
    if state.value != StateValue.GRANTED:
        return None
    since = min((one.since for one in answers if _carries(one, state)), default=None)
    point = state.contact_point
    target = (point.kind, point.value) if point else ("", "")
    holding = [
        stop
        for stop in stops
        if (stop.scope == SuppressionScope.ALL or state.purpose != Purpose.SERVICE)
        and (not stop.value or (stop.kind, stop.value) == target)
        and (not stop.is_asked_for or since is None or stop.since > since)
    ]
    return min(holding, key=lambda stop: (stop.is_asked_for, stop.since), default=None)


def _carries(answer: ConsentState, state: ConsentState) -> bool:
    """Return whether a message of the state's purpose and contact rests on this answer."""
    return (
        answer.value == StateValue.GRANTED
        and answer.purpose in NEEDED[Purpose(state.purpose)]
        and (answer.channel, answer.contact_point_id) == (state.channel, state.contact_point_id)
        and (answer.valid_until is None or answer.valid_until > timezone.now())
    )


def _stop(row: Suppression) -> Stop:
    return Stop(
        id=row.pk,
        scope=SuppressionScope(row.scope),
        reason=SuppressionReason(row.reason),
        since=row.created_at,
        kind=row.kind,
        value=row.value,
        is_everybodys=row.customer_id is None,
    )
