"""The statements that move message rows: claim, the gate before each call, the result after it.

Each runs alone in autocommit on the worker's own connection, prepared, with the database's clock. A row that
another worker or the sweep has taken since is never touched: every move names the lease.
"""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from django.db import connection

from notify.conf import CALL_LEASE_SECONDS, LEASE_SECONDS
from notify.enums import MessageState
from notify.statements import run

CAMPAIGN_PRIORITY: Final = 5
INTERACTIVE_PRIORITY: Final = 0

CONNECTION_ERRORS: Final = (psycopg.OperationalError, psycopg.InterfaceError)

RETRY_PAUSES: Final = (0.1, 0.5, 2.0)
"""A result is worth a few tries on a new connection: without it the row would end as unknown."""

CLAIM: Final = """
WITH picked AS (
    SELECT m.id FROM notify_message m
    WHERE m.state = 'planned' AND m.channel = %(channel)s AND m.priority = %(priority)s
      AND m.not_before <= statement_timestamp()
      AND (m.priority = 0 OR m.campaign_id IN (
          SELECT c.id FROM notify_campaign c WHERE c.state = 'running' AND c.channel = %(channel)s))
    ORDER BY m.not_before, m.id
    LIMIT %(limit)s
    FOR UPDATE OF m SKIP LOCKED
)
UPDATE notify_message m
SET state = 'claimed', lease = %(lease)s,
    leased_until = statement_timestamp() + %(lease_seconds)s::float8 * interval '1 second'
FROM picked WHERE m.id = picked.id
RETURNING m.id, m.kind, m.channel, m.campaign_id, m.customer_id, m.contact_point_id, m.address, m.reference,
    m.attempt, m.context
"""

WAITING: Final = """
SELECT EXISTS (
    SELECT FROM notify_message
    WHERE state = 'planned' AND channel = %(channel)s AND priority = %(priority)s
      AND not_before <= statement_timestamp()
)
"""

RENEW: Final = """
UPDATE notify_message
SET leased_until = statement_timestamp() + %(lease_seconds)s::float8 * interval '1 second'
WHERE id = ANY(%(ids)s) AND lease = %(lease)s AND state = 'claimed'
"""

RELEASE: Final = """
UPDATE notify_message
SET state = 'planned', lease = NULL, leased_until = NULL,
    not_before = GREATEST(not_before, statement_timestamp() + %(rest)s::float8 * interval '1 second')
WHERE id = ANY(%(ids)s) AND lease = %(lease)s AND state = 'claimed'
"""

# A withdrawal, a stop or a pause that was committed before this statement began is seen by it.
_SETTLE: Final = """
UPDATE notify_message
SET state = %(done_state)s::text, error_code = %(done_error)s, provider_id = %(done_provider)s,
    not_before = CASE WHEN %(done_state)s::text = 'planned'
        THEN statement_timestamp() + %(done_pause)s::float8 * interval '1 second' ELSE not_before END,
    attempt = attempt - %(done_uncounted)s::smallint,
    accepted_at = CASE WHEN %(done_state)s::text = 'accepted' THEN statement_timestamp() END,
    finished_at = CASE WHEN %(done_state)s::text = 'failed' THEN statement_timestamp() END,
    lease = NULL, leased_until = NULL
WHERE id = %(done_id)s AND lease = %(lease)s AND state = 'sending'
"""

_VERDICT_CAMPAIGN: Final = """
SELECT x.id, x.not_before,
    CASE WHEN c.state = 'stopped' THEN 'campaign_stopped'
         WHEN NOT COALESCE(s.is_open, true) OR c.state <> 'running' THEN ''
         WHEN x.channel = 'max' AND NOT COALESCE(s.contract, false) THEN 'channel_closed'
         ELSE consents_may_send(x.customer_id, x.contact_point_id, x.channel, c.text_kind, c.legal_basis)
    END AS refusal,
    CASE WHEN NOT COALESCE(s.is_open, true) OR c.state <> 'running' THEN statement_timestamp()
         ELSE notify_opens_at(%(zone)s, c.quiet_from, c.quiet_to, statement_timestamp())
    END AS opens_at,
    COALESCE(s.is_open, true) AND c.state = 'running' AS may_run
FROM notify_message x
JOIN notify_campaign c ON c.id = x.campaign_id
LEFT JOIN notify_channelsetting s ON s.channel = x.channel
WHERE x.id = %(id)s
OFFSET 0
"""

_VERDICT_INTERACTIVE: Final = """
SELECT x.id, x.not_before,
    CASE WHEN x.expires_at <= statement_timestamp() THEN 'expired' ELSE '' END AS refusal,
    statement_timestamp() AS opens_at, true AS may_run
FROM notify_message x
WHERE x.id = %(id)s
OFFSET 0
"""

_GATE: Final = """
UPDATE notify_message m
SET state = v.next,
    skip_reason = v.refusal,
    lease = CASE WHEN v.next = 'sending' THEN m.lease END,
    leased_until = CASE WHEN v.next = 'sending'
        THEN statement_timestamp() + %(call_seconds)s::float8 * interval '1 second' END,
    sending_at = CASE WHEN v.next = 'sending' THEN statement_timestamp() ELSE m.sending_at END,
    attempt = m.attempt + CASE WHEN v.next = 'sending' THEN 1 ELSE 0 END,
    not_before = v.opens_at,
    finished_at = CASE WHEN v.next = 'skipped' THEN statement_timestamp() END
FROM (
    SELECT g.id, g.refusal, GREATEST(g.not_before, g.opens_at) AS opens_at,
        CASE WHEN g.refusal <> '' THEN 'skipped'
             WHEN NOT g.may_run OR g.opens_at > statement_timestamp() THEN 'planned'
             ELSE 'sending' END AS next
    FROM ({verdict}) g
) v
WHERE m.id = v.id AND m.lease = %(lease)s AND m.state = 'claimed' AND m.leased_until > statement_timestamp()
RETURNING m.state
"""

GATE_CAMPAIGN: Final = _GATE.format(verdict=_VERDICT_CAMPAIGN)
GATE_INTERACTIVE: Final = _GATE.format(verdict=_VERDICT_INTERACTIVE)
SETTLE: Final = _SETTLE
SETTLE_AND_GATE: Final = {
    GATE_CAMPAIGN: f"WITH settled AS ({_SETTLE} RETURNING id)\n{GATE_CAMPAIGN}",
    GATE_INTERACTIVE: f"WITH settled AS ({_SETTLE} RETURNING id)\n{GATE_INTERACTIVE}",
}
"""The result of one message and the gate of the next in one commit: the next call starts after both stand."""

UNWRITABLE: Final = """
UPDATE notify_message
SET state = 'failed', error_code = %(error)s, lease = NULL, leased_until = NULL, finished_at = statement_timestamp()
WHERE id = %(id)s AND lease = %(lease)s AND state = 'claimed'
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One row of ours for the length of the lease."""

    id: int
    kind: str
    channel: str
    campaign_id: int | None
    customer_id: int | None
    contact_point_id: int | None
    address: str
    reference: UUID
    attempt: int
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one call, ready to be stored. ``uncounted`` 1 takes the attempt back."""

    id: int
    state: MessageState
    error_code: str = ""
    provider_id: str = ""
    pause: float = 0.0
    uncounted: int = 0

    def parameters(self) -> dict[str, Any]:
        """For `SETTLE`."""
        return {
            "done_id": self.id,
            "done_state": str(self.state),
            "done_error": self.error_code[:60],
            "done_provider": self.provider_id[:120],
            "done_pause": self.pause,
            "done_uncounted": self.uncounted,
        }


def claim(*, channel: str, priority: int, limit: int, lease: UUID) -> list[Claimed]:
    """Take up to ``limit`` due rows for ourselves, oldest first; rows that others hold are passed over."""
    parameters = {"channel": channel, "priority": priority, "limit": limit, "lease": lease}
    rows = run(CLAIM, parameters | {"lease_seconds": LEASE_SECONDS}).fetchall()
    return sorted((_claimed(row) for row in rows), key=lambda row: row.id)


def _claimed(row: tuple[Any, ...]) -> Claimed:
    """Django leaves JSON as text on its connections."""
    return Claimed(*(*row[:-1], json.loads(row[-1])))


def is_waiting(*, channel: str, priority: int) -> bool:
    """Whether anything is due: asked by each nudge before it opens a connection to a provider."""
    found = run(WAITING, {"channel": channel, "priority": priority}).fetchone()
    return bool(found and found[0])


def renew(*, ids: Sequence[int], lease: UUID) -> None:
    """Keep rows that wait for their turn in this chunk."""
    run(RENEW, {"ids": list(ids), "lease": lease, "lease_seconds": LEASE_SECONDS})


def release(*, ids: Iterable[int], lease: UUID, rest: float = 0.0) -> None:
    """Give claimed rows back, to be taken again after ``rest`` seconds."""
    run(RELEASE, {"ids": list(ids), "lease": lease, "rest": rest})


def gate_pass(*, gate: str, row: Claimed, zone: str, lease: UUID, done: Done | None) -> MessageState | None:
    """Ask whether ``row`` may leave now, and say so in the row; store ``done`` in the same commit.

    Gives the row's new state: ``sending`` only when the call may start. ``None``: the row is not ours any more.
    """
    parameters: dict[str, Any] = {"id": row.id, "zone": zone, "lease": lease, "call_seconds": CALL_LEASE_SECONDS}
    if done is None:
        found = run(gate, parameters).fetchone()
    else:
        found = run(SETTLE_AND_GATE[gate], parameters | done.parameters()).fetchone()
    return MessageState(found[0]) if found else None


def settle(*, done: Done, lease: UUID) -> bool:
    """Store what came of a call. False when the row was not ours any more. Survives a lost connection."""
    for pause in (*RETRY_PAUSES, None):
        try:
            return run(SETTLE, {**done.parameters(), "lease": lease}).rowcount == 1
        except CONNECTION_ERRORS:
            connection.close()
            if pause is None:
                raise
            time.sleep(pause)
    return False


def unwritable(*, row: Claimed, lease: UUID, error: str) -> None:
    """End a row whose text cannot be made; nothing was sent."""
    run(UNWRITABLE, {"id": row.id, "lease": lease, "error": error[:60]})
