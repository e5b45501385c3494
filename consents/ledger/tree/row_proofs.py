"""Proof that a row beside the events stands in the tree as it was recorded."""

from dataclasses import dataclass

from django.db import connection

from consents.ledger.beside.tables import RECORDED, RecordedHash, row_hash, row_path, row_values
from consents.ledger.canonical import canonical_json
from consents.ledger.history import EventView, event_views
from consents.ledger.tree.reading import InclusionProof, inclusion_proofs
from consents.models import ConsentEvent, RecordedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProof:
    """The bytes of a row, the way from their leaf to what an event commits to, and the proof of that event."""

    row: str
    index: int
    size: int
    path: tuple[bytes, ...]
    event: EventView
    proof: InclusionProof


def row_proof(*, table_name: str, row_id: int) -> RowProof | None:
    """Return the proof of one row; None while it waits, and for one that is not what was recorded."""
    record = RecordedRow.objects.filter(table_name=table_name, row_id=row_id).first()
    content = _content(table_name, row_id)
    values = row_values(content) if content else None
    if record is None or values is None or row_hash(values) != bytes(record.row_hash):
        return None
    columns = RecordedRow.objects.filter(event=record.event_id).values_list("table_name", "row_id", "row_hash")
    rows = sorted(RecordedHash(table, number, bytes(leaf)) for table, number, leaf in columns)
    index = rows.index(RecordedHash(table_name, row_id, bytes(record.row_hash)))
    event = next(event_views(ConsentEvent.objects.filter(pk=record.event_id)))
    proof = inclusion_proofs([event.id]).get(event.id)
    if proof is None:
        return None
    return RowProof(
        row=canonical_json(values).decode(),
        index=index,
        size=len(rows),
        path=tuple(row_path(rows, index)),
        event=event,
        proof=proof,
    )


def _content(table_name: str, row_id: int) -> str | None:
    table = next(table for table in RECORDED if table.name == table_name)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {table.content} FROM {table.source} WHERE t.id = %s", [row_id])  # noqa: S608 - `beside`
        row = cursor.fetchone()
    return row[0] if row else None
