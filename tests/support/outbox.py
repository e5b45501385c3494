"""The gate for one message, as a sender of batches of one asks it."""

from uuid import UUID

from notify.enums import MessageState
from notify.outbox.gate import GATE_CAMPAIGN
from notify.outbox.queue import Departure, Done, authorize_send
from notify.types import LeasedMessage


def allowed(row: LeasedMessage, lease: UUID, done: Done | None = None) -> MessageState | None:
    """The new state of the message; None when its row is not ours."""
    states = authorize_send(
        gate=GATE_CAMPAIGN, rows={row.id: Departure("UTC")}, lease=lease, provider="test", done=[done] if done else []
    )
    return states.get(row.id)
