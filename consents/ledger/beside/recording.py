"""Recording the rows that proofs rest on: an event that commits to the hashes of all that were not in the tree yet."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.db.backends.utils import CursorWrapper

from consents.enums import ActorKind, EventKind, ProofLevel, ProofMethod
from consents.errors import LedgerTampered
from consents.ledger.beside.tables import RECORDED, RecordedHash, RecordedTable, row_hash, row_values, rows_root
from consents.ledger.event import EVENT_COLUMNS, FORMAT, event_leaf
from consents.ledger.vouching import event_mac

NOBODY: Final = UUID(int=0)
"""The subject of an event that is about no person."""
WINDOW: Final = 100_000
"""How many ids back a row is looked for that was committed after later ones: ids are drawn before the commit."""

_UNRECORDED: Final = """
SELECT t.id, {content} FROM {source}
WHERE {condition}
    AND t.id > (SELECT coalesce(max(row_id), 0) - %(window)s FROM consents_recordedrow r WHERE r.table_name = %(name)s)
    AND NOT EXISTS (SELECT FROM consents_recordedrow r WHERE r.table_name = %(name)s AND r.row_id = t.id)
ORDER BY t.id LIMIT %(limit)s
"""
_EVENT: Final = f"""
WITH event AS (
    INSERT INTO consents_consentevent ({", ".join(EVENT_COLUMNS)}, leaf_hash)
    VALUES ({", ".join(f"%({name})s" for name in EVENT_COLUMNS)}, %(leaf_hash)s)
    RETURNING id
), waiting AS (
    INSERT INTO consents_unsealedevent (event_id, mac) SELECT id, %(mac)s FROM event
)
INSERT INTO consents_recordedrow (event_id, table_name, row_id, row_hash)
SELECT event.id, row.* FROM event, unnest(%(tables)s::text[], %(ids)s::bigint[], %(hashes)s::bytea[]) AS row
"""  # noqa: S608 - names of columns only, all from this package


def rows_record(cursor: CursorWrapper, *, limit: int) -> int:
    """Record up to `limit` rows that no event holds yet, by one event that waits for its leaf; return how many.

    The caller holds the sealer's lock. Raises LedgerTampered for a row that has no canonical form.
    """
    rows: list[RecordedHash] = []
    for table in RECORDED:
        rows += _unrecorded(cursor, table, limit - len(rows))
    if not rows:
        return 0
    cursor.execute("SELECT clock_timestamp()")
    event = _event(cursor.fetchone()[0], rows_root(rows))
    tables, ids, hashes = ([row[part] for row in rows] for part in range(3))
    cursor.execute(
        _EVENT, event | {"mac": event_mac(event["leaf_hash"]), "tables": tables, "ids": ids, "hashes": hashes}
    )
    return len(rows)


def _unrecorded(cursor: CursorWrapper, table: RecordedTable, limit: int) -> list[RecordedHash]:
    if limit <= 0:
        return []
    question = _UNRECORDED.format(content=table.content, source=table.source, condition=table.condition)
    cursor.execute(question, {"name": table.name, "window": WINDOW, "limit": limit})
    rows: list[RecordedHash] = []
    for row_id, content in cursor.fetchall():
        digest = row_hash(row_values(content))
        if digest is None:
            raise LedgerTampered(f"row {row_id} of {table.table} cannot be recorded")
        rows.append(RecordedHash(table.name, row_id, digest))
    return rows


def _event(now: datetime, root: bytes) -> dict[str, Any]:
    uuid = uuid4()
    event: dict[str, Any] = dict.fromkeys(EVENT_COLUMNS, "") | {
        "uuid": uuid,
        "subject": NOBODY,
        "kind": EventKind.ROWS_RECORDED.value,
        "contact": None,
        "document_version": None,
        "operator_profile": None,
        "level": ProofLevel.LINK.value,
        "method": ProofMethod.SYSTEM.value,
        "actor_kind": ActorKind.SYSTEM.value,
        "answers": None,
        "request_key": uuid.hex,
        "occurred_at": now,
        "format": FORMAT,
        "commitment": root,
    }
    return event | {"leaf_hash": event_leaf(event)}
