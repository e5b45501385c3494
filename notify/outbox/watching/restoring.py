"""Messages and links that a restore has set back, put where the lines outside the database know them to be.

A message that was handed over is never sent again: its row becomes what became of it, ``unknown`` where no line says;
a row that the copy does not have is made, which keeps a second planning of the campaign from making another. Links come
back with their hashes. Everything is done in sets, in one transaction; a repeat changes nothing.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import psycopg
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from consents.outside.files import Line
from notify.enums import MessageState
from notify.outbox.ahead import CLAIMED, ENDED, LINKS
from notify.outbox.state import RESTORED_FROM

logger = logging.getLogger("notify.restoring")

_TABLES: Final = """
CREATE TEMPORARY TABLE restore_claimed (
    seq bigint, reference uuid, kind text, channel text, campaign_id bigint, customer_id bigint,
    contact_point_id bigint, step_id bigint, at timestamptz) ON COMMIT DROP;
CREATE TEMPORARY TABLE restore_link (
    seq bigint, reference uuid, token_hash text, scope text, touchpoint_id bigint, expires_at timestamptz
    ) ON COMMIT DROP;
CREATE TEMPORARY TABLE restore_ended (seq bigint, reference uuid, state text) ON COMMIT DROP;
"""

# What existed under these numbers when the line was written is what exists now, if it is older than the line.
_FACTS: Final = """
CREATE TEMPORARY TABLE restore_fact ON COMMIT DROP AS
SELECT c.reference, c.kind, c.channel, c.at, COALESCE(e.state, 'unknown') AS state,
    g.id AS campaign_id, st.id AS step_id, p.id AS customer_id, cp.id AS contact_point_id,
    c.campaign_id IS NOT NULL AND g.id IS NULL AS of_lost_campaign,
    c.customer_id IS NOT NULL AND p.id IS NULL AS of_lost_customer
FROM (SELECT DISTINCT ON (reference) * FROM restore_claimed ORDER BY reference, seq DESC) c
LEFT JOIN LATERAL (
    SELECT x.state FROM restore_ended x WHERE x.reference = c.reference AND x.seq > c.seq ORDER BY x.seq DESC LIMIT 1
) e ON true
LEFT JOIN notify_campaign g ON g.id = c.campaign_id AND g.created_at <= c.at
LEFT JOIN LATERAL (
    SELECT s.id FROM notify_campaignstep s WHERE s.campaign_id = g.id
    ORDER BY s.id IS NOT DISTINCT FROM c.step_id DESC, s.channel = c.channel DESC, s.position LIMIT 1
) st ON true
LEFT JOIN consents_customer p ON p.id = c.customer_id AND p.created_at <= c.at
LEFT JOIN consents_contactpoint cp ON cp.id = c.contact_point_id AND cp.customer_id = p.id
"""
_INDEXES: Final = """
CREATE INDEX ON restore_ended (reference, seq);
ANALYZE restore_claimed; ANALYZE restore_ended; ANALYZE restore_link;
"""

_MOVED: Final = """
state = f.state, error_code = CASE WHEN f.state IN ('unknown', 'failed') THEN 'restored' ELSE m.error_code END,
sending_at = COALESCE(m.sending_at, f.at), attempt = GREATEST(m.attempt, 1), skip_reason = '',
accepted_at = CASE WHEN f.state = 'accepted' THEN f.at END,
finished_at = CASE WHEN f.state = 'failed' THEN f.at END,
lease = NULL, leased_until = NULL
"""
_MOVE: Final = f"""
UPDATE notify_message m SET {_MOVED}
FROM restore_fact f
WHERE m.reference = f.reference AND f.state <> 'planned' AND m.state = ANY(%(sources)s)
"""  # noqa: S608 - statements of ours
# Planned anew since the restore, under another reference: the row of the same person in the same step.
_MOVE_PLANNED_ANEW: Final = f"""
UPDATE notify_message m SET reference = f.reference, {_MOVED}
FROM restore_fact f
WHERE m.kind = 'campaign' AND f.kind = 'campaign' AND m.step_id = f.step_id
    AND m.customer_id = f.customer_id AND m.reference <> f.reference
    AND f.state <> 'planned' AND m.state = ANY(%(sources)s)
    AND NOT EXISTS (SELECT FROM notify_message x WHERE x.reference = f.reference)
"""  # noqa: S608 - statements of ours
_MAKE: Final = """
INSERT INTO notify_message (
    campaign_id, step_id, kind, channel, customer_id, contact_point_id, address, reference, context, priority, state,
    not_before, attempt, skip_reason, error_code, provider_id, created_at, sending_at, accepted_at, finished_at)
SELECT f.campaign_id, f.step_id, f.kind, f.channel, f.customer_id, f.contact_point_id, '', f.reference, '{}', 5,
    f.state, f.at, 1, '', CASE WHEN f.state IN ('unknown', 'failed') THEN 'restored' ELSE '' END, '', f.at, f.at,
    CASE WHEN f.state = 'accepted' THEN f.at END, CASE WHEN f.state = 'failed' THEN f.at END
FROM restore_fact f
WHERE f.kind = 'campaign' AND f.step_id IS NOT NULL AND f.customer_id IS NOT NULL AND f.state <> 'planned'
ON CONFLICT DO NOTHING
"""
# A link belongs to its message; of a message that is not here it opens the page of its customer all the same.
_LINK: Final = """
WITH last AS (
    SELECT DISTINCT ON (l.reference) l.*, f.customer_id, f.at, m.id AS message_id, m.customer_id AS owner_id,
        COALESCE(t.id, n.id) AS known_touchpoint_id
    FROM restore_link l
    JOIN restore_fact f ON f.reference = l.reference
    LEFT JOIN notify_message m ON m.reference = l.reference
    LEFT JOIN notify_touchpoint t ON t.id = l.touchpoint_id AND t.campaign_id IS NOT DISTINCT FROM f.campaign_id
    LEFT JOIN notify_touchpoint n ON n.step_id = f.step_id AND n.kind = f.channel AND n.label = ''
    ORDER BY l.reference, l.seq DESC
), freed AS (
    UPDATE notify_link k SET token_hash = decode(last.token_hash, 'hex'), created_at = last.at,
        expires_at = last.expires_at, revoked_at = NULL
    FROM last WHERE k.message_id = last.message_id AND k.token_hash <> decode(last.token_hash, 'hex')
    RETURNING k.message_id
), made AS (
    INSERT INTO notify_link (message_id, customer_id, touchpoint_id, scope, token_hash, created_at, expires_at)
    SELECT message_id, COALESCE(owner_id, customer_id), known_touchpoint_id, scope, decode(token_hash, 'hex'), at,
        expires_at
    FROM last WHERE COALESCE(owner_id, customer_id) IS NOT NULL
        AND (message_id IS NULL OR message_id NOT IN (SELECT message_id FROM freed))
    ON CONFLICT DO NOTHING
    RETURNING id
)
SELECT (SELECT count(*) FROM freed) + (SELECT count(*) FROM made)
"""
_COUNTS: Final = """
SELECT count(*), count(*) FILTER (WHERE of_lost_campaign AND state <> 'planned'),
    count(*) FILTER (WHERE of_lost_customer AND NOT of_lost_campaign AND state <> 'planned'),
    count(*) FILTER (WHERE state = 'unknown')
FROM restore_fact
"""


@transaction.atomic
def messages_restore(lines: Iterable[Line]) -> Counter[str]:
    """Put messages and links where the lines know them to be; return counts.

    ``of_lost_campaign`` are letters of campaigns that the copy does not know, ``of_lost_customer`` of such customers.
    ``unreadable`` lines, and rows of them, are left out; which ones is logged.
    """
    counts: Counter[str] = Counter()
    # One that was being sent when the copy was made is in doubt by now.
    sources = {"sources": [str(state) for state in (*RESTORED_FROM, MessageState.UNKNOWN)]}
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        for rows in _batches(lines, counts):
            for kind, table in _COPY.items():
                counts["unreadable"] += _copy(cursor, table, rows[kind])
        cursor.execute(_INDEXES)
        cursor.execute(_FACTS)
        cursor.execute("CREATE UNIQUE INDEX ON restore_fact (reference)")
        cursor.execute("ANALYZE restore_fact")
        for name, statement in (("moved", _MOVE), ("moved", _MOVE_PLANNED_ANEW), ("made", _MAKE)):
            cursor.execute(statement, sources if "sources" in statement else None)
            counts[name] += cursor.rowcount
        cursor.execute(_LINK)
        counts["links"] += cursor.fetchone()[0]
        cursor.execute(_COUNTS)
        names = ("claimed", "of_lost_campaign", "of_lost_customer", "in_doubt")
        counts.update(dict(zip(names, cursor.fetchone(), strict=True)))
        cursor.execute("DROP TABLE restore_claimed, restore_link, restore_ended, restore_fact")
    return +counts


_Row = tuple[Any, ...]
_Rows = dict[str, list[_Row]]


def _batches(lines: Iterable[Line], counts: Counter[str]) -> Iterator[_Rows]:
    """Yield the rows of some hundred lines at a time, by table; the number of a line is its place in time."""
    rows: _Rows = {CLAIMED: [], LINKS: [], ENDED: []}
    for seq, line in enumerate(lines):
        try:
            rows[line["kind"]] += _rows(seq, line)
        except (LookupError, TypeError, AttributeError):
            counts["unreadable"] += 1
            logger.error("line %d after the copy cannot be read back", seq)
        if sum(map(len, rows.values())) > _AT_ONCE:
            yield rows
            rows = {CLAIMED: [], LINKS: [], ENDED: []}
    yield rows


_AT_ONCE: Final = 20_000
_COPY: Final = {CLAIMED: "restore_claimed", LINKS: "restore_link", ENDED: "restore_ended"}


def _rows(seq: int, line: Line) -> list[_Row]:
    """Return the rows of a line. Raises LookupError, TypeError or AttributeError for one that is not ours."""
    if line["kind"] == CLAIMED:
        # A line of a release that knew no steps is shorter.
        return [(seq, *row[:6], *(row[6:7] or [None]), line["at"]) for row in line["rows"]]
    if line["kind"] == LINKS:
        return [(seq, *row) for row in line["rows"]]
    return [(seq, one, str(state)) for state in MessageState for one in line.get(state, ())]


def _copy(cursor: CursorWrapper, table: str, rows: Sequence[_Row]) -> int:
    """Copy rows; return how many the table does not take. Which ones is found by halves."""
    try:
        with transaction.atomic(), cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except (psycopg.DataError, psycopg.IntegrityError):
        if len(rows) == 1:
            logger.error("a row of line %d after the copy cannot be read back", rows[0][0])
            return 1
        half = len(rows) // 2
        return _copy(cursor, table, rows[:half]) + _copy(cursor, table, rows[half:])
    return 0
