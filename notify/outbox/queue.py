"""The statements that move message rows: lease, the gate before each call, the result after it.

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
from django.db import InterfaceError, OperationalError, connection

from consents.enums import Channel
from notify.conf import CALL_LEASE_SECONDS, LEASE_SECONDS
from notify.enums import MessageState
from notify.outbox.gate import SETTLE, SETTLE_AND_GATE
from notify.statements import run
from notify.types import LeasedMessage

CONNECTION_ERRORS: Final = (psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError)
"""A statement that was cut off raises psycopg's own; a server that does not let us in again raises Django's."""

RETRY_PAUSES: Final = (0.1, 0.5, 2.0, 4.0)
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
) AND NOT EXISTS (
    SELECT FROM notify_channelsetting WHERE channel = %(channel)s AND breaker_open_until > statement_timestamp()
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
    not_before = GREATEST(not_before, statement_timestamp() + %(pause)s::float8 * interval '1 second')
WHERE id = ANY(%(ids)s) AND lease = %(lease)s AND state = 'claimed'
"""

RENDER_FAILED: Final = """
UPDATE notify_message
SET state = 'failed', error_code = %(error)s, lease = NULL, leased_until = NULL, finished_at = statement_timestamp()
WHERE id = %(id)s AND lease = %(lease)s AND state = 'claimed'
"""


def database_answers() -> bool:
    """Return whether there is a database to go on with: the connection as it is, or a new one in its place."""
    if connection.is_usable():
        return True
    connection.close()
    try:
        connection.ensure_connection()
    except CONNECTION_ERRORS:
        return False
    return True


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


def lease_rows(*, channel: str, priority: int, limit: int, lease: UUID) -> list[LeasedMessage]:
    """Take up to ``limit`` due rows for ourselves, oldest first; rows that others hold are passed over."""
    parameters = {"channel": channel, "priority": priority, "limit": limit, "lease": lease}
    rows = run(CLAIM, parameters | {"lease_seconds": LEASE_SECONDS}).fetchall()
    return sorted((_leased(row) for row in rows), key=lambda row: row.id)


def _leased(row: tuple[Any, ...]) -> LeasedMessage:
    """Return the message of a row, whose JSON Django leaves as text."""
    return LeasedMessage(*(*row[:-1], json.loads(row[-1])))


def is_waiting(*, channel: str, priority: int) -> bool:
    """Return whether anything is due and the channel does not cool down; each nudge asks before it connects."""
    found = run(WAITING, {"channel": channel, "priority": priority}).fetchone()
    return bool(found and found[0])


def renew(*, ids: Sequence[int], lease: UUID) -> None:
    """Keep rows that wait for their turn in this chunk."""
    run(RENEW, {"ids": list(ids), "lease": lease, "lease_seconds": LEASE_SECONDS})


def release(*, ids: Iterable[int], lease: UUID, pause: float = 0.0) -> None:
    """Release claimed rows, to be taken again after ``pause`` seconds."""
    run(RELEASE, {"ids": list(ids), "lease": lease, "pause": pause})


def authorize_send(*, gate: str, row: LeasedMessage, zone: str, lease: UUID, done: Done | None) -> MessageState | None:
    """Ask whether ``row`` may leave now, and say so in the row; store ``done`` in the same commit.

    Gives the row's new state: ``sending`` only when the call may start. ``None``: the row is not ours any more.
    """
    parameters: dict[str, Any] = {
        "id": row.id,
        "zone": zone,
        "lease": lease,
        "call_seconds": CALL_LEASE_SECONDS,
        "contract_channels": [channel.value for channel in Channel if channel.spec.needs_contract],
    }
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


def render_failed(*, row: LeasedMessage, lease: UUID, error: str) -> None:
    """End a row whose text cannot be made; nothing was sent."""
    run(RENDER_FAILED, {"id": row.id, "lease": lease, "error": error[:60]})
