"""Events as they are stored, with their leaf and evidence, and the faults that one of them can have.

The sealer and the checker share this: both re-hash from the stored columns, never from what a writer had in memory.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from consents.database.snapshot import plain_cursor
from consents.enums import EventKind
from consents.ledger.canonical import commitment
from consents.ledger.event import EVENT_COLUMNS, event_leaf
from consents.ledger.evidence import SALT_BYTES

ERASED_AFTER = """EXISTS (
    SELECT 1 FROM consents_consentevent x LEFT JOIN consents_leaf xl ON xl.event_id = x.id
    WHERE x.subject = e.subject AND x.kind = 'erased'
    AND (coalesce(xl.index, 9223372036854775807), x.id) > (coalesce(l.index, 9223372036854775807), e.id)
)"""
"""Of an event `e` with its leaf `l`: its subject was erased later. In the order of the tree, for ids are in no hash."""

_COLUMNS = f"""
    e.leaf_hash, v.event_id IS NOT NULL, v.salt, v.personal::text, c.subject,
    CASE WHEN v.event_id IS NULL THEN {ERASED_AFTER} ELSE false END,
    {", ".join(f"e.{name}" for name in EVENT_COLUMNS)}
"""
_EVIDENCE = """
    LEFT JOIN consents_evidence v ON v.event_id = e.id
    LEFT JOIN consents_customer c ON c.id = v.customer_id
"""
_SEALED = f"""
SELECT l.index, l.event_id, l.leaf_hash, NULL, {_COLUMNS}
FROM consents_leaf l LEFT JOIN consents_consentevent e ON e.id = l.event_id {_EVIDENCE}
WHERE l.index >= %s AND l.index < %s ORDER BY l.index
"""  # noqa: S608 - only names of columns from this module
_UNSEALED = f"""
SELECT NULL, e.id, NULL, (SELECT u.mac FROM consents_unsealedevent u WHERE u.event_id = e.id LIMIT 1), {_COLUMNS}
FROM consents_consentevent e LEFT JOIN consents_leaf l ON l.event_id = e.id {_EVIDENCE}
WHERE l.event_id IS NULL AND e.id > %s ORDER BY e.id LIMIT %s
"""  # noqa: S608 - only names of columns from this module


class StoredEvent(NamedTuple):
    """One row as read. ``leaf_index`` and ``sealed_hash`` are None before sealing, ``uuid`` when the event is gone.

    ``waiting_mac`` is None for an event that does not wait for its leaf.
    """

    leaf_index: int | None
    event_id: int
    sealed_hash: bytes | None
    waiting_mac: bytes | None
    own_hash: bytes | None
    has_evidence: bool
    salt: bytes | None
    personal: str | None
    evidence_subject: UUID | None
    is_erased: bool
    values: Mapping[str, Any]

    @property
    def uuid(self) -> str:
        """Return the uuid of the event; its id when the row is gone."""
        uuid = self.values["uuid"]
        return str(uuid) if uuid else f"№ {self.event_id}"


def sealed_events(low: int, high: int) -> list[StoredEvent]:
    """Read the leaves [low, high) with their events, in the order of the tree."""
    with plain_cursor() as cursor:
        cursor.execute(_SEALED, [low, high])
        return [_stored(row) for row in cursor.fetchall()]


def unsealed_events(batch: int) -> Iterator[StoredEvent]:
    """Yield the events without a leaf in the order of their ids, read in batches."""
    after = 0
    while True:
        with plain_cursor() as cursor:
            cursor.execute(_UNSEALED, [after, batch])
            rows = cursor.fetchall()
        yield from map(_stored, rows)
        if len(rows) < batch:
            return
        after = rows[-1][1]


def event_faults(event: StoredEvent) -> list[str]:
    """Return codes of what differs in one event, evidence and leaf; empty when all is well."""
    if event.values["uuid"] is None:
        return ["event_missing"]
    faults = []
    computed = _leaf(event.values)
    if event.own_hash != computed:
        faults.append("event_changed")
    if event.sealed_hash is not None and event.sealed_hash != computed:
        faults.append("leaf_differs")
    return faults + _evidence_faults(event)


def _leaf(values: Mapping[str, Any]) -> bytes | None:
    """Return the leaf of the columns as they are stored; None for values that no event can have."""
    try:
        return event_leaf(values)
    except Exception:  # whatever stands in one row is a fault of that row and ends no check
        return None


def _evidence_faults(event: StoredEvent) -> list[str]:
    if not event.has_evidence:
        return [] if event.is_erased or event.values["kind"] == EventKind.ROWS_RECORDED else ["evidence_missing"]
    faults = []
    if event.evidence_subject != event.values["subject"]:
        faults.append("evidence_of_another")
    salt = event.salt or b""
    try:
        is_bound = commitment(salt, json.loads(event.personal or "")) == bytes(event.values["commitment"])
    except Exception:  # as in `_leaf`: numbers, depth, anything that JSON can hold
        is_bound = False
    # HMAC fills a short key up with zeros, so the salt's length is a fact of its own.
    if len(salt) != SALT_BYTES or not is_bound:
        faults.append("evidence_changed")
    return faults


def _stored(row: tuple[Any, ...]) -> StoredEvent:
    first = len(StoredEvent._fields) - 1
    return StoredEvent._make((*row[:first], dict(zip(EVENT_COLUMNS, row[first:], strict=True))))
