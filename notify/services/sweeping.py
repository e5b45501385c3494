"""The sweep: what a killed worker, a lost nudge, a pause or a stop left behind. Safe to run doubled, at any time."""

from typing import Final

from django.db import connection

from notify.services.planning import campaign_plan, campaigns_to_plan
from notify.types import SweepResult

BATCH: Final = 5000

# Rows claimed under a lease that ran out were never on their way: always safe to give back.
_RETURN: Final = """
UPDATE notify_message SET state = 'planned', lease = NULL, leased_until = NULL
WHERE id IN (SELECT id FROM notify_message
    WHERE state = 'claimed' AND leased_until < statement_timestamp() LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
"""

# A call may have been under way: nobody but a receipt or a person can say, so it is listed and never repeated.
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


def sweep() -> SweepResult:
    """Mend and finish. Each step is one statement of its own or batches of them; a repeat finds nothing to do."""
    planned = sum(campaign_plan(campaign_id=campaign_id) is not None for campaign_id in campaigns_to_plan())
    return SweepResult(
        planned=planned,
        returned=_batches(_RETURN),
        doubtful=_batches(_DOUBT),
        held=_batches(_HOLD),
        released=_batches(_UNHOLD),
        skipped=_batches(_SKIP) + _batches(_EXPIRE),
        finished=campaigns_finish(),
    )


def campaigns_finish() -> int:
    """Mark campaigns of which every row has ended. Told by the rows alone, never by a counter or a cursor."""
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
