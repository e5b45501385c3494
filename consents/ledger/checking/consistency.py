"""Queries that compare the ledger's tables as sets: rows outside the tree, copies of rows, texts beside the events."""

from collections.abc import Iterator

from django.db import connection

from consents.documents.reading import edition_is_whole
from consents.enums import DocumentStatus
from consents.ledger.beside.tables import EVENTS_OF_RECEIPT, RECORDED
from consents.ledger.checking.findings import Finding
from consents.ledger.rows import event_faults, unsealed_events
from consents.ledger.vouching import is_vouched_for
from consents.models import Edition

_ODD_ROWS = {
    "leaf_out_of_place": """
        SELECT 'leaf', ARRAY[l.index], coalesce(e.uuid::text, '№ ' || l.event_id)
        FROM consents_leaf l LEFT JOIN consents_consentevent e ON e.id = l.event_id
        WHERE l.index < 0 OR l.index >= %(size)s
    """,
    "node_out_of_place": """
        SELECT 'node', ARRAY[height, position], '' FROM consents_treenode
        WHERE height < 1 OR height > 62 OR position < 0 OR position >= (%(size)s::bigint >> least(height::int, 63))
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
    "receipt_event_missing": f"""
        SELECT 'receipt', ARRAY[t.number], ''
        FROM consents_receipt t LEFT JOIN consents_customer c ON c.id = t.customer_id
        WHERE {EVENTS_OF_RECEIPT} ~ '(^|,)-(,|$)'
    """,  # noqa: S608 - a question of `beside`
    "edition_differs": """
        SELECT 'edition', ARRAY[d.kind, d.channel, v.number::text], e.uuid::text
        FROM consents_consentevent e
        JOIN consents_edition v ON v.id = e.document_version
        JOIN consents_document d ON d.id = v.document_id
        WHERE e.document_sha256 <> '' AND e.document_sha256 <> v.body_sha256
    """,
}

_KEYS = {
    "consents_consentevent": ("id", "t.id"),
    "consents_evidence": ("event_id", "t.event_id"),
    "consents_leaf": ("index", "t.event_id"),
    "consents_unsealedevent": ("event_id", "t.event_id"),
    "consents_consentstate": ("id", "t.event_id"),
    "consents_treenode": ("id", ""),
    "consents_seal": ("tree_size", ""),
    "consents_recordedrow": ("id", "t.event_id"),
} | {table.table: ("id", "") for table in RECORDED}
"""The primary key of each table that the check reads, and the event that its rows are about."""

_WITHOUT_KEY = """
SELECT name FROM unnest(%s::text[]) AS name
WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = name::regclass AND i.indisprimary AND i.indisvalid)
"""
_COPIES = """
SELECT 'copy', ARRAY['{table}', t.{key}::text],
       coalesce((SELECT min(e.uuid::text) FROM consents_consentevent e WHERE e.id = {event}), '')
FROM {table} t GROUP BY t.{key}, {event} HAVING count(*) > 1
"""


def odd_rows(size: int) -> Iterator[Finding]:
    """Yield rows that disagree with the rows they refer to, or refer to none; `size` is the tree's."""
    for code, question in _ODD_ROWS.items():
        yield from ask(code, question, size)


def odd_unsealed(batch: int) -> Iterator[Finding | None]:
    """Check the events without a leaf. Yield None for each one that rightly waits, a finding for any other."""
    for event in unsealed_events(batch):
        faults = event_faults(event)
        if event.waiting_mac is None:
            faults.append("event_not_waiting")
        elif not is_vouched_for(mac=bytes(event.waiting_mac), leaf_hash=bytes(event.own_hash or b"")):
            faults.append("event_not_ours")
        for code in faults:
            yield Finding(code=code, place="unsealed", event=event.uuid)
        if not faults:
            yield None


def odd_editions() -> Iterator[Finding]:
    """Yield the published editions that are no longer what was published."""
    published = Edition.objects.exclude(status=DocumentStatus.DRAFT).order_by("id")
    places = published.values_list("id", "document__kind", "document__channel", "number")
    for pk, kind, channel, number in places:
        if not _is_whole(pk):
            yield Finding(code="edition_changed", place="edition", at=(kind, channel, str(number)))


def odd_copies() -> Iterator[Finding]:
    """Yield the rows that stand twice in a table whose primary key somebody has dropped; with it none can."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_KEY, [list(_KEYS)])
        tables = [row[0] for row in cursor.fetchall()]
    for table in tables:
        key, event = _KEYS[table]
        yield from ask("row_doubled", _COPIES.format(table=table, key=key, event=event or "NULL::bigint"))


def _is_whole(edition_id: int) -> bool:
    try:
        # Without its moments, which Python may be unable to hold.
        return edition_is_whole(Edition.objects.defer("created_at", "published_at").get(pk=edition_id))
    except Exception:  # as in `rows`: whatever stands in one row is a fault of that row
        return False


def leaf_count() -> int:
    """Return how many leaves are stored, whatever their index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM consents_leaf")
        return int(cursor.fetchone()[0])


def ask(code: str, question: str, size: int = 0) -> Iterator[Finding]:
    """Yield a finding of this code for each row that a question returns: place, where, event."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(question, {"size": size})
        for place, at, event in cursor:
            yield Finding(code=code, place=place, at=tuple(at), event=event)
