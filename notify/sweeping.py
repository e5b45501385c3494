"""The sweep: repairs what a killed worker, a lost nudge, a pause or a stop left. Several may run at once."""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from django.db import connection

from consents.apart import apart
from notify.campaigns.planning import campaign_plan, campaigns_to_plan, step_plan, steps_to_plan
from notify.dialogues.cabinets import cabinets_return
from notify.inbound.handling import payloads_backlog
from notify.outbox.tallies import tallies_fold
from notify.scenarios.answering import new_messages_answer

logger = logging.getLogger("notify.sweeping")

BATCH: Final = 5000

_MOVE: Final = """
UPDATE notify_message SET {change}
WHERE id IN (SELECT m.id FROM notify_message m {rows} LIMIT %(batch)s FOR UPDATE OF m SKIP LOCKED)
"""
_OF_CAMPAIGN: Final = "JOIN notify_campaign c ON c.id = m.campaign_id WHERE m.kind = 'campaign' AND "
_FREE: Final = "lease = NULL, leased_until = NULL"
_SKIPPED: Final = "state = 'skipped', finished_at = statement_timestamp()"

_STATEMENTS: Final[Mapping[str, str]] = {
    # Rows claimed under a lease that ran out were never on their way: always safe to give back.
    "return": _MOVE.format(
        change=f"state = 'planned', {_FREE}",
        rows="WHERE m.state = 'claimed' AND m.leased_until < statement_timestamp()",
    ),
    # A call may have been under way: only a delivery report or a person knows, so it is listed and never repeated.
    "doubt": _MOVE.format(
        change=f"state = 'unknown', error_code = 'worker_lost', {_FREE}",
        rows="WHERE m.state = 'sending' AND m.leased_until < statement_timestamp()",
    ),
    # Rows of a paused campaign would stand in the way of others at the head of the queue.
    "hold": _MOVE.format(change="state = 'held'", rows=f"{_OF_CAMPAIGN} c.state = 'paused' AND m.state = 'planned'"),
    "unhold": _MOVE.format(change="state = 'planned'", rows=f"{_OF_CAMPAIGN} c.state = 'running' AND m.state = 'held'"),
    "skip": _MOVE.format(
        change=f"{_SKIPPED}, skip_reason = 'campaign_stopped'",
        rows=f"{_OF_CAMPAIGN} c.state = 'stopped' AND m.state IN ('planned', 'held')",
    ),
    "expire": _MOVE.format(
        change=f"{_SKIPPED}, skip_reason = 'expired'",
        rows="WHERE m.state = 'planned' AND m.priority = 0 AND m.expires_at < statement_timestamp()",
    ),
}

# One statement, one snapshot: while a row is on its way anywhere it is in one of the open states. A later step in which
# somebody is still to be due keeps the campaign running.
_FINISH: Final = """
UPDATE notify_campaign c
SET state = CASE WHEN c.state = 'running' THEN 'finished' ELSE c.state END, finished_at = statement_timestamp()
WHERE c.state IN ('running', 'stopped') AND c.finished_at IS NULL AND NOT EXISTS (
    SELECT FROM notify_message m
    WHERE m.campaign_id = c.id AND m.kind = 'campaign'
      AND m.state IN ('planned', 'claimed', 'sending', 'held'))
    AND (c.state = 'stopped' OR NOT EXISTS (
        SELECT FROM notify_campaignstep s WHERE s.campaign_id = c.id AND s.look_at IS NOT NULL))
RETURNING c.id
"""
_ENDED: Final = """
SELECT string_agg(state || ' ' || number, ', ' ORDER BY state) FROM (
    SELECT state, count(*) AS number FROM notify_message
    WHERE campaign_id = %s AND kind = 'campaign' GROUP BY state) counted
"""


def sweep() -> dict[str, int]:
    """Run all steps, each a statement of its own or batches of them, and return their counts. A repeat finds nothing.

    A step that fails or runs out of time is logged and does not stop the others; without a database the error is
    raised. Planning comes last: it may take minutes.
    """
    return {
        **{name: _step(name, partial(_batches, statement)) for name, statement in _STATEMENTS.items()},
        "finish": _step("finish", campaigns_finish),
        "fold": _step("fold", tallies_fold),
        "handle": _step("handle", payloads_backlog),
        "answer": _step("answer", new_messages_answer),
        "cabinets": _step("cabinets", cabinets_return),
        "plan": _steps(
            "plan campaign", campaigns_to_plan, lambda number: campaign_plan(campaign_id=number) is not None
        ),
        "plan_later": _steps("plan step", steps_to_plan, lambda number: step_plan(step_id=number) is not None),
    }


def _steps(name: str, numbers: Callable[[], list[int]], act: Callable[[int], bool]) -> int:
    """Run one step for each of ``numbers``; reading them is a step too. Return the sum."""
    return _step(name, lambda: sum(_step(f"{name} {number}", partial(act, number)) for number in numbers()))


def _step(name: str, act: Callable[[], int]) -> int:
    return apart(f"sweep: {name}", act, 0)


def campaigns_finish() -> int:
    """Mark campaigns of which every row has ended, log how, and return how many. Reads the rows, no counter."""
    with connection.cursor() as cursor:
        cursor.execute(_FINISH)
        ended = [row[0] for row in cursor.fetchall()]
        for campaign_id in ended:
            cursor.execute(_ENDED, [campaign_id])
            logger.info("campaign %d ended: %s", campaign_id, cursor.fetchone()[0])
    return len(ended)


def _batches(statement: str) -> int:
    total = 0
    while moved := _execute(statement):
        total += moved
        if moved < BATCH:
            break
    return total


def _execute(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"batch": BATCH})
        return int(cursor.rowcount)
