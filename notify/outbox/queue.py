"""The statements that move message rows: lease, the gate before each call, the result after it.

Each runs alone in autocommit on the worker's own connection, prepared, with the database's clock. A row that
another worker or the sweep has taken since is never touched: every move names the lease.
"""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from consents.apart import CONNECTION_ERRORS
from consents.outside.epochs import ADVANCE, Mark, epoch_check, files_ready, mark_checked
from notify.conf import CALL_LEASE_SECONDS, LEASE_SECONDS
from notify.contracts import contract_channels, contract_zone
from notify.enums import MessageState
from notify.outbox.ahead import claim_note
from notify.outbox.gate import SETTLE, SETTLE_AND_GATE, reporting_channels
from notify.statements import run
from notify.types import LeasedMessage

_OF_MARK: Final = len(Mark._fields)

RETRY_PAUSES: Final = (0.1, 0.5, 2.0, 4.0)
"""A result is worth a few tries on a new connection: without it the row would end as unknown."""

# The counter moves on in the same statement, so that nothing is taken from a database that has been set back. While it
# is held a code leaves that was asked for since, and a letter to staff: their owners wait for them.
CLAIM: Final = f"""
WITH mark AS ({ADVANCE}, held_at), picked AS (
    SELECT m.id FROM notify_message m
    WHERE m.state = 'planned' AND m.channel = %(channel)s AND m.priority = %(priority)s
      AND m.not_before <= statement_timestamp()
      AND EXISTS (SELECT FROM mark k
          WHERE k.state = 'in_force' OR (m.kind IN ('code', 'staff') AND m.created_at > k.held_at))
      AND (m.priority = 0 OR m.campaign_id IN (
          SELECT c.id FROM notify_campaign c WHERE c.state = 'running'))
    ORDER BY m.not_before, m.id
    LIMIT %(limit)s
    FOR UPDATE OF m SKIP LOCKED
)
UPDATE notify_message m
SET state = 'claimed', lease = %(lease)s,
    leased_until = statement_timestamp() + %(lease_seconds)s::float8 * interval '1 second'
FROM picked, mark WHERE m.id = picked.id
RETURNING m.id, m.kind, m.channel, m.campaign_id, m.step_id, m.customer_id, m.contact_point_id, m.address, m.reference,
    m.attempt, m.context, mark.uuid, mark.counter, mark.state, statement_timestamp()
"""  # noqa: S608 - a statement of ours

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
    not_before = GREATEST(not_before, statement_timestamp() + %(pause)s::float8 * interval '1 second')
WHERE id = ANY(%(ids)s) AND lease = %(lease)s AND state = 'claimed'
"""

RENDER_FAILED: Final = """
UPDATE notify_message
SET state = 'failed', error_code = %(error)s, lease = NULL, leased_until = NULL, finished_at = statement_timestamp()
WHERE id = %(id)s AND lease = %(lease)s AND state = 'claimed'
"""


class Departure(NamedTuple):
    """A message before its call: the time zone of its recipient, and its name with the provider where we choose it."""

    zone: str
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one message, ready to be stored. ``uncounted`` 1 takes the attempt back."""

    id: int
    state: MessageState
    error_code: str = ""
    provider_id: str = ""
    parts: int = 0
    counted: int = 0
    pause: float = 0.0
    uncounted: int = 0


def _parameters(done: Sequence[Done]) -> dict[str, list[Any]]:
    """For `SETTLE`."""
    return {
        "done_ids": [one.id for one in done],
        "done_states": [str(one.state) for one in done],
        "done_errors": [one.error_code[:60] for one in done],
        "done_providers": [one.provider_id[:120] for one in done],
        "done_parts": [min(max(one.parts, 0), 1000) for one in done],
        "done_counted": [min(one.counted, 1000) for one in done],
        "done_pauses": [one.pause for one in done],
        "done_uncounted": [one.uncounted for one in done],
    }


def lease_rows(*, channel: str, priority: int, limit: int, lease: UUID) -> list[LeasedMessage]:
    """Take up to ``limit`` due rows for ourselves, oldest first; rows that others hold are passed over.

    What is taken stands outside the database before this returns, but for the flush to the disk, which is for the
    caller (`links_note`). None is taken from a database that has been set back. Raises OSError.
    """
    before = files_ready()
    parameters = {"channel": channel, "priority": priority, "limit": limit, "lease": lease}
    found = run(CLAIM, parameters | {"lease_seconds": LEASE_SECONDS}).fetchall()
    if not found:
        epoch_check()
        return []
    rows = sorted((_leased(row[:-_OF_MARK]) for row in found), key=lambda row: row.id)
    was = Mark(*found[0][-_OF_MARK:])
    mark = mark_checked(was, before)
    try:
        if mark == was:
            claim_note(mark, rows)
            return rows
    except OSError:
        release(ids=[row.id for row in rows], lease=lease)
        raise
    release(ids=[row.id for row in rows], lease=lease)
    return []


def _leased(row: tuple[Any, ...]) -> LeasedMessage:
    """Return the message of a row, whose JSON Django leaves as text."""
    return LeasedMessage(*(*row[:-1], json.loads(row[-1])))


def is_waiting(*, channel: str, priority: int) -> bool:
    """Return whether anything is due; each nudge asks before it connects."""
    found = run(WAITING, {"channel": channel, "priority": priority}).fetchone()
    return bool(found and found[0])


def renew(*, ids: Sequence[int], lease: UUID) -> None:
    """Keep rows that wait for their turn in this chunk."""
    run(RENEW, {"ids": list(ids), "lease": lease, "lease_seconds": LEASE_SECONDS})


def release(*, ids: Iterable[int], lease: UUID, pause: float = 0.0) -> None:
    """Release claimed rows, to be taken again after ``pause`` seconds."""
    run(RELEASE, {"ids": list(ids), "lease": lease, "pause": pause})


def authorize_send(
    *, gate: str, rows: Mapping[int, Departure], lease: UUID, provider: str, done: Sequence[Done] = ()
) -> dict[int, MessageState]:
    """Ask whether the messages may leave now through ``provider``, and say so in their rows.

    ``rows``: what is known of each by the number of its message. ``done`` is stored in the same commit. Return the
    new state of each row that is still ours: ``sending`` only when its call may start.
    """
    parameters: dict[str, Any] = {
        "ids": list(rows),
        "zones": [one.zone for one in rows.values()],
        "names": [one.provider_id for one in rows.values()],
        "lease": lease,
        "provider": provider,
        "call_seconds": CALL_LEASE_SECONDS,
        "contract_channels": contract_channels(),
        "reporting": reporting_channels(),
        "contract_zone": contract_zone(),
    }
    found = run(SETTLE_AND_GATE[gate] if done else gate, {**parameters, **_parameters(done)}).fetchall()
    return {number: MessageState(state) for number, state in found}


def settle(*, done: Sequence[Done], lease: UUID) -> int:
    """Store what came of a call; return how many rows were still ours. Survives a lost connection."""
    for pause in (*RETRY_PAUSES, None):
        try:
            return run(SETTLE, {**_parameters(done), "lease": lease}).rowcount
        except CONNECTION_ERRORS:
            connection.close()
            if pause is None:
                raise
            time.sleep(pause)
    return 0


def render_failed(*, row: LeasedMessage, lease: UUID, error: str) -> None:
    """End a row whose text cannot be made; nothing was sent."""
    run(RENDER_FAILED, {"id": row.id, "lease": lease, "error": error[:60]})
