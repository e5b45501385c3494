"""Events with their evidence and their place in the tree, as people and files read them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Choices, QuerySet

from consents.enums import ActorKind, Channel, EventKind, ProofLevel, ProofMethod, Purpose
from consents.ledger.event import EVENT_COLUMNS, canonical_event
from consents.models import ConsentEvent, Customer
from consents.normalise import contact_mask
from consents.words import choice_words

PROMISE_DIGITS = 16

_WORDS: Mapping[str, type[Choices | Channel]] = {
    "kind": EventKind,
    "purpose": Purpose,
    "channel": Channel,
    "method": ProofMethod,
    "actor_kind": ActorKind,
    "level": ProofLevel,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One event. ``personal`` is empty once the person was erased; ``leaf_index`` is None before sealing.

    ``values`` are all columns that the leaf is the hash of; ``occurred_at`` is the time of the database, in UTC.
    """

    id: int
    uuid: UUID
    kind: str
    occurred_at: datetime
    leaf_hash: bytes
    leaf_index: int | None
    values: Mapping[str, Any]
    personal: Mapping[str, str]

    @property
    def zone(self) -> str:
        """Return the zone that the person was shown times in."""
        return self.personal.get("zone", "")

    @property
    def local_time(self) -> datetime:
        """Return the time on the person's clock; in UTC where their zone is not known."""
        try:
            return self.occurred_at.astimezone(ZoneInfo(self.zone))
        except (ZoneInfoNotFoundError, ValueError):
            return self.occurred_at

    @property
    def promise(self) -> str:
        """Return the first digits of the leaf hash, which a receipt shows for an event that is not sealed yet."""
        return self.leaf_hash.hex()[:PROMISE_DIGITS]

    @property
    def contact_masked(self) -> str:
        """Return the contact as anyone may see it; empty where there was none."""
        kind, value = self.personal.get("contact_kind", ""), self.personal.get("contact", "")
        return contact_mask(kind, value) if value else ""

    @property
    def is_erased(self) -> bool:
        """Return whether the evidence is gone for good."""
        return not self.personal

    @property
    def canonical(self) -> str:
        """Return the bytes that the leaf is the hash of, as text."""
        return canonical_event(self.values).decode()

    @property
    def level_label(self) -> str:
        """Return how much the person had proven; empty where staff or a program recorded the event."""
        return self.label("level") if self.values["actor_kind"] == ActorKind.CUSTOMER else ""

    def label(self, column: str) -> str:
        """Return the stored word of a column in the reader's language; the word itself if it is none of ours."""
        return choice_words(_WORDS[column], self.values[column])


def events_of(customer_id: int) -> QuerySet[ConsentEvent]:
    """Return the events of one person, for `event_views`."""
    return ConsentEvent.objects.filter(subject=Customer.objects.filter(pk=customer_id).values("subject")[:1])


def event_of(*, customer_id: int, event_uuid: UUID) -> EventView | None:
    """Return one event of one person; None for an event that does not exist or is another person's."""
    return next(event_views(events_of(customer_id).filter(uuid=event_uuid)), None)


def event_views(events: QuerySet[ConsentEvent], *, chunk_size: int = 500) -> Iterator[EventView]:
    """Yield the events of a queryset with their evidence, one query, flat memory."""
    rows = events.values("id", "leaf_hash", "leaf__index", "evidence__personal", *EVENT_COLUMNS)
    for row in rows.iterator(chunk_size=chunk_size):
        yield EventView(
            id=row["id"],
            uuid=row["uuid"],
            kind=row["kind"],
            occurred_at=row["occurred_at"],
            leaf_hash=bytes(row["leaf_hash"]),
            leaf_index=row["leaf__index"],
            values={name: row[name] for name in EVENT_COLUMNS},
            personal=row["evidence__personal"] or {},
        )
