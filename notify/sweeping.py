"""The sweep: repairs what a killed worker, a lost nudge, a pause or a stop left. Several may run at once."""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from django.db import connection

from notify.campaigns.planning import campaign_plan, campaigns_to_plan
from notify.inbound.payloads import payload_handle, payloads_backlog
from notify.outbox.queue import database_answers

logger = logging.getLogger("notify.sweeping")

BATCH: Final = 5000

# Rows claimed under a lease that ran out were never on their way: always safe to give back.
_RETURN: Final = """
UPDATE notify_message SET state = 'planned', lease = NULL, leased_until = NULL
WHERE id IN (SELECT id FROM notify_message
    WHERE state = 'claimed' AND leased_until < statement_timestamp() LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
"""

# A call may have been under way: only a delivery report or a person knows, so it is listed and never repeated.
_DOUBT: Final = """
UPDATE notify_message
SET state = 'unknown', error_code = 'worker_lost', lease = NULL, leased_until = NULL
WHERE id IN (SELECT id FROM notify_message
    WHERE state = 'sending' AND leased_until < statement_timestamp() LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
"""

# Rows of a paused campaign would stand in the way of others at the head of the queue.
_HOLD: Final = """
UPDATE notify_message SET state = 'held'
WHERE id IN (SELECT m.id FROM notify_message m JOIN notify_campaign c ON c.id = m.campaign_id
    WHERE c.state = 'paused' AND m.state = 'planned' AND m.kind = 'campaign'
    LIMIT %(batch)s FOR UPDATE OF m SKIP LOCKED)
"""

_UNHOLD: Final = """
UPDATE notify_message SET state = 'planned'
WHERE id IN (SELECT m.id FROM notify_message m JOIN notify_campaign c ON c.id = m.campaign_id
    WHERE c.state = 'running' AND m.state = 'held' AND m.kind = 'campaign'
    LIMIT %(batch)s FOR UPDATE OF m SKIP LOCKED)
"""

_SKIP: Final = """
UPDATE notify_message
SET state = 'skipped', skip_reason = 'campaign_stopped', finished_at = statement_timestamp()
WHERE id IN (SELECT m.id FROM notify_message m JOIN notify_campaign c ON c.id = m.campaign_id
    WHERE c.state = 'stopped' AND m.state IN ('planned', 'held') AND m.kind = 'campaign'
    LIMIT %(batch)s FOR UPDATE OF m SKIP LOCKED)
"""

_EXPIRE: Final = """
UPDATE notify_message
SET state = 'skipped', skip_reason = 'expired', finished_at = statement_timestamp()
WHERE id IN (SELECT id FROM notify_message
    WHERE state = 'planned' AND priority = 0 AND expires_at < statement_timestamp()
    LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
"""

# One statement, one snapshot: while a row is on its way anywhere it is in one of the open states.
_FINISH: Final = """
UPDATE notify_campaign c
SET state = CASE WHEN c.state = 'running' THEN 'finished' ELSE c.state END, finished_at = statement_timestamp()
WHERE c.state IN ('running', 'stopped') AND c.finished_at IS NULL AND NOT EXISTS (
    SELECT FROM notify_message m
    WHERE m.campaign_id = c.id AND m.kind = 'campaign'
      AND m.state IN ('planned', 'claimed', 'sending', 'held'))
"""


_STATEMENTS: Final[Mapping[str, str]] = {
    "return": _RETURN,
    "doubt": _DOUBT,
    "hold": _HOLD,
    "unhold": _UNHOLD,
    "skip": _SKIP,
    "expire": _EXPIRE,
}


def sweep() -> dict[str, int]:
    """Run all steps, each a statement of its own or batches of them, and return their counts. A repeat finds nothing.

    A step that fails or runs out of time is logged and does not stop the others; without a database the error is
    raised. Planning comes last: it may take minutes.
    """
    return {
        **{name: _step(name, partial(_batches, statement)) for name, statement in _STATEMENTS.items()},
        "finish": _step("finish", campaigns_finish),
        "handle": _steps("handle payload", payloads_backlog, lambda number: payload_handle(payload_id=number)),
        "plan": _steps(
            "plan campaign", campaigns_to_plan, lambda number: campaign_plan(campaign_id=number) is not None
        ),
    }


def _steps(name: str, numbers: Callable[[], list[int]], act: Callable[[int], bool]) -> int:
    """Run one step for each of ``numbers``; reading them is a step too. Return the sum."""
    return _step(name, lambda: sum(_step(f"{name} {number}", partial(act, number)) for number in numbers()))


def _step(name: str, act: Callable[[], int]) -> int:
    try:
        return act()
    except Exception as error:
        # The message of a database error may quote a customer.
        logger.error("sweep: %s failed with %s", name, type(error).__name__)
        if not database_answers():
            raise  # every other step would fail too
        return 0


def campaigns_finish() -> int:
    """Mark campaigns of which every row has ended and return how many. Reads the rows, no counter and no cursor."""
    return _execute(_FINISH)


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
