"""Many events at once, each with its evidence: what one event of `append` is, without its round trips.

For events that move no state, of customers whose locks the caller holds or who are new in the caller's transaction. The
caller has read the database's clock under those locks, and names each event beforehand, so that rows stored with it can
name it too.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.types.json import Jsonb

from consents.errors import CustomerMissing, EventInvalid
from consents.ledger.entry import Entry, event_rows
from consents.ledger.event import EVENT_COLUMNS
from consents.ledger.event_rules import STATE_KINDS, EventContent, content_check
from consents.ledger.evidence import Snapshot
from consents.ledger.vouching import event_mac
from consents.outside.noes import event_note
from consents.types import Circumstances

_EVENT_COLUMNS: Final = (*EVENT_COLUMNS, "leaf_hash")
_CUSTOMERS: Final = "SELECT id, subject, name, external_id, time_zone FROM consents_customer WHERE id = ANY(%s)"
_IDS: Final = "SELECT nextval(pg_get_serial_sequence('consents_consentevent', 'id')) FROM generate_series(1, %s)"


class NamedEvent(NamedTuple):
    """One event as its caller has named and timed it; it is about the whole customer and no contact."""

    uuid: UUID
    occurred_at: datetime
    customer_id: int
    content: EventContent
    circumstances: Circumstances
    personal: Mapping[str, str]


@transaction.atomic
def append_many(*, events: Sequence[NamedEvent]) -> None:
    """Add the events in their order. Raises EventInvalid, CustomerMissing; then none is added."""
    for event in events:
        if event.content.kind in STATE_KINDS or event.content.contact is not None:
            raise EventInvalid(f"{event.content.kind}: an answer, and what is about a contact, is appended by itself")
        content_check(event.content, None, event.circumstances)
    if not events:
        return
    with connection.cursor() as cursor:
        cursor.execute(_CUSTOMERS, [list({event.customer_id for event in events})])
        people = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_IDS, [len(events)])
        ids = [row[0] for row in cursor.fetchall()]
        rows, evidence, waiting = [], [], []
        for number, event in zip(ids, events, strict=True):
            row, personal = _rows(number, event, people.get(event.customer_id))
            rows.append(row)
            evidence.append(personal)
            waiting.append((number, event_mac(row[-1])))
        _copy(cursor, f"consents_consentevent ({', '.join(('id', *_EVENT_COLUMNS))})", rows)
        _copy(cursor, "consents_evidence (event_id, customer_id, salt, personal)", evidence)
        _copy(cursor, "consents_unsealedevent (event_id, mac)", waiting)


def _rows(number: int, event: NamedEvent, person: Sequence[Any] | None) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return the rows of the event and of its evidence."""
    if person is None:
        raise CustomerMissing(f"no customer {event.customer_id}")
    subject, name, external_id, time_zone = person
    snapshot = Snapshot(subject, event.occurred_at, name, external_id, time_zone, None, "", "")
    entry = Entry(event.customer_id, event.content, event.circumstances, None, None, None, event.personal)
    made = event_rows(uuid=event.uuid, customer=snapshot, entry=entry)
    event_note(made.event, made.evidence)
    row = (number, *(made.event[column] for column in _EVENT_COLUMNS))
    return row, (number, event.customer_id, made.salt, Jsonb(made.evidence))


def _copy(cursor: CursorWrapper, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {columns} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
