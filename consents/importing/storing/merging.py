"""Storing a batch of staged rows as customers, contacts, refusals and issues, in the caller's transaction.

What a file may change:
- an empty cell changes nothing;
- a contact that came from a file and that nobody confirmed is replaced by another one from a file; one that the
  person confirmed, entered, changed or gave up stays;
- a refusal in the file stops messages, also one in a row that is refused; nothing in a file lifts a stop;
- a stop follows the contact: a new customer with a contact of a stopped one is stopped too.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from consents.importing.columns import issue_columns
from consents.importing.storing.staging import planner_settings
from consents.importing.storing.stops import SAID, STOPS_MET, stops_record
from consents.models import ImportJob

Values = dict[str, str | int]

_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtext('consents.import'), hashtext(%(source)s))"

# A batch looks up some thousand rows by their keys in tables of any size. The planner's statistics of a table that was
# empty a moment ago would make it read the whole table instead, for every batch.
_BY_KEYS: Final = {"random_page_cost": "1.1", "jit": "off"} | {
    f"enable_{way}": "off" for way in ("seqscan", "hashjoin", "mergejoin", "bitmapscan", "memoize", "material")
}

# What the new rows refer to is looked up now rather than at the end.
_KEYS_CHECKED: Final = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"

# The position is stored with the rows, so a crash of the server that loses the last batches loses both, and the next
# run stores them again. The last statement of a run waits for the disk and so for all before it.
_NO_WAIT: Final = "SET LOCAL synchronous_commit = off"

_FILL: Final = """
INSERT INTO import_batch
SELECT r.line, COALESCE(c.id, nextval('consents_customer_id_seq')), r.external_id, r.name, r.name_key, r.city,
       r.time_zone, r.segment, r.messenger, r.phone, r.phone_country, r.phone_line_type, r.email, r.opt_out,
       c.id IS NULL, c.erased_at IS NOT NULL, EXISTS (SELECT 1 FROM import_issue i WHERE i.row_no = r.row_no),
       c.id IS NOT NULL AND (c.name, c.city, c.time_zone, c.segment, c.messenger) IS DISTINCT FROM
           (COALESCE(r.name, c.name), COALESCE(r.city, c.city), COALESCE(r.time_zone, c.time_zone),
            COALESCE(r.segment, c.segment), COALESCE(r.messenger, c.messenger))
FROM import_row r LEFT JOIN consents_customer c ON c.source = %(source)s AND c.external_id = r.external_id
WHERE r.row_no > %(after)s AND r.row_no <= %(upto)s AND NOT r.refused
"""

_ERASED: Final = """
WITH gone AS (DELETE FROM import_batch WHERE is_erased RETURNING line, external_id)
INSERT INTO consents_importissue (job_id, line, "column", value, code, detail, severity)
SELECT %(job)s, line, %(id_column)s, external_id, 'customer_erased', '', 'refused' FROM gone
"""

_UPDATE: Final = """
UPDATE consents_customer c
SET name = COALESCE(b.name, c.name), name_key = COALESCE(b.name_key, c.name_key), city = COALESCE(b.city, c.city),
    time_zone = COALESCE(b.time_zone, c.time_zone), segment = COALESCE(b.segment, c.segment),
    messenger = COALESCE(b.messenger, c.messenger), updated_at = now()
FROM import_batch b WHERE b.is_changed AND c.id = b.customer_id
"""

_INSERT: Final = """
INSERT INTO consents_customer (id, subject, source, external_id, name, name_key, city, time_zone, segment, messenger,
                               is_active, created_at, updated_at)
SELECT customer_id, gen_random_uuid(), %(source)s, external_id, COALESCE(name, ''), COALESCE(name_key, ''),
       COALESCE(city, ''), COALESCE(time_zone, %(zone)s), COALESCE(segment, ''), COALESCE(messenger, ''),
       true, now(), now()
FROM import_batch WHERE is_new
"""

# In the order of the two keys that begin with the customer: what comes last in an index is added without a search and
# splits no full page.
_CONTACTS_OF_NEW: Final = """
INSERT INTO consents_contactpoint (uuid, customer_id, kind, value, origin, line_type, country, is_current, created_at)
SELECT gen_random_uuid(), customer_id, v.kind, v.value, 'file', v.line_type, v.country, true, now()
FROM import_batch
CROSS JOIN LATERAL (VALUES ('email', email, '', ''), ('phone', phone, phone_line_type, phone_country))
    AS v (kind, value, line_type, country)
WHERE is_new AND v.value IS NOT NULL
"""

# Every change of a contact, and every event, locks the row of its customer; so does the batch, all rows at once in the
# order of their ids, before it reads the contacts and the clock.
_LOCK: Final = """
SELECT 1 FROM consents_customer WHERE id IN (
    SELECT b.customer_id FROM import_batch b
    CROSS JOIN LATERAL (VALUES ('phone', b.phone), ('email', b.email)) AS v (kind, value)
    LEFT JOIN consents_contactpoint p ON p.customer_id = b.customer_id AND p.kind = v.kind AND p.is_current
    WHERE NOT b.is_new AND v.value IS NOT NULL AND p.value IS DISTINCT FROM v.value
    UNION ALL
    SELECT customer_id FROM import_batch WHERE NOT is_new AND opt_out IN ('all', 'advertising')
    UNION ALL
    -- OFFSET 0: each row looks its customer up. The planner believes that a source it has no statistics of has few.
    SELECT c.id FROM import_row r CROSS JOIN LATERAL (
        SELECT id FROM consents_customer WHERE source = %(source)s AND external_id = r.external_id OFFSET 0) c
    WHERE r.row_no > %(after)s AND r.row_no <= %(upto)s AND r.refused AND r.opt_out IN ('all', 'advertising')
) ORDER BY id FOR NO KEY UPDATE
"""

_CONTACTS_TOLD: Final = """
INSERT INTO import_contact
SELECT b.line, b.customer_id, v.kind, v.value, v.country, v.line_type, p.id, f.id,
       CASE WHEN p.origin <> 'file' OR p.confirmed_at IS NOT NULL THEN 'kept'
            WHEN f.id IS NOT NULL AND (f.origin <> 'file' OR f.confirmed_at IS NOT NULL
                                       OR r.origin IS DISTINCT FROM 'file') THEN 'given_up'
            ELSE 'store' END
FROM import_batch b
CROSS JOIN LATERAL (VALUES ('phone', b.phone, b.phone_country, b.phone_line_type), ('email', b.email, '', ''))
    AS v (kind, value, country, line_type)
LEFT JOIN consents_contactpoint p ON p.customer_id = b.customer_id AND p.kind = v.kind AND p.is_current
LEFT JOIN consents_contactpoint f
    ON f.customer_id = b.customer_id AND f.kind = v.kind AND f.value = v.value AND NOT f.is_current
LEFT JOIN consents_contactpoint r ON r.id = f.replaced_by_id
WHERE NOT b.is_new AND v.value IS NOT NULL AND p.value IS DISTINCT FROM v.value
"""

_CONTACTS_STORED: Final = (
    """
UPDATE consents_contactpoint p SET is_current = false, closed_at = now()
FROM import_contact n WHERE n.verdict = 'store' AND p.id = n.current_id
""",
    """
UPDATE consents_contactpoint p SET is_current = true, closed_at = NULL, replaced_by_id = NULL
FROM import_contact n WHERE n.verdict = 'store' AND p.id = n.former_id
""",
    """
INSERT INTO consents_contactpoint (uuid, customer_id, kind, value, origin, line_type, country, is_current, created_at)
SELECT gen_random_uuid(), customer_id, kind, value, 'file', line_type, country, true, now()
FROM import_contact WHERE verdict = 'store' AND former_id IS NULL
""",
    """
UPDATE consents_contactpoint p SET replaced_by_id = s.id
FROM import_contact n
JOIN consents_contactpoint s ON s.customer_id = n.customer_id AND s.kind = n.kind AND s.value = n.value
WHERE n.verdict = 'store' AND p.id = n.current_id
""",
    """
UPDATE import_batch b SET is_changed = is_changed OR n.is_stored, is_doubtful = is_doubtful OR n.is_kept
FROM (
    SELECT customer_id, bool_or(verdict = 'store') AS is_stored, bool_or(verdict <> 'store') AS is_kept
    FROM import_contact GROUP BY customer_id
) AS n WHERE n.customer_id = b.customer_id
""",
    """
INSERT INTO consents_importissue (job_id, line, "column", value, code, detail, severity)
SELECT %(job)s, line, CASE kind WHEN 'phone' THEN %(phone_column)s ELSE %(email_column)s END, value,
       kind || '_' || verdict, '', 'doubtful'
FROM import_contact WHERE verdict <> 'store'
""",
)

_ISSUES: Final = """
INSERT INTO consents_importissue (job_id, line, "column", value, code, detail, severity)
SELECT %(job)s, line, column_name, value, code, detail, CASE WHEN refuses THEN 'refused' ELSE 'doubtful' END
FROM import_issue WHERE row_no > %(after)s AND row_no <= %(upto)s
"""

_COUNTS: Final = """
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE is_changed AND NOT is_new),
       count(*) FILTER (WHERE NOT is_changed AND NOT is_new), count(*) FILTER (WHERE is_doubtful)
FROM import_batch
"""


def batch_store(job: ImportJob, upto: int, *, until_earlier: Callable[[], None] | None = None) -> dict[str, int]:
    """Store the rows of a job from its `next_row` up to this one; return what they add to its counts.

    Rows that are stored already change nothing and count as unchanged; doubtful ones are among the stored. Runs of the
    same source wait for each other here, so that no two of them make one customer twice.

    ``until_earlier`` waits for the batch before this one, which another connection stores and which holds the lock of
    the source for both. Until then only new customers are stored: they depend on no other batch, and no row of theirs
    is one that somebody waits for.
    """
    values: Values = {
        "job": job.pk,
        "source": job.source,
        "zone": settings.DEFAULT_TIME_ZONE,
        "after": job.next_row,
        "upto": upto,
        "evidence": f"import {job.uuid} ",
        **issue_columns(job),
    }
    with connection.cursor() as cursor:
        cursor.execute(_NO_WAIT)
        if until_earlier is None:
            cursor.execute(_ONE_AT_A_TIME, values)
        with planner_settings(cursor, **_BY_KEYS):
            cursor.execute("TRUNCATE import_batch, import_contact, import_stop")
            for statement in (_FILL, _ERASED, _INSERT, _CONTACTS_OF_NEW):
                cursor.execute(statement, values)
            if until_earlier is not None:
                cursor.execute(_KEYS_CHECKED)
                until_earlier()
            _store_told(cursor, values)
            if values["opt_out_column"]:
                for statement in SAID:
                    cursor.execute(statement, values)
            cursor.execute(STOPS_MET, values)
            stops_record(cursor, job)
            cursor.execute(_ISSUES, values)
            return _counts(cursor, upto - job.next_row)


@contextmanager
def source_locked(source: str) -> Iterator[None]:
    """Hold what runs of a source wait for during the block, which may have several transactions."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME.replace("_xact_", "_"), {"source": source})
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute(_ONE_AT_A_TIME.replace("_xact_lock", "_unlock"), {"source": source})


def tables_analyse() -> None:
    """Renew the planner's statistics of the tables of customers: autovacuum may come a minute after the campaign.

    By a function of their owner, since nobody else may.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT consents_tables_analyse()")


def _store_told(cursor: CursorWrapper, values: Values) -> None:
    """Update the customers that were known before and their contacts, where a file may change them."""
    cursor.execute(_UPDATE)
    cursor.execute(_LOCK, values)
    if cursor.fetchone() is None:
        return
    cursor.execute(_CONTACTS_TOLD)
    for statement in _CONTACTS_STORED:
        cursor.execute(statement, values)


def _counts(cursor: CursorWrapper, rows: int) -> dict[str, int]:
    cursor.execute(_COUNTS)
    created, updated, unchanged, doubtful = cursor.fetchone()
    return {
        "created_count": created,
        "updated_count": updated,
        "unchanged_count": unchanged,
        "refused_count": rows - created - updated - unchanged,
        "doubtful_count": doubtful,
    }
