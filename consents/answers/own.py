"""What the register keeps of one person, for that person: contacts of the past and stops included."""

from dataclasses import dataclass
from datetime import datetime

from consents.enums import ContactKind, ContactOrigin
from consents.models import ContactPoint, Customer, Messenger
from consents.reach.stops import StopView, stops_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPoint:
    """One contact, of today or of the past. ``value`` goes to its owner only."""

    kind: ContactKind
    value: str
    origin: ContactOrigin
    is_current: bool
    confirmed_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecord:
    """The row of one person, whole."""

    source: str
    external_id: str
    name: str
    city: str
    segment: str
    time_zone: str
    messenger: str
    points: tuple[OwnPoint, ...]
    stops: tuple[StopView, ...]


def own_record(*, customer_id: int) -> OwnRecord | None:
    """Return everything that the register keeps of a person besides the ledger. None when there is no such customer."""
    columns = ("source", "external_id", "name", "city", "segment", "time_zone", "messenger")
    customer = Customer.objects.filter(pk=customer_id).values(*columns).first()
    if customer is None:
        return None
    named = Messenger.objects.filter(code=customer["messenger"]).values_list("name", flat=True).first()
    points = ContactPoint.objects.filter(customer_id=customer_id).order_by("-is_current", "-kind", "-id")
    return OwnRecord(
        **(customer | {"messenger": named or customer["messenger"]}),
        points=tuple(_point(point) for point in points),
        stops=stops_of(customer_id=customer_id),
    )


def _point(point: ContactPoint) -> OwnPoint:
    return OwnPoint(
        kind=ContactKind(point.kind),
        value=point.value,
        origin=ContactOrigin(point.origin),
        is_current=point.is_current,
        confirmed_at=point.confirmed_at,
        closed_at=point.closed_at,
    )
