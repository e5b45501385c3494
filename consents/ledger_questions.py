"""What is asked of the ledger's tables as sets: rows that lie outside the tree, and the state beside the events."""

from collections.abc import Iterator

from django.db import connection

from consents.ledger_rows import event_faults, unsealed_events
from consents.ledger_walk import Finding

_ODD_ROWS = {
    "leaf_out_of_place": """
        SELECT 'leaf ' || l.index, coalesce(e.uuid::text, '№ ' || l.event_id)
        FROM consents_leaf l LEFT JOIN consents_consentevent e ON e.id = l.event_id
        WHERE l.index < 0 OR l.index >= %(size)s
    """,
    "node_out_of_place": """
        SELECT 'node ' || height || '/' || position, '' FROM consents_treenode
        WHERE height < 1 OR height > 62 OR position < 0 OR position >= (%(size)s >> least(height::int, 63))
    """,
    "evidence_without_event": """
        SELECT 'evidence', '№ ' || v.event_id FROM consents_evidence v
        LEFT JOIN consents_consentevent e ON e.id = v.event_id WHERE e.id IS NULL
    """,
    "waiting_event_missing": """
        SELECT 'waiting', '№ ' || u.event_id FROM consents_unsealedevent u
        LEFT JOIN consents_consentevent e ON e.id = u.event_id WHERE e.id IS NULL
    """,
}

# The newest answer per purpose and channel, in the order of the tree and not of the ids, against the state. Events
# before an erasure count no more.
_STATES = """
WITH answers AS (
    SELECT DISTINCT ON (e.subject, e.purpose, e.channel)
           e.subject, e.purpose, e.channel, e.id, e.uuid, e.kind, e.contact, e.occurred_at,
           v.personal ->> 'valid_until' AS valid_until
    FROM consents_consentevent e
    LEFT JOIN consents_leaf l ON l.event_id = e.id
    LEFT JOIN consents_evidence v ON v.event_id = e.id
    WHERE e.kind IN ('granted', 'refused', 'withdrawn') AND NOT EXISTS (
        SELECT 1 FROM consents_consentevent x WHERE x.subject = e.subject AND x.kind = 'erased' AND x.id > e.id
    )
    ORDER BY e.subject, e.purpose, e.channel, l.index DESC NULLS FIRST, e.id DESC
), states AS (
    SELECT c.subject, s.purpose, s.channel, s.event_id, s.value, p.uuid AS contact, s.since, s.valid_until
    FROM consents_consentstate s
    JOIN consents_customer c ON c.id = s.customer_id
    LEFT JOIN consents_contactpoint p ON p.id = s.contact_point_id
)
SELECT 'state ' || coalesce(a.purpose, s.purpose) || '/' || coalesce(a.channel, s.channel),
       coalesce(a.uuid::text, '№ ' || s.event_id)
FROM answers a FULL JOIN states s USING (subject, purpose, channel)
WHERE (a.id, a.kind, a.contact, a.occurred_at) IS DISTINCT FROM (s.event_id, s.value, s.contact, s.since)
   OR a.valid_until::timestamptz IS DISTINCT FROM s.valid_until
"""


def odd_rows(size: int) -> Iterator[Finding]:
    """Yield rows of the tree, the evidence and the waiting list that belong to nothing; `size` is the tree's."""
    for code, question in _ODD_ROWS.items():
        yield from _ask(code, question, size)


def odd_states() -> Iterator[Finding]:
    """Yield every purpose and channel whose state is not what the events say."""
    yield from _ask("state_differs", _STATES, 0)


def odd_unsealed(batch: int) -> Iterator[Finding | None]:
    """Check the events without a leaf. Yields None for each one that rightly waits, a finding for all else."""
    for event in unsealed_events(batch):
        faults = event_faults(event)
        if not event.is_waiting:
            faults.append("event_not_waiting")
        for code in faults:
            yield Finding(code=code, place="not sealed", event=event.uuid)
        if not faults:
            yield None


def leaf_count() -> int:
    """Return how many leaves are stored, wherever they say that they belong."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM consents_leaf")
        return int(cursor.fetchone()[0])


def _ask(code: str, question: str, size: int) -> Iterator[Finding]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(question, {"size": size})
        for place, event in cursor:
            yield Finding(code=code, place=place, event=event)
