"""What came of a call: the move of its row."""

import random
from collections.abc import Sequence

from notify.channels.base import Accepted, Outcome, OutcomeUnknown, Rejected, TemporarilyUnavailable
from notify.conf import ATTEMPTS
from notify.enums import MessageState
from notify.outbox.carriers import ProviderTrouble, cooldown_of
from notify.outbox.queue import Done
from notify.types import LeasedMessage


def result_of(*, row: LeasedMessage, outcome: Outcome, first_pause: float, counted: int = 0) -> Done:
    """Take the provider's word about one message. "Later" is tried `ATTEMPTS` times, each pause twice the last.

    ``counted``: the parts that we have counted of it, kept beside the provider's own figure.
    """
    match outcome:
        case Accepted():
            return Done(
                row.id,
                MessageState.ACCEPTED,
                provider_id=outcome.provider_id,
                parts=outcome.parts,
                counted=counted,
            )
        case Rejected():
            return Done(row.id, MessageState.FAILED, outcome.reason)
        case OutcomeUnknown():
            return Done(row.id, MessageState.UNKNOWN, outcome.reason, provider_id=outcome.provider_id)
        case TemporarilyUnavailable():
            return _later(row, outcome, first_pause)


def faults_of(rows: Sequence[LeasedMessage], outcomes: Sequence[Outcome]) -> list[tuple[LeasedMessage, Rejected]]:
    """Return the messages whose refusal says something of the contact."""
    return [
        (row, outcome)
        for row, outcome in zip(rows, outcomes, strict=True)
        if isinstance(outcome, Rejected) and outcome.address_fault
    ]


def provider_down(
    *, row: LeasedMessage, error: ProviderTrouble, first_pause: float, is_counted: bool, has_spare: bool = False
) -> Done:
    """Send a message back that met a provider which is down; with another one ready, it goes there at once.

    No attempt is spent unless ``is_counted``: others have just gone through, so it may be this message after all. Then
    it is not tried for ever, whatever the provider says.
    """
    if has_spare:
        # Were it to wait, it could meet the first one on trial again, each time that it is due.
        return Done(row.id, MessageState.PLANNED, error.reason, uncounted=1)
    if is_counted:
        later = error if isinstance(error, TemporarilyUnavailable) else TemporarilyUnavailable(error.reason)
        return _later(row, later, first_pause)
    pause = cooldown_of(error, 0)
    if isinstance(error, TemporarilyUnavailable):
        # It waits longer than the others, so that it cannot hold them up again and again.
        pause += _backoff(row, first_pause)
    return Done(row.id, MessageState.PLANNED, error.reason, pause=pause, uncounted=1)


def _later(row: LeasedMessage, outcome: TemporarilyUnavailable, first_pause: float) -> Done:
    if outcome.was_asked and row.attempt + 1 >= ATTEMPTS:
        return Done(row.id, MessageState.FAILED, f"gave_up_{outcome.reason}")
    pause = outcome.retry_after or _backoff(row, first_pause)
    return Done(row.id, MessageState.PLANNED, outcome.reason, pause=pause, uncounted=0 if outcome.was_asked else 1)


def _backoff(row: LeasedMessage, first_pause: float) -> float:
    spread = random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries
    return first_pause * spread * float(2**row.attempt)
