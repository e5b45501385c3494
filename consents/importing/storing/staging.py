"""The rows of one file in temporary tables of one connection: copied in once, compared with each other there.

The tables end with the connection, so a killed run leaves nothing and the next run stages the file again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from consents.importing.columns import issue_columns
from consents.importing.storing.blocks import ISSUE_COLUMNS, ROW_COLUMNS, Block
from consents.models import ImportJob

_TABLES: Final = """
CREATE TEMPORARY TABLE import_row (
    row_no integer, line integer, external_id text, name text, name_key text, city text, time_zone text, segment text,
    messenger text, phone text, phone_country text, phone_line_type text, email text, opt_out text,
    refused boolean NOT NULL DEFAULT false
);
CREATE TEMPORARY TABLE import_issue (
    row_no integer, line integer, column_name text, value text, code text, detail text, refuses boolean
);
CREATE TEMPORARY TABLE import_batch (
    line integer, customer_id bigint, external_id text, name text, name_key text, city text, time_zone text,
    segment text, messenger text, phone text, phone_country text, phone_line_type text, email text, opt_out text,
    is_new boolean, is_erased boolean, is_doubtful boolean, is_changed boolean DEFAULT false
);
CREATE TEMPORARY TABLE import_contact (
    line integer, customer_id bigint, kind text, value text, country text, line_type text, current_id bigint,
    former_id bigint, verdict text
);
CREATE TEMPORARY TABLE import_stop (
    event uuid, customer_id bigint, scope text, reason text, created_at timestamptz, evidence text
);
CREATE TEMPORARY TABLE import_refusal (external_id text, kind text, value text, scope text);
CREATE INDEX ON import_batch (customer_id);
"""
_DROP: Final = (
    "DROP TABLE IF EXISTS import_row, import_issue, import_batch, import_contact, import_stop, import_refusal"
)
_INDEX: Final = """
CREATE INDEX ON import_row (row_no);
CREATE INDEX ON import_issue (row_no);
ANALYZE import_row (row_no, external_id, phone, email);
ANALYZE import_issue (row_no, code);
"""

_COPY_ROWS: Final = f"COPY import_row ({', '.join(ROW_COLUMNS)}) FROM STDIN"
_COPY_ISSUES: Final = f"COPY import_issue ({', '.join(ISSUE_COLUMNS)}) FROM STDIN"

# Of several rows with one id the last is the newest; the ones before it would only be overwritten.
_IDS_TWICE: Final = """
WITH twice AS (
    SELECT external_id, min(line) AS first, max(line) AS last FROM import_row
    WHERE NOT refused GROUP BY external_id HAVING count(*) > 1
), refused_now AS (
    UPDATE import_row r SET refused = true FROM twice t
    WHERE r.external_id = t.external_id AND r.line < t.last AND NOT r.refused
    RETURNING r.row_no, r.line, r.external_id, t.last
)
INSERT INTO import_issue
SELECT row_no, line, %(column)s, external_id, 'id_twice', last::text, true FROM refused_now
UNION ALL
SELECT r.row_no, r.line, %(column)s, r.external_id, 'id_repeated', t.first::text, false
FROM import_row r JOIN twice t ON r.external_id = t.external_id AND r.line = t.last AND NOT r.refused
"""

# A refusal in one row of a customer counts whichever of the customer's rows is loaded.
_STRICTEST: Final = """
WITH said AS (
    SELECT DISTINCT ON (external_id) external_id, opt_out, line FROM import_row
    WHERE refused AND opt_out IN ('all', 'advertising') ORDER BY external_id, opt_out = 'all' DESC, line
), told AS (
    UPDATE import_row r SET opt_out = s.opt_out FROM said s
    WHERE r.external_id = s.external_id AND NOT r.refused AND r.opt_out IS DISTINCT FROM 'all'
      AND r.opt_out IS DISTINCT FROM s.opt_out
    RETURNING r.row_no, r.line, s.line AS said_in
)
INSERT INTO import_issue SELECT row_no, line, %(column)s, '', 'opt_out_of_twin', said_in::text, false FROM told
"""
# The contacts of refusals in this file: every batch compares them with the contacts of its new customers.
_REFUSALS: Final = """
INSERT INTO import_refusal
SELECT r.external_id, v.kind, v.value, r.opt_out
FROM import_row r CROSS JOIN LATERAL (VALUES ('phone', r.phone), ('email', r.email)) AS v (kind, value)
WHERE r.opt_out IN ('all', 'advertising') AND v.value IS NOT NULL
"""
_REFUSALS_INDEX: Final = "CREATE INDEX ON import_refusal (kind, value)"
# The refusals that are left on refused rows are those of customers without a loaded row.
_SAID_ELSEWHERE: Final = """
UPDATE import_row r SET opt_out = NULL FROM import_row k
WHERE r.refused AND r.opt_out IS NOT NULL AND k.external_id = r.external_id AND NOT k.refused
"""

# Two people may share a phone: each of the two rows gets an issue with the line of the other.
_SHARED_IN_FILE: Final = """
INSERT INTO import_issue
SELECT row_no, line, %(column)s, value, %(code)s, COALESCE(before, after)::text, false
FROM (
    SELECT row_no, line, {field} AS value,
           lag(line) OVER same AS before, lead(line) OVER same AS after
    FROM import_row WHERE {field} IS NOT NULL AND NOT refused
    WINDOW same AS (PARTITION BY {field} COLLATE "C" ORDER BY line)
) AS neighbours
WHERE before IS NOT NULL OR after IS NOT NULL
"""

# A customer of another source is another customer. Those of the same file are left out: the file itself decides about
# them, whether stored already or not. Each contact is looked up by its value (OFFSET 0 keeps the planner from reading
# all contacts, or all current ones, instead); the few that are found are compared with the file as a whole.
_SHARED_WITH_STORED: Final = """
WITH met AS MATERIALIZED (
    SELECT r.row_no, r.line, r.{field} AS value, c.source, c.external_id
    FROM import_row r
    CROSS JOIN LATERAL (
        SELECT customer_id, is_current FROM consents_contactpoint
        WHERE kind = %(kind)s AND value = r.{field} OFFSET 0
    ) AS p
    CROSS JOIN LATERAL (
        SELECT c.source, c.external_id FROM consents_customer c WHERE c.id = p.customer_id OFFSET 0
    ) AS c
    WHERE NOT r.refused AND r.{field} IS NOT NULL AND p.is_current
)
INSERT INTO import_issue
SELECT DISTINCT m.row_no, m.line, %(column)s, m.value, %(code)s, '', false
FROM met m
LEFT JOIN import_row o ON m.source = %(source)s AND o.external_id = m.external_id AND NOT o.refused
LEFT JOIN import_issue i ON i.row_no = m.row_no AND i.code = %(code)s
WHERE o.row_no IS NULL AND i.row_no IS NULL
"""
_BY_INDEX: Final = {"enable_seqscan": "off"}


def staging_open() -> None:
    """Make the tables, in place of those of an earlier run."""
    with connection.cursor() as cursor:
        cursor.execute(_DROP)
        cursor.execute(_TABLES)


def staging_close() -> None:
    """Drop the tables, so that a connection that stays open holds no customers."""
    with connection.cursor() as cursor:
        cursor.execute(_DROP)


def block_stage(block: Block) -> None:
    """Copy a block of the rows of a file in."""
    with connection.cursor() as cursor:
        for statement, lines in ((_COPY_ROWS, block.rows), (_COPY_ISSUES, block.issues)):
            with cursor.copy(statement) as copy:
                copy.write(lines)


def duplicates_find(job: ImportJob) -> None:
    """Refuse rows whose id comes again below, and note contacts that two people share. Runs once, after all rows.

    A refusal in any row of a customer moves to the row that is loaded.
    """
    columns = issue_columns(job)
    # All rows are compared with all: hash joins, whatever the planner's statistics of the new tables say. What it would
    # compile takes longer to compile than it saves.
    told = {"enable_nestloop": "off", "jit": "off", "statement_timeout": "0"}
    with transaction.atomic(), connection.cursor() as cursor, planner_settings(cursor, **told):
        cursor.execute(_INDEX)
        cursor.execute(_IDS_TWICE, {"column": columns["id_column"]})
        if columns["opt_out_column"]:
            cursor.execute(_STRICTEST, {"column": columns["opt_out_column"]})
            cursor.execute(_REFUSALS)
            cursor.execute(_SAID_ELSEWHERE)
        for kind in ("phone", "email"):
            values = {"column": columns[f"{kind}_column"], "code": f"{kind}_shared", "kind": kind, "source": job.source}
            cursor.execute(_SHARED_IN_FILE.format(field=kind), values)
            with planner_settings(cursor, **_BY_INDEX):
                cursor.execute(_SHARED_WITH_STORED.format(field=kind), values)
        cursor.execute(_REFUSALS_INDEX)


@contextmanager
def planner_settings(cursor: CursorWrapper, **settings: str) -> Iterator[None]:
    """Set planner settings for the statements of the block, inside a transaction.

    They are reset after the block: the transaction may go on with statements that these settings would slow down, as
    in a rehearsal, whose whole run is one transaction.
    """
    cursor.execute("; ".join(f"SET LOCAL {name} = {value}" for name, value in settings.items()))
    yield
    cursor.execute("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in settings))
