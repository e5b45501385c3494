"""New messages of customers: answered by a scenario, or left for a person. None is passed over."""

import logging
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from consents.enums import Channel
from notify.dialogues.receiving import inbound_settle
from notify.enums import InboundOutcome
from notify.messages.transactional import notice_send
from notify.outbox.queue import CONNECTION_ERRORS
from notify.statements import run

logger = logging.getLogger("notify.inbound")

TAKEN_SECONDS: Final = 30
"""A worker that looks for an answer longer has been lost: another one takes the message."""

_TAKE: Final = """
UPDATE notify_inboundmessage SET taken_until = statement_timestamp() + %(seconds)s * interval '1 second'
WHERE id = (
    SELECT id FROM notify_inboundmessage
    WHERE outcome = 'new' AND (taken_until IS NULL OR taken_until < statement_timestamp())
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, channel, account, received_at
"""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """One message that this worker has taken."""

    id: int
    channel: str
    account: str
    day: str


def new_messages_answer(*, limit: int = 200) -> int:
    """See to new messages, oldest first, and return how many. Any number of workers may do so at once."""
    count = 0
    while count < limit and (message := _take()) is not None:
        count += 1
        try:
            _answer(message)
        except CONNECTION_ERRORS:
            raise
        except Exception as error:
            # A scenario that breaks must cost nobody an answer.
            logger.error("inbound message %s: no answer, %s", message.id, type(error).__name__)
            _leave_for_a_person(message)
    return count


def _answer(message: NewMessage) -> None:
    _leave_for_a_person(message)


@transaction.atomic
def _leave_for_a_person(message: NewMessage) -> None:
    """Open the dialogue for staff, and tell the customer once a day where a dialogue is the custom."""
    if not inbound_settle(message_id=message.id, outcome=InboundOutcome.OPEN):
        return
    if Channel(message.channel).spec.style == "dialogue":
        notice_send(
            notice="received",
            channel=message.channel,
            customer_id=None,
            address=message.account,
            request_key=f"{message.account}:{message.day}",
        )


def _take() -> NewMessage | None:
    found = run(_TAKE, {"seconds": TAKEN_SECONDS}).fetchone()
    return NewMessage(found[0], found[1], found[2], found[3].date().isoformat()) if found else None
