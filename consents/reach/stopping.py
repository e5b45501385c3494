"""Addresses and people that are not written to. Each stop is an event, and so is what lifts it.

Anything may add a stop; only the person's own act, or a recorded demand, lifts one.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from consents.enums import ContactKind, EventKind, Purpose, StopHolder, StopReason, StopScope
from consents.errors import StopMissing
from consents.ledger import append as ledger
from consents.ledger.grants import customer_lock, request_part
from consents.models import ContactPoint, Stop
from consents.outside.noes import address_stop_note
from consents.types import AppendedEvent, Circumstances

ASKED_FOR: Final = frozenset({StopReason.REFUSED_ALL, StopReason.UNSUBSCRIBED, StopReason.STAFF, StopReason.NOT_MINE})
"""What a person says, on a page, in a message or by a demand: each time it is said it is recorded."""
# A new stop must count, so what stands in its place and would not makes room: a stop that a later yes overrules in the
# gate, and one that a yes could overrule when the news is about the address itself. The key of its event tells which
# request has set it: it was made of the number of stops before it. Within a minute the same request is the same no.
_IN_PLACE: Final = """
SELECT s.id, s.reason, consents_stop_is_final(s.reason) AS is_final,
    s.customer_id IS NOT NULL AND NOT consents_stop_is_final(s.reason)
    AND (consents_stop_is_final(%(reason)s) OR EXISTS (
        SELECT FROM consents_consentstate y LEFT JOIN consents_contactpoint p ON p.id = y.contact_point_id
        WHERE y.customer_id = s.customer_id AND y.value = 'granted' AND y.since > s.created_at
            AND (s.value = '' OR (p.kind = s.kind AND p.value = s.value)))) AS makes_room,
    (SELECT count(*) FROM consents_stop b WHERE b.customer_id = s.customer_id AND b.id < s.id) AS before,
    coalesce((SELECT e.request_key FROM consents_consentevent e WHERE e.uuid = s.event), '') AS request_key,
    clock_timestamp() - s.created_at < interval '1 minute' AS is_young
FROM consents_stop s
WHERE s.lifted_at IS NULL AND s.customer_id IS NOT DISTINCT FROM %(customer)s AND s.kind = %(kind)s
    AND s.value = %(value)s AND s.scope = %(scope)s
"""
_ADDRESS_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('consents.stop'), hashtext(%s))"


class _Standing(NamedTuple):
    """A stop in force where another one is to be set."""

    id: int
    reason: str
    is_final: bool
    makes_room: bool
    """It would not count, so that the new one takes its place whatever its reason."""
    before: int
    request_key: str
    is_young: bool

    def is_set_by(self, circumstances: Circumstances) -> bool:
        """Return whether this very request has set it a moment ago."""
        return self.is_young and self.request_key == request_part(circumstances, "stop", self.before).request_key


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTarget:
    """What is stopped, and why. Without a ``customer_id`` it is an address, whoever has it."""

    customer_id: int | None
    scope: StopScope
    reason: StopReason
    kind: str = ""
    value: str = ""

    @property
    def holder(self) -> StopHolder:
        """Return whom it holds for."""
        if self.customer_id is None:
            return StopHolder.ADDRESS
        return StopHolder.CONTACT if self.value else StopHolder.PERSON

    @property
    def facts(self) -> dict[str, str]:
        """Return what evidence keeps of its events."""
        return {
            "stop_scope": self.scope.value,
            "stop_reason": self.reason.value,
            "stop_holder": self.holder.value,
        }

    @property
    def purpose(self) -> str:
        """Return the purpose of its events: advertising, or none where all messages are meant."""
        return Purpose.ADVERTISING.value if self.scope == StopScope.ADVERTISING else ""

    def about(self, customer_id: int) -> dict[str, Any]:
        """Return the columns of its events: advertising, and channel and contact of an address."""
        contact = None
        if self.value:
            points = ContactPoint.objects.filter(customer_id=customer_id, kind=self.kind, value=self.value)
            contact = points.values_list("uuid", flat=True).first()
        return {
            "purpose": self.purpose,
            "channel": ContactKind(self.kind).channel if self.kind else "",
            "contact_uuid": contact,
        }


def customer_stop(
    *, customer_id: int, scope: StopScope, reason: StopReason, circumstances: Circumstances
) -> AppendedEvent | None:
    """Stop all messages to a person, or all advertising; return the event.

    What the person asked for once more renews the stop, with an event and a time of its own, so that nobody lifts it by
    a form that showed the one before. None for a repeat of the same request, and for other news of what stands.
    """
    return _own_stop_add(StopTarget(customer_id=customer_id, scope=scope, reason=reason), customer_id, circumstances)


def address_stop(
    *,
    kind: ContactKind,
    value: str,
    reason: StopReason,
    circumstances: Circumstances,
    customer_id: int | None = None,
    scope: StopScope = StopScope.ALL,
) -> AppendedEvent | None:
    """Stop messages to one address: of everybody's, or of this customer's only; return the event, None for a repeat.

    What the person asked for once more renews the stop, as in `customer_stop`. That it does not exist or is somebody
    else's replaces a stop of the person for it; that it is somebody else's is replaced by none. A stop of everybody's
    is an event of each customer who has the address on file, and of nobody where it is on no file.
    """
    target = StopTarget(customer_id=customer_id, scope=scope, reason=reason, kind=kind, value=value)
    if customer_id is None:
        return _common_stop_add(target, circumstances)
    return _own_stop_add(target, customer_id, circumstances)


def is_denied_by(*, customer_id: int, kind: ContactKind, value: str, circumstances: Circumstances) -> bool:
    """Return whether this very request has said a moment ago that a contact is somebody else's."""
    target = StopTarget(
        customer_id=customer_id, scope=StopScope.ALL, reason=StopReason.NOT_MINE, kind=kind, value=value
    )
    standing = _in_place(target)
    return standing is not None and standing.reason == StopReason.NOT_MINE and standing.is_set_by(circumstances)


@transaction.atomic
def bounce_lift(*, customer_id: int, kind: ContactKind, value: str, circumstances: Circumstances) -> None:
    """Lift what a code that has just come through that address proves wrong: that it does not exist."""
    customer_lock(customer_id)
    of_this = Stop.objects.filter(Q(customer=None) | Q(customer_id=customer_id), kind=kind, value=value)
    for stop in of_this.filter(reason=StopReason.BOUNCED, lifted_at=None).order_by("id"):
        _lift(stop, customer_id, "code", circumstances, {})


@transaction.atomic
def stop_end(*, customer_id: int, stop_id: int, circumstances: Circumstances, facts: dict[str, str]) -> AppendedEvent:
    """Lift one stop by hand, for a customer whom it holds; ``facts`` say on what demand. Raises StopMissing."""
    customer_lock(customer_id)
    stop = Stop.objects.select_for_update(of=("self",)).filter(pk=stop_id, lifted_at=None).first()
    if stop is None:
        raise StopMissing(f"stop {stop_id} is not in force")
    return _lift(stop, customer_id, circumstances.actor.ident, circumstances, facts)


@transaction.atomic
def _own_stop_add(target: StopTarget, customer_id: int, circumstances: Circumstances) -> AppendedEvent | None:
    customer_lock(customer_id)
    standing = _in_place(target)
    if standing is not None and not standing.makes_room:
        if target.reason not in ASKED_FOR or standing.is_set_by(circumstances):
            return None
        if standing.reason == StopReason.NOT_MINE:
            target = replace(target, reason=StopReason.NOT_MINE)
    # The same request after a lift is a further no: its number among the person's stops tells it from the first.
    count = Stop.objects.filter(customer_id=customer_id).count()
    event = _stop_event(target, customer_id, request_part(circumstances, "stop", count), None)
    if standing is not None:
        _close(standing.id, event.occurred_at, "renewed", event.uuid)
    _store(target, event.occurred_at, event.uuid)
    return event


@transaction.atomic
def _common_stop_add(target: StopTarget, circumstances: Circumstances) -> AppendedEvent | None:
    """Add a stop of everybody's. Its row names the first event, and the others name that one too."""
    with connection.cursor() as cursor:
        cursor.execute(_ADDRESS_LOCK, [f"{target.kind}|{target.value}"])
    if _in_place(target) is not None:
        return None
    of_address = Stop.objects.filter(customer=None, kind=target.kind, value=target.value)
    how = request_part(circumstances, "stop", of_address.count())
    points = ContactPoint.objects.filter(kind=target.kind, value=target.value).order_by("customer_id")
    first: AppendedEvent | None = None
    for owner_id in points.values_list("customer_id", flat=True):
        event = _stop_event(target, owner_id, how, first.uuid if first else None)
        first = first or event
    _store(target, first.occurred_at if first else None, first.uuid if first else None)
    return first


def _in_place(target: StopTarget) -> _Standing | None:
    """Return the stop that stands there."""
    with connection.cursor() as cursor:
        cursor.execute(
            _IN_PLACE,
            {
                "customer": target.customer_id,
                "kind": target.kind,
                "value": target.value,
                "scope": target.scope,
                "reason": target.reason,
            },
        )
        row = cursor.fetchone()
    return None if row is None else _Standing(*row)


def _stop_event(
    target: StopTarget, customer_id: int, circumstances: Circumstances, first: UUID | None
) -> AppendedEvent:
    return ledger.append(
        customer_id=customer_id,
        kind=EventKind.STOP_SET,
        circumstances=circumstances,
        answers=first,
        personal=target.facts,
        **target.about(customer_id),
    )


def _store(target: StopTarget, at: datetime | None, event: UUID | None) -> None:
    """Add the row; its time is the event's, which is the database's, as is that of a later yes."""
    if event is None:
        address_stop_note(kind=target.kind, value=target.value, scope=target.scope, reason=target.reason)
    Stop.objects.create(
        customer_id=target.customer_id,
        kind=target.kind,
        value=target.value,
        scope=target.scope,
        reason=target.reason,
        event=event,
        **({"created_at": at} if at else {}),
    )


def _lift(
    stop: Stop, customer_id: int, lifted_by: str, circumstances: Circumstances, facts: dict[str, str]
) -> AppendedEvent:
    target = StopTarget(
        customer_id=stop.customer_id,
        scope=StopScope(stop.scope),
        reason=StopReason(stop.reason),
        kind=stop.kind,
        value=stop.value,
    )
    event = ledger.append(
        customer_id=customer_id,
        kind=EventKind.STOP_LIFTED,
        circumstances=request_part(circumstances, "lift", stop.pk),
        answers=stop.event,
        personal={**target.facts, **facts},
        **target.about(customer_id),
    )
    _close(stop.pk, event.occurred_at, lifted_by, event.uuid)
    return event


def _close(stop_id: int, at: datetime, lifted_by: str, event: UUID) -> None:
    Stop.objects.filter(pk=stop_id, lifted_at=None).update(lifted_at=at, lifted_by=lifted_by, lifted_event=event)
