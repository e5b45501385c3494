"""Lifting a stop by hand, on a demand that is recorded with it: by itself no member of staff lifts anything."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from consents.enums import ContactKind, EventKind, StopReason
from consents.errors import StopMissing
from consents.ledger import append as ledger
from consents.ledger.grants import customer_lock
from consents.models import ContactPoint
from consents.reach.stopping import stop_end
from consents.reach.stops import StopView, stops_of
from consents.types import AppendedEvent, Circumstances, Demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """What became of a stop."""

    stop: StopView
    event: AppendedEvent
    is_reopened: bool
    """The contact that was closed as somebody else's is current again."""


@transaction.atomic
def stop_lift(
    *,
    customer_id: int,
    stop_id: int,
    demand: Demand,
    circumstances: Circumstances,
    since: datetime | None = None,
) -> Lifted:
    """Lift one stop that holds for this customer, on a demand that came to the company; the event keeps it.

    ``since`` is the time of the stop that was looked at: one that a later no has renewed is another. «Это не я» taken
    back opens the contact again, with an event, unless another of its kind is current by now. Nothing is granted by
    it: consents stay withdrawn. Raises StopMissing on a repeat, for a renewed stop and for one of somebody else.
    """
    customer_lock(customer_id)
    stop = next((one for one in stops_of(customer_id=customer_id) if one.id == stop_id), None)
    if stop is None or since not in (None, stop.since):
        raise StopMissing(f"stop {stop_id} does not hold for customer {customer_id}")
    event = stop_end(customer_id=customer_id, stop_id=stop_id, circumstances=circumstances, facts=demand.facts)
    is_reopened = stop.reason == StopReason.NOT_MINE and _reopen(customer_id, stop, circumstances)
    return Lifted(stop=stop, event=event, is_reopened=is_reopened)


def _reopen(customer_id: int, stop: StopView, circumstances: Circumstances) -> bool:
    kind = ContactKind(stop.kind)
    same_kind = ContactPoint.objects.filter(customer_id=customer_id, kind=kind)
    point = same_kind.filter(value=stop.value).first()
    if point is None or same_kind.filter(is_current=True).exists():
        return False
    ledger.append(
        customer_id=customer_id,
        kind=EventKind.CONTACT_RESTORED,
        circumstances=circumstances,
        channel=kind.channel,
        contact_uuid=point.uuid,
    )
    ContactPoint.objects.filter(pk=point.pk).update(is_current=True, closed_at=None, replaced_by=None)
    return True
