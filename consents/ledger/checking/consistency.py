"""Queries that compare the ledger's tables as sets: rows outside the tree, and the state beside the events."""

from collections.abc import Iterator

from django.db import connection

from consents.documents.reading import edition_is_whole
from consents.enums import DocumentStatus
from consents.ledger.checking.findings import Finding
from consents.ledger.rows import ERASED_AFTER, event_faults, unsealed_events
from consents.models import Edition

_ODD_ROWS = {
    "leaf_out_of_place": """
        SELECT 'leaf', ARRAY[l.index], coalesce(e.uuid::text, '№ ' || l.event_id)
        FROM consents_leaf l LEFT JOIN consents_consentevent e ON e.id = l.event_id
        WHERE l.index < 0 OR l.index >= %(size)s
    """,
    "node_out_of_place": """
        SELECT 'node', ARRAY[height, position], '' FROM consents_treenode
        WHERE height < 1 OR height > 62 OR position < 0 OR position >= (%(size)s >> least(height::int, 63))
    """,
    "evidence_without_event": """
        SELECT 'evidence', ARRAY[]::int[], '№ ' || v.event_id FROM consents_evidence v
        LEFT JOIN consents_consentevent e ON e.id = v.event_id WHERE e.id IS NULL
    """,
    "waiting_event_missing": """
        SELECT 'waiting', ARRAY[]::int[], '№ ' || u.event_id FROM consents_unsealedevent u
        LEFT JOIN consents_consentevent e ON e.id = u.event_id WHERE e.id IS NULL
    """,
    "waiting_event_sealed": """
        SELECT 'waiting', ARRAY[]::int[], coalesce(e.uuid::text, '№ ' || u.event_id) FROM consents_unsealedevent u
        JOIN consents_leaf l ON l.event_id = u.event_id LEFT JOIN consents_consentevent e ON e.id = u.event_id
    """,
    "head_out_of_place": """
        SELECT 'head', ARRAY[tree_size], '' FROM consents_seal WHERE tree_size <= 0
    """,
    "edition_differs": """
        SELECT 'edition', ARRAY[d.kind, d.channel, v.number::text], e.uuid::text
        FROM consents_consentevent e
        JOIN consents_edition v ON v.id = e.document_version
        JOIN consents_document d ON d.id = v.document_id
        WHERE e.document_sha256 <> '' AND e.document_sha256 <> v.body_sha256
    """,
}

# The newest answer per purpose and channel, in the order of the tree and not of the ids, against the state. Events
# before an erasure count no more.
_STATES = f"""
WITH answers AS (
    SELECT DISTINCT ON (e.subject, e.purpose, e.channel)
           e.subject, e.purpose, e.channel, e.id, e.uuid, e.kind, e.contact, e.occurred_at,
           v.personal ->> 'valid_until' AS valid_until
    FROM consents_consentevent e
    LEFT JOIN consents_leaf l ON l.event_id = e.id
    LEFT JOIN consents_evidence v ON v.event_id = e.id
    WHERE e.kind IN ('granted', 'refused', 'withdrawn') AND NOT {ERASED_AFTER}
    ORDER BY e.subject, e.purpose, e.channel, l.index DESC NULLS FIRST, e.id DESC
), states AS (
    SELECT c.subject, s.purpose, s.channel, s.event_id, s.value, p.uuid AS contact, s.since, s.valid_until
    FROM consents_consentstate s
    JOIN consents_customer c ON c.id = s.customer_id
    LEFT JOIN consents_contactpoint p ON p.id = s.contact_point_id
)
SELECT 'state', ARRAY[coalesce(a.purpose, s.purpose), coalesce(a.channel, s.channel)],
       coalesce(a.uuid::text, '№ ' || s.event_id)
FROM answers a FULL JOIN states s USING (subject, purpose, channel)
WHERE (a.id, a.kind, a.contact, a.occurred_at) IS DISTINCT FROM (s.event_id, s.value, s.contact, s.since)
   OR a.valid_until::timestamptz IS DISTINCT FROM s.valid_until
"""  # noqa: S608 - only a clause of `ledger_rows`


# Each stop against the event that set it, which holds what it is about, and a lifted one against what lifted it. Of a
# stop of everybody's the first event has the row; the others name the first. Stops set before there were such events
# name none and are not compared.
_STOPS = """
WITH told AS (
    SELECT s.id, s.event, s.lifted_event, s.lifted_at, s.created_at, c.subject,
           CASE s.scope WHEN 'advertising' THEN 'advertising' ELSE '' END AS purpose
    FROM consents_stop s LEFT JOIN consents_customer c ON c.id = s.customer_id
    WHERE s.event IS NOT NULL OR s.lifted_event IS NOT NULL
), events AS (
    SELECT uuid, subject, kind, purpose, occurred_at FROM consents_consentevent
    WHERE kind = 'stop_lifted' OR (kind = 'stop_set' AND answers IS NULL)
)
SELECT 'stop', ARRAY[coalesce(t.id::text, '')], coalesce(t.event, e.uuid)::text
FROM (SELECT * FROM told WHERE event IS NOT NULL) t
FULL JOIN (SELECT * FROM events WHERE kind = 'stop_set') e ON e.uuid = t.event
WHERE (t.created_at, t.purpose, coalesce(t.subject, e.subject)) IS DISTINCT FROM (e.occurred_at, e.purpose, e.subject)
UNION ALL
SELECT 'stop', ARRAY[coalesce(t.id::text, '')], coalesce(t.lifted_event, e.uuid, t.event)::text
FROM (SELECT * FROM told WHERE lifted_at IS NOT NULL OR lifted_event IS NOT NULL) t
FULL JOIN events e ON e.uuid = t.lifted_event
WHERE t.lifted_at IS DISTINCT FROM e.occurred_at AND (t.id IS NOT NULL OR e.kind = 'stop_lifted')
"""


def odd_rows(size: int) -> Iterator[Finding]:
    """Yield rows that disagree with the rows they refer to, or refer to none; `size` is the tree's."""
    for code, question in _ODD_ROWS.items():
        yield from _ask(code, question, size)


def odd_states() -> Iterator[Finding]:
    """Yield every purpose and channel whose state is not what the events say."""
    yield from _ask("state_differs", _STATES, 0)


def odd_stops() -> Iterator[Finding]:
    """Yield every stop that is not what the events of its setting and its lifting say, and events without a stop."""
    yield from _ask("stop_differs", _STOPS, 0)


def odd_unsealed(batch: int) -> Iterator[Finding | None]:
    """Check the events without a leaf. Yield None for each one that rightly waits, a finding for any other."""
    for event in unsealed_events(batch):
        faults = event_faults(event)
        if not event.is_waiting:
            faults.append("event_not_waiting")
        for code in faults:
            yield Finding(code=code, place="unsealed", event=event.uuid)
        if not faults:
            yield None


def odd_editions() -> Iterator[Finding]:
    """Yield the published editions that are no longer what was published."""
    published = Edition.objects.select_related("document").exclude(status=DocumentStatus.DRAFT)
    for version in published.order_by("id").iterator(chunk_size=100):
        if not edition_is_whole(version):
            document = version.document
            at = (document.kind, document.channel, str(version.number))
            yield Finding(code="edition_changed", place="edition", at=at)


def leaf_count() -> int:
    """Return how many leaves are stored, whatever their index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM consents_leaf")
        return int(cursor.fetchone()[0])


def _ask(code: str, question: str, size: int) -> Iterator[Finding]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(question, {"size": size})
        for place, at, event in cursor:
            yield Finding(code=code, place=place, at=tuple(at), event=event)
