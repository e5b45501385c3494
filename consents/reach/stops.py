"""Stops in force: which of them hold for a customer, and which of them a yes does not overrule."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import BooleanField, Func, Q

from consents.enums import ContactKind, StopReason, StopScope
from consents.models import ContactPoint, Stop
from consents.normalise import contact_mask

_OVER: Final = """
SELECT DISTINCT ON (y.id) y.id, s.id
FROM consents_consentstate y
LEFT JOIN consents_contactpoint p ON p.id = y.contact_point_id
LEFT JOIN LATERAL (
    SELECT a.since FROM consents_agreed(y.purpose) a
    WHERE a.customer_id = y.customer_id AND a.channel = y.channel
        AND a.contact_point_id IS NOT DISTINCT FROM y.contact_point_id
) g ON true
CROSS JOIN LATERAL consents_stops(y.purpose) s
WHERE y.customer_id = ANY(%s) AND y.value = 'granted'
    AND consents_stop_covers(s.customer_id, s.kind, s.value, y.customer_id, p.kind, p.value)
    AND consents_stop_holds(s.is_final, s.since, g.since)
ORDER BY y.id, s.is_final DESC, s.since
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopView:
    """One stop in force. Without a ``value`` it holds for the whole person, else for that contact."""

    id: int
    scope: StopScope
    reason: StopReason
    since: datetime
    kind: str
    value: str
    is_everybodys: bool
    """It holds for whoever has this contact, not for one customer."""
    is_asked_for: bool
    """The person asked for it, so that a later yes overrules it; a wrong contact stays wrong."""

    @property
    def mask(self) -> str:
        """Return the contact as anyone may see it; empty where the whole person is meant."""
        return contact_mask(self.kind, self.value) if self.value else ""


def stops_of(*, customer_id: int) -> tuple[StopView, ...]:
    """Return the stops that hold for a customer or for any contact of theirs, the oldest first."""
    return stops_of_people(customer_ids=[customer_id]).get(customer_id, ())


def stops_of_people(*, customer_ids: Collection[int]) -> dict[int, tuple[StopView, ...]]:
    """Return the stops of several customers; whoever has none is left out."""
    owners: dict[tuple[str, str], list[int]] = {}
    points = ContactPoint.objects.filter(customer_id__in=customer_ids)
    for owner, kind, value in points.values_list("customer_id", "kind", "value"):
        owners.setdefault((kind, value), []).append(owner)
    values = {value for _, value in owners}
    of_contacts = Q(customer=None, kind__in=ContactKind.values, value__in=values)
    rows = Stop.objects.filter(Q(customer_id__in=customer_ids) | of_contacts, lifted_at=None).annotate(
        is_final=Func("reason", function="consents_stop_is_final", output_field=BooleanField())
    )
    found: dict[int, list[StopView]] = {}
    for row in rows.order_by("id"):
        named = owners.get((row.kind, row.value), []) if row.customer_id is None else [row.customer_id]
        for owner in named:
            found.setdefault(owner, []).append(_stop(row))
    return {owner: tuple(stops) for owner, stops in found.items()}


def stops_over(*, customer_ids: Collection[int]) -> dict[int, int]:
    """Return the stops that a yes does not overrule, by the rules of the gate: ids by the id of the `ConsentState`.

    Advertising rests on two answers, and on the older. Of several stops one that no yes overrules comes first, then the
    oldest.
    """
    if not customer_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_OVER, [list(customer_ids)])
        return dict(cursor.fetchall())


def _stop(row: Any) -> StopView:
    return StopView(
        id=row.pk,
        scope=StopScope(row.scope),
        reason=StopReason(row.reason),
        since=row.created_at,
        kind=row.kind,
        value=row.value,
        is_everybodys=row.customer_id is None,
        is_asked_for=not row.is_final,
    )
