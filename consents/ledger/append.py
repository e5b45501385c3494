"""The only writer of consent events, their evidence and the current state beside them.

One call of `append` is one event. It takes the customer's row lock first (NO KEY: two answers of one person wait for
each other, rows of other tables that refer to the customer do not), reads the database clock under that lock, and
writes event, evidence, waiting row and state in one statement. So the events of one person are committed in the order
of their ids and times, and different people never wait for each other.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.types.json import Jsonb

from consents.enums import EventKind
from consents.errors import CustomerMissing, EventInvalid, RequestKeyReused
from consents.ledger.entry import Entry, event_rows
from consents.ledger.event import EVENT_COLUMNS
from consents.ledger.event_rules import STATE_KINDS, EventContent, content_check
from consents.ledger.evidence import Snapshot
from consents.ledger.vouching import event_mac
from consents.outside.noes import event_note
from consents.types import AppendedEvent, Circumstances, RenderedDocument

_FIND = """
SELECT e.id, e.uuid, e.occurred_at, e.kind, e.purpose, e.channel, e.contact, e.document, e.document_version,
       e.document_sha256, e.actor_kind, e.actor
FROM consents_customer c
JOIN consents_consentevent e ON e.subject = c.subject AND e.request_key = %s
WHERE c.id = %s
"""

# The clock is read outside the locking part: inside, it would be read before the wait for the lock.
_LOCK = """
WITH locked AS MATERIALIZED (
    SELECT id, subject, name, external_id, time_zone FROM consents_customer WHERE id = %s FOR NO KEY UPDATE
)
SELECT l.subject, clock_timestamp(), l.name, l.external_id, l.time_zone,
       p.id, coalesce(p.kind, ''), coalesce(p.value, '')
FROM locked l LEFT JOIN consents_contactpoint p ON p.customer_id = l.id AND p.uuid = %s
"""

_INSERT = f"""
WITH event AS (
    INSERT INTO consents_consentevent ({", ".join(EVENT_COLUMNS)}, leaf_hash)
    VALUES ({", ".join(f"%({name})s" for name in EVENT_COLUMNS)}, %(leaf_hash)s)
    ON CONFLICT (subject, request_key) DO NOTHING
    RETURNING id
), evidence AS (
    INSERT INTO consents_evidence (event_id, customer_id, salt, personal)
    SELECT id, %(customer_id)s, %(salt)s, %(personal)s FROM event
), waiting AS (
    INSERT INTO consents_unsealedevent (event_id, mac) SELECT id, %(mac)s FROM event
){{state}}
SELECT id FROM event
"""  # noqa: S608 - names of columns only, all from this module

_MOVE_STATE = """, state AS (
    INSERT INTO consents_consentstate
        (customer_id, purpose, channel, value, contact_point_id, since, valid_until, event_id)
    SELECT %(customer_id)s, %(purpose)s, %(channel)s, %(kind)s, %(contact_point_id)s, %(occurred_at)s,
           %(valid_until)s, id
    FROM event
    ON CONFLICT (customer_id, purpose, channel) DO UPDATE
    SET value = EXCLUDED.value, contact_point_id = EXCLUDED.contact_point_id, since = EXCLUDED.since,
        valid_until = EXCLUDED.valid_until, event_id = EXCLUDED.event_id
)"""

_DROP_STATES = """, state AS (
    DELETE FROM consents_consentstate WHERE customer_id = %(customer_id)s AND EXISTS (SELECT 1 FROM event)
)"""

_STATE = {**dict.fromkeys(STATE_KINDS, _MOVE_STATE), EventKind.ERASED: _DROP_STATES}
"""What an event does to the current state; every other kind leaves it as it is."""


def append(
    *,
    customer_id: int,
    kind: EventKind | str,
    circumstances: Circumstances,
    purpose: str = "",
    channel: str = "",
    contact_uuid: UUID | None = None,
    document: RenderedDocument | None = None,
    answers: UUID | None = None,
    valid_until: datetime | None = None,
    personal: Mapping[str, str] | None = None,
) -> AppendedEvent:
    """Add one event with its evidence and move the state; join the caller's transaction or make one.

    A repeat with the same request key returns the first event with ``is_new`` False and writes nothing; with another
    content it raises RequestKeyReused. ``personal`` are further facts for the evidence. Raises CustomerMissing,
    EventInvalid, ProofTooWeak.
    """
    content = EventContent(
        kind=str(kind),
        purpose=str(purpose),
        channel=str(channel),
        contact=contact_uuid,
        document=str(document.kind) if document else "",
        document_version=document.edition_id if document else None,
        document_sha256=document.template_sha256 if document else "",
        actor_kind=str(circumstances.actor.kind),
        actor=circumstances.actor.ident,
    )
    content_check(content, document, circumstances)
    return _add(Entry(customer_id, content, circumstances, document, answers, valid_until, personal or {}))


def _add(entry: Entry) -> AppendedEvent:
    """Write the event unless one with its request key exists; return the stored one in both cases."""
    key = entry.circumstances.request_key
    found = _find(entry.customer_id, key)
    if found is None:
        with transaction.atomic(savepoint=False):
            found = _write(entry)
    # What came first is committed by now: the insert waits for a pending one.
    found = found or _find(entry.customer_id, key)
    if found is None:
        raise EventInvalid("the event was refused by a row that cannot be seen: not a READ COMMITTED transaction?")
    event, stored = found
    if stored != entry.content:
        raise RequestKeyReused(f"event {event.uuid} has this request key and another content")
    return event


def _find(customer_id: int, request_key: str) -> tuple[AppendedEvent, EventContent] | None:
    """Return the event of this request key and its content, None without one; take no lock, most repeats end here."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [request_key, customer_id])
        row = cursor.fetchone()
    if row is None:
        return None
    return AppendedEvent(id=row[0], uuid=row[1], occurred_at=row[2], is_new=False), EventContent(*row[3:])


def _write(entry: Entry) -> tuple[AppendedEvent, EventContent] | None:
    """Lock the customer and insert the event; return None when a request with the same key came first."""
    with connection.cursor() as cursor:
        customer = _lock(cursor, entry)
        rows = event_rows(uuid=uuid4(), customer=customer, entry=entry)
        beside = {
            "customer_id": entry.customer_id,
            "salt": rows.salt,
            "personal": Jsonb(rows.evidence),
            "mac": event_mac(rows.event["leaf_hash"]),
            "contact_point_id": customer.contact_point_id,
            "valid_until": entry.valid_until,
        }
        cursor.execute(_INSERT.format(state=_STATE.get(EventKind(entry.content.kind), "")), rows.event | beside)
        inserted = cursor.fetchone()
    if inserted is None:
        return None
    event_note(rows.event, rows.evidence)
    event = AppendedEvent(id=inserted[0], uuid=rows.event["uuid"], occurred_at=customer.now, is_new=True)
    return event, entry.content


def _lock(cursor: CursorWrapper, entry: Entry) -> Snapshot:
    cursor.execute(_LOCK, [entry.customer_id, entry.content.contact])
    locked = cursor.fetchone()
    if locked is None:
        raise CustomerMissing(f"no customer {entry.customer_id}")
    customer = Snapshot(*locked)
    if entry.content.contact and customer.contact_point_id is None:
        raise EventInvalid("the contact belongs to another customer")
    return customer
