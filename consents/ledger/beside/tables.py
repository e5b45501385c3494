"""The rows beside the events that proofs rest on: which columns of each are recorded, and how they are hashed.

Texts, requisites, senders, receipts and stops are no answers, so no event holds them. `recording` puts the hash of each
such row into the tree, and the check compares. A row's bytes are RFC 8785 over its table and the columns named here;
they are a leaf of RFC 9162, and the root over the leaves that were found together is what their event commits to:
`docs/ledger.md`. A table whose columns change gets a new word here, and old rows keep theirs.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, NamedTuple

from consents.ledger import merkle
from consents.ledger.canonical import canonical_json


def moment_text(moment: str) -> str:
    """Return SQL of a moment as `canonical.canonical_time` writes it; of one that Python lacks, as PostgreSQL does."""
    written = f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    is_common = f"{moment} BETWEEN '0001-01-02 00:00+00' AND '9999-12-30 00:00+00'"
    return f"CASE WHEN {is_common} THEN {written} ELSE {moment}::text END"


class RecordedHash(NamedTuple):
    """The leaf of one recorded row, in the order that they have under their root."""

    table: str
    row_id: int
    row_hash: bytes


class RecordedTable(NamedTuple):
    """One table: the columns as they are, those that are moments, and what is read in place of a column."""

    name: str
    columns: tuple[str, ...]
    moments: tuple[str, ...] = ()
    instead: Mapping[str, str] = {}
    """SQL by the name under which its value is hashed: ids that mean nothing by themselves are replaced."""
    condition: str = "true"

    @property
    def table(self) -> str:
        """Return the name of the table in the database."""
        return f"consents_{self.name}"

    @property
    def source(self) -> str:
        """Return the table as `t`, with its customer as `c`."""
        return f"{self.table} t" + (" LEFT JOIN consents_customer c ON c.id = t.customer_id" if self.instead else "")

    @property
    def content(self) -> str:
        """Return SQL of the row as text of a JSON object: whatever stands in a cell can be read."""
        values = {name: f't."{name}"' for name in ("id", *self.columns)}
        values |= {name: moment_text(f"t.{name}") for name in self.moments}
        values |= {"table": f"'{self.name}'", **self.instead}
        pairs = ", ".join(f"'{name}', {value}" for name, value in values.items())
        return f"jsonb_build_object({pairs})::text"


SUBJECT: Final = "coalesce(c.subject::text, 'customer ' || t.customer_id)"
# A receipt means its events and not their ids. One that is gone, or is another person's, stays visible as a gap.
EVENTS_OF_RECEIPT: Final = """(
    SELECT string_agg(coalesce(e.uuid::text, '-'), ',' ORDER BY one.place)
    FROM jsonb_array_elements_text(CASE jsonb_typeof(t.event_ids) WHEN 'array' THEN t.event_ids ELSE '[""]' END)
         WITH ORDINALITY AS one (id, place)
    LEFT JOIN consents_consentevent e
         ON e.id = CASE WHEN one.id ~ '^[0-9]{1,18}$' THEN one.id::bigint END AND e.subject = c.subject)"""

RECORDED: Final = (
    RecordedTable(
        "company",
        (
            "name", "short_name", "inn", "ogrn", "licence", "address", "website", "dpo_title", "dpo_email", "dpo_phone",
            "support_phone", "covered_by_41fz", "signature_rules", "accent", "time_zone", "data_place",
        ),
        moments=("created_at",),
    ),
    RecordedTable("sender", ("channel", "name", "address", "inn", "contract"), moments=("created_at",)),
    RecordedTable("document", ("kind", "channel", "purpose")),
    RecordedTable(
        "edition",
        (
            "document_id", "number", "language", "title", "body", "checkbox", "valid_days", "company_values",
            "body_sha256", "company_id", "status", "author_id",
        ),
        moments=("created_at", "published_at"),
        condition="t.status <> 'draft'",
    ),
    RecordedTable(
        "receipt",
        ("uuid", "number", "request_key"),
        moments=("created_at",),
        instead={"subject": SUBJECT, "events": EVENTS_OF_RECEIPT},
    ),
    RecordedTable(
        "stop",
        ("kind", "value", "scope", "reason", "evidence", "event", "lifted_by", "lifted_event"),
        moments=("created_at", "lifted_at"),
        instead={"subject": SUBJECT},
    ),
)  # fmt: skip

RECORDED_NAMES: Final = frozenset(table.name for table in RECORDED)
NOT_LIFTED: Final = {"lifted_at": None, "lifted_by": "", "lifted_event": None}


def row_values(content: str) -> dict[str, Any] | None:
    """Return what is hashed of a row; None for what cannot be read."""
    try:
        return dict(json.loads(content))
    except Exception:  # as in `rows`: whatever stands in one row is a fault of that row
        return None


def row_hash(values: Mapping[str, Any] | None) -> bytes | None:
    """Return the leaf of a row; None for values that have no canonical form."""
    try:
        return None if values is None else merkle.leaf_hash(canonical_json(dict(values)))
    except Exception:  # numbers past 2**53, depth
        return None


def rows_root(rows: Iterable[RecordedHash]) -> bytes:
    """Return what the event of some recorded rows commits to: the root over their leaves, by table and id."""
    frontier = merkle.Frontier()
    for row in sorted(rows):
        frontier.add(row.row_hash)
    return frontier.root()


def row_path(rows: Collection[RecordedHash], index: int) -> list[bytes]:
    """Return the hashes that lead from the leaf at `index`, by table and id, to the root."""
    nodes: dict[merkle.Place, bytes] = {}
    frontier = merkle.Frontier()
    for place, row in enumerate(sorted(rows)):
        nodes[0, place] = row.row_hash
        nodes |= {(height, position): node for height, position, node in frontier.add(row.row_hash)}
    return merkle.inclusion_proof(index, len(rows), lambda *place: nodes[place])
