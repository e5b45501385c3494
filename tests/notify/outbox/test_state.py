"""The tables of moves: whole, and without a way back from an end."""

import pytest

from notify.enums import CampaignState, MessageState
from notify.errors import MoveRefused
from notify.outbox.state import (
    CAMPAIGN_MOVES,
    MESSAGE_MOVES,
    OPEN,
    campaign_move_check,
    message_move_check,
    message_sources,
)


def test_every_state_has_its_line() -> None:
    assert set(CAMPAIGN_MOVES) == set(CampaignState)
    assert set(MESSAGE_MOVES) == set(MessageState)


@pytest.mark.parametrize("state", [MessageState.DELIVERED, MessageState.FAILED, MessageState.SKIPPED])
def test_a_final_state_never_moves(state: MessageState) -> None:
    assert MESSAGE_MOVES[state] == frozenset()


def test_a_message_in_doubt_is_never_sent_again() -> None:
    assert not MESSAGE_MOVES[MessageState.UNKNOWN] & {
        MessageState.PLANNED,
        MessageState.CLAIMED,
        MessageState.SENDING,
    }


def test_only_a_claimed_message_may_be_sent() -> None:
    assert message_sources(MessageState.SENDING) == (MessageState.CLAIMED,)


def test_open_states_are_those_that_can_still_be_sent() -> None:
    can_be_sent = {
        state
        for state in MessageState
        if state == MessageState.SENDING or MESSAGE_MOVES[state] & {MessageState.SENDING, MessageState.PLANNED}
    }

    assert set(OPEN) == can_be_sent | {MessageState.PLANNED}


@pytest.mark.parametrize(
    ("old", "new"), [("draft", "running"), ("stopped", "running"), ("finished", "running"), ("draft", "planning")]
)
def test_a_campaign_cannot_jump(old: str, new: str) -> None:
    with pytest.raises(MoveRefused):
        campaign_move_check(old, new)


def test_an_allowed_move_passes() -> None:
    campaign_move_check("review", "planning")
    message_move_check("unknown", "delivered")
