"""The rows beside the events, as they stand, against what the sealer recorded of them in the tree."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from consents.database.snapshot import plain_cursor
from consents.enums import DocumentStatus, EventKind
from consents.ledger.beside.recording import WINDOW
from consents.ledger.beside.tables import (
    NOT_LIFTED,
    RECORDED,
    RECORDED_NAMES,
    RecordedHash,
    RecordedTable,
    row_hash,
    row_values,
    rows_root,
)
from consents.ledger.checking.findings import Finding

_ROWS: Final = """
SELECT coalesce(t.id, r.row_id), t.content, r.row_hash, t.id IS NOT NULL,
       t.id < (SELECT max(row_id) - %(window)s FROM consents_recordedrow WHERE table_name = %(name)s)
FROM (SELECT t.id, {content} AS content FROM {source} WHERE {condition}) t
FULL JOIN (SELECT row_id, row_hash FROM consents_recordedrow WHERE table_name = %(name)s) r ON r.row_id = t.id
ORDER BY 1
"""
_RECORDS: Final = """
SELECT coalesce(e.uuid::text, '№ ' || r.event_id), e.kind, e.commitment, r.table_name, r.row_id, r.row_hash
FROM (SELECT id, uuid, kind, commitment FROM consents_consentevent WHERE kind = 'rows_recorded') e
FULL JOIN consents_recordedrow r ON r.event_id = e.id
ORDER BY 1
"""
_SUPERSEDED: Final = """
SELECT old.id FROM consents_edition old WHERE EXISTS (
    SELECT FROM consents_edition newer
    WHERE newer.document_id = old.document_id AND newer.language = old.language AND newer.number > old.number
        AND newer.status <> 'draft'
)
"""


class _Row(NamedTuple):
    """One row beside what was recorded of it; either may be missing."""

    row_id: int
    content: str | None
    recorded: bytes | None
    is_there: bool
    is_overlooked: bool | None
    """It is so far behind the last recorded one that the sealer looks for it no more."""


def odd_recorded_rows() -> Iterator[Finding]:
    """Yield every row that is not what was recorded, is gone, or was never recorded; and records that were altered.

    A row that is new waits for the sealer, as an event does.
    """
    yield from _odd_records()
    superseded = _superseded()
    for table in RECORDED:
        for row in _rows(table):
            code = _fault(table, row, is_superseded=table.name == "edition" and row.row_id in superseded)
            if code:
                yield Finding(code=code, place="row", at=(table.name, row.row_id))


def _odd_records() -> Iterator[Finding]:
    with plain_cursor(is_chunked=True) as cursor:
        cursor.execute(_RECORDS)
        for name, rows in groupby(cursor, key=itemgetter(0)):
            listed = list(rows)
            _, kind, commitment, *_ = listed[0]
            if kind != EventKind.ROWS_RECORDED or _root(listed) != bytes(commitment):
                yield Finding(code="record_differs", place="record", event=name)


def _root(listed: list[tuple[Any, ...]]) -> bytes | None:
    """Return what an event over these rows commits to; None where one is of a table that is not recorded."""
    rows = [RecordedHash(table, row_id, bytes(leaf)) for *_, table, row_id, leaf in listed if leaf is not None]
    return rows_root(rows) if {row.table for row in rows} <= RECORDED_NAMES else None


def _rows(table: RecordedTable) -> Iterator[_Row]:
    question = _ROWS.format(content=table.content, source=table.source, condition=table.condition)
    with plain_cursor(is_chunked=True) as cursor:
        cursor.execute(question, {"name": table.name, "window": WINDOW})
        for row in cursor:
            yield _Row(*row)


def _superseded() -> frozenset[int]:
    """Return the editions that a later one of the same text has replaced."""
    with plain_cursor() as cursor:
        cursor.execute(_SUPERSEDED)
        return frozenset(row[0] for row in cursor.fetchall())


def _fault(table: RecordedTable, row: _Row, *, is_superseded: bool) -> str:
    """Return what differs in one row; empty when all is well or it waits to be recorded."""
    if not row.is_there:
        return "row_missing"
    if row.recorded is None:
        return "row_not_recorded" if row.is_overlooked else ""
    values = row_values(row.content or "")
    if values is None:
        return "row_changed"
    if is_superseded and values["status"] == DocumentStatus.PUBLISHED:
        return "edition_in_force_again"
    found = bytes(row.recorded)
    if row_hash(values) == found or row_hash(values | _before(table, values, is_superseded=is_superseded)) == found:
        return ""
    return "row_changed"


def _before(table: RecordedTable, values: Mapping[str, Any], *, is_superseded: bool) -> dict[str, Any]:
    """Return what a row was before the one change that it may have seen since it was recorded."""
    if table.name == "stop" and values["lifted_event"]:
        return NOT_LIFTED
    if is_superseded and values["status"] == DocumentStatus.RETIRED:
        return {"status": DocumentStatus.PUBLISHED.value}
    return {}
