"""The register: find a person, by a reading of any text or by an exact one, read their history, leaf through events."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import permutations
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from consents.enums import Channel, ContactKind, EventKind, StateValue
from consents.errors import BadValue
from consents.ledger.history import EventView, event_views, events_of
from consents.models import ConsentEvent, ConsentState, ContactPoint, Customer, Receipt
from consents.normalise import contact_mask, email_normalise, name_key, phone_normalise, text_folded
from consents.reach.stops import StopView, stops_of_people, stops_over
from consents.receipts.numbers import receipt_number_read

SEARCH_LIMIT = 50
EXACT_LIMIT = 10
PAGE = 50

_PHONE = re.compile(r"[\s+()\d.\-–—\u00a0\u2011]{5,}")
_SHORT = re.compile(r"[0-9a-fA-F]{8}")
"""What pages print of the number of an event or a person."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_LOOSE_ID = re.compile(r"([^\W\d_]{0,4})[\W_]*(0*[1-9]\d{0,11})")
_LIKE = {
    **dict(zip("ABCEHKMOPTXY", "АВСЕНКМОРТХУ", strict=True)),
    **dict(zip("АВСЕНКМОРТХУ", "ABCEHKMOPTXY", strict=True)),
}
"""Letters that look the same in both alphabets."""
WORDS_TURNED = 3
"""Names of up to so many words are looked for in every order: each order is one more look into the index."""
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class RegisterContact:
    """One contact of a person in the register. Its value is shown only to staff who gave a reason."""

    point: ContactPoint

    @property
    def mask(self) -> str:
        """Return what anyone may see of it."""
        return contact_mask(self.point.kind, self.point.value)


@dataclass(frozen=True, slots=True)
class RegisterState:
    """Where one purpose on one channel stands, and the stop that keeps a yes from working now."""

    answer: ConsentState
    stop: StopView | None

    @property
    def is_granted(self) -> bool:
        """Return whether this answer allows messages."""
        return self.answer.value == StateValue.GRANTED and self.stop is None

    @property
    def channel_label(self) -> str:
        """Return the channel in the reader's language."""
        return str(Channel(self.answer.channel).label)

    @property
    def contact_mask(self) -> str:
        """Return the contact of the answer as anyone may see it; empty where it would only repeat its channel."""
        point = self.answer.contact_point
        mask = contact_mask(point.kind, point.value) if point else ""
        return "" if mask == self.channel_label else mask


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPerson:
    """One person with contacts and current answers."""

    customer: Customer
    contacts: tuple[RegisterContact, ...]
    states: tuple[RegisterState, ...]
    stops: tuple[StopView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events of the journal are wanted; empty means all. ``until`` is excluded."""

    since: datetime | None = None
    until: datetime | None = None
    kind: str = ""
    purpose: str = ""
    channel: str = ""
    subject: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsPage:
    """Some events, the newest first. ``older`` is what to ask the next page with, None at the end."""

    events: tuple[EventView, ...]
    older: int | None


def register_search(*, text: str, limit: int = SEARCH_LIMIT) -> tuple[RegisterPerson, ...]:
    """Find people by phone (however it is written), e-mail, customer id, number of a receipt or event, start of a name.

    The first eight digits of an event's or a person's number will do, and the words of a name in any order. Old
    contacts count too. The surest matches come first; an empty text finds nobody.
    """
    text = " ".join(text_folded(text).split())
    if not text:
        return ()
    found: dict[int, None] = {}
    for matches in _matches(text):
        for customer_id in matches[:limit]:
            found.setdefault(customer_id)
        if len(found) >= limit:
            break
    return _people(list(found)[:limit])


def customers_named_exactly(*, text: str) -> tuple[RegisterPerson, ...]:
    """Return who has exactly this customer id, current phone or current e-mail; no names, no beginnings."""
    return _people(customer_ids_named_exactly(text=text))


def customer_ids_named_exactly(*, text: str) -> list[int]:
    """Return the ids of those whom `customers_named_exactly` finds."""
    text = " ".join(text_folded(text).split())
    if not text:
        return []
    found = [*Customer.objects.filter(external_id=text).order_by("pk").values_list("pk", flat=True)[:EXACT_LIMIT]]
    contact = contact_meant(text)
    if contact is not None:
        kind, value = contact
        points = ContactPoint.objects.filter(kind=kind, value=value, is_current=True).order_by("customer_id")
        found += points.values_list("customer_id", flat=True)[:EXACT_LIMIT]
    return list(dict.fromkeys(found or _same_number(text)))[:EXACT_LIMIT]


def digits_missing(*, text: str) -> tuple[int, int] | None:
    """Return how many digits a text has that begins like a Russian mobile number, and how many it needs.

    None for a whole number, and for what is no phone.
    """
    if not _PHONE.fullmatch(text.strip()):
        return None
    digits = "".join(filter(str.isdecimal, text))
    needed = 11 if digits[:2] in ("79", "89") else 10 if digits[:1] == "9" else 0
    return (len(digits), needed) if needed != len(digits) and abs(len(digits) - needed) <= 3 else None


def contact_meant(text: str) -> tuple[ContactKind, str] | None:
    """Return the contact that a text is, as kind and stored value."""
    try:
        if "@" in text:
            return ContactKind.EMAIL, email_normalise(text)
        return ContactKind.PHONE, phone_normalise(text).e164
    except BadValue:
        return None


def customer_of_subject(*, subject: UUID) -> int | None:
    """Return the id of the customer with this pseudonym in the ledger; None when there is none."""
    return Customer.objects.filter(subject=subject).values_list("pk", flat=True).first()


def register_person(*, customer_id: int) -> RegisterPerson | None:
    """Return one person with contacts and answers, None when there is no such customer."""
    return next(iter(_people([customer_id])), None)


def person_timeline(*, customer_id: int) -> tuple[EventView, ...]:
    """Return everything that the ledger holds of one person, the newest first, each with the exact text shown."""
    return tuple(event_views(events_of(customer_id).order_by("-id")))


def events_matching(wanted: EventFilter) -> QuerySet[ConsentEvent]:
    """Return the events that a filter lets through, in the order they came."""
    events = ConsentEvent.objects.exclude(kind=EventKind.ROWS_RECORDED).order_by("id")
    if wanted.since:
        events = events.filter(occurred_at__gte=wanted.since)
    if wanted.until:
        events = events.filter(occurred_at__lt=wanted.until)
    exact = {name: getattr(wanted, name) for name in ("kind", "purpose", "channel", "subject")}
    return events.filter(**{name: value for name, value in exact.items() if value})


def events_page(*, wanted: EventFilter, before: int | None = None, size: int = PAGE) -> EventsPage:
    """Return one page of the journal; the cost does not grow with the number of the page."""
    events = events_matching(wanted).order_by("-id")
    if before is not None:
        events = events.filter(pk__lt=before)
    rows = tuple(event_views(events[: size + 1]))
    return EventsPage(events=rows[:size], older=rows[size - 1].id if len(rows) > size else None)


def _matches(text: str) -> Iterator[list[int]]:
    """Yield ids of customers for each reading of the text, the surest reading first."""
    customers = Customer.objects.order_by("pk").values_list("pk", flat=True)
    yield list(customers.filter(external_id=text)[:SEARCH_LIMIT])
    contact = contact_meant(text) if "@" in text or _PHONE.fullmatch(text) else None
    if contact is not None:
        kind, value = contact
        contacts = ContactPoint.objects.filter(kind=kind, value=value).order_by("-is_current", "customer_id")
        yield list(contacts.values_list("customer_id", flat=True)[:SEARCH_LIMIT])
    if _UUID.fullmatch(text):
        event = ConsentEvent.objects.filter(uuid=text).values("subject")
        yield list(customers.filter(Q(subject=text) | Q(subject__in=event)))
    if _SHORT.fullmatch(text):
        span = (UUID(text + "0" * 24), UUID(text + "f" * 24))
        event = ConsentEvent.objects.filter(uuid__range=span).values("subject")
        yield list(customers.filter(Q(subject__range=span) | Q(subject__in=event))[:SEARCH_LIMIT])
    number = receipt_number_read(text)
    if number:
        yield list(Receipt.objects.filter(number=number).values_list("customer_id", flat=True))
    yield list(customers.filter(external_id__startswith=text)[:SEARCH_LIMIT])
    for key in _name_keys(text):
        yield list(customers.filter(name_key__startswith=key).order_by("name_key", "pk")[:SEARCH_LIMIT])
    yield from _loose_matches(text)


def _loose_matches(text: str) -> Iterator[list[int]]:
    """Yield what no index finds, for a text that is one word: a first name, a number without its zeros and dashes."""
    customers = Customer.objects.order_by("pk").values_list("pk", flat=True)
    if _WORD.fullmatch(text):
        yield list(customers.filter(name_key__contains=f" {name_key(text)}")[:SEARCH_LIMIT])
    yield _same_number(text)


def _same_number(text: str) -> list[int]:
    """Return who has this customer id written another way: 235 and B000235 are B-000235."""
    found = _LOOSE_ID.fullmatch(text)
    if found is None:
        return []
    letters = "".join(f"[{letter}{_LIKE.get(letter, '')}]" for letter in found[1].upper())
    number = found[2].lstrip("0")
    pattern = rf"^\W*{letters}\W*0*{number}$" if letters else rf"^\D*0*{number}$"
    customers = Customer.objects.filter(external_id__iregex=pattern).order_by("pk")
    return list(customers.values_list("pk", flat=True)[:EXACT_LIMIT])


def _name_keys(text: str) -> Iterator[str]:
    """Yield the name as it was typed, then with its words in any other order."""
    words = name_key(text).split()
    turned = permutations(words) if len(words) <= WORDS_TURNED else [tuple(words)]
    yield from filter(None, dict.fromkeys(" ".join(order) for order in turned))


def _people(customer_ids: list[int]) -> tuple[RegisterPerson, ...]:
    customers = Customer.objects.prefetch_related(
        Prefetch("contact_points", ContactPoint.objects.order_by("-is_current", "kind", "-id")),
        Prefetch("states", ConsentState.objects.select_related("contact_point").order_by("purpose", "channel")),
    ).in_bulk(customer_ids)
    stops = stops_of_people(customer_ids=customer_ids)
    over = stops_over(customer_ids=[*stops])
    return tuple(_person(customers[pk], stops.get(pk, ()), over) for pk in customer_ids if pk in customers)


def _person(customer: Customer, stops: tuple[StopView, ...], over: Mapping[int, int]) -> RegisterPerson:
    by_id = {stop.id: stop for stop in stops}
    return RegisterPerson(
        customer=customer,
        contacts=tuple(RegisterContact(point) for point in customer.contact_points.all()),
        states=tuple(
            RegisterState(answer, by_id[over[answer.pk]] if answer.pk in over else None)
            for answer in customer.states.all()
        ),
        stops=stops,
    )
