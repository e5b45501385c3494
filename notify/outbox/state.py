"""Life cycles of campaigns and messages as tables, and the guard that reads them.

The statements of `notify.outbox` and `notify.sweeping` make only moves that stand here.
"""

from collections.abc import Mapping
from typing import Final

from notify.enums import CampaignState as C
from notify.enums import MessageState as M
from notify.errors import MoveRefused

CAMPAIGN_MOVES: Final[Mapping[C, frozenset[C]]] = {
    C.DRAFT: frozenset({C.REVIEW}),
    C.REVIEW: frozenset({C.DRAFT, C.PLANNING}),
    # Back to review when the people are no longer those who were approved.
    C.PLANNING: frozenset({C.RUNNING, C.REVIEW, C.STOPPED}),
    C.RUNNING: frozenset({C.PAUSED, C.STOPPED, C.FINISHED}),
    C.PAUSED: frozenset({C.RUNNING, C.STOPPED}),
    C.STOPPED: frozenset(),
    C.FINISHED: frozenset(),
}

MESSAGE_MOVES: Final[Mapping[M, frozenset[M]]] = {
    M.PLANNED: frozenset({M.CLAIMED, M.HELD, M.SKIPPED}),
    # Failed straight away only when its text cannot be written.
    M.CLAIMED: frozenset({M.PLANNED, M.SENDING, M.SKIPPED, M.FAILED}),
    # Back to planned only when the provider surely has nothing: refused with "later", or never reached.
    M.SENDING: frozenset({M.PLANNED, M.ACCEPTED, M.DELIVERED, M.FAILED, M.UNKNOWN}),
    M.ACCEPTED: frozenset({M.DELIVERED, M.FAILED}),
    M.HELD: frozenset({M.PLANNED, M.SKIPPED}),
    # Settled by a late receipt or by a person; never sent again.
    M.UNKNOWN: frozenset({M.ACCEPTED, M.DELIVERED, M.FAILED}),
    M.DELIVERED: frozenset(),
    M.FAILED: frozenset(),
    M.SKIPPED: frozenset(),
}

RESTORED_FROM: Final = (M.PLANNED, M.CLAIMED, M.SENDING, M.HELD)
"""From these a message becomes what the lines outside the database, or the provider's log, know: after a restore alone.

What they know has happened already, so it is no move of ours. `MESSAGE_MOVES` has the moves of a message that lives.
"""

OPEN: Final = (M.PLANNED, M.CLAIMED, M.SENDING, M.HELD)
"""A campaign with a message in one of these is not finished."""

HANDED_OVER: Final = (M.ACCEPTED, M.DELIVERED)
"""The provider has it: what "sent" means in every figure."""


def campaign_move_check(old: str, new: str) -> None:
    """Raise `MoveRefused` unless the table has the move."""
    if C(new) not in CAMPAIGN_MOVES[C(old)]:
        raise MoveRefused(kind="campaign", old=old, new=new)


def message_move_check(old: str, new: str) -> None:
    """Raise `MoveRefused` unless the table has the move."""
    if M(new) not in MESSAGE_MOVES[M(old)]:
        raise MoveRefused(kind="message", old=old, new=new)


def message_sources(new: str) -> tuple[M, ...]:
    """Return the states from which a message may become ``new``: the ``WHERE`` of a monotone update."""
    return tuple(old for old, targets in MESSAGE_MOVES.items() if M(new) in targets)
