"""What a written word does at once, before anybody reads it: a stop acts and is answered with its number."""

from typing import Final

from consents.answers.withdrawing import account_unsubscribe
from consents.enums import ActorKind, Channel, ProofLevel, ProofMethod
from consents.receipts.refusals import refusal_receipt
from consents.types import Actor, Circumstances
from notify.channels.events import InboundText
from notify.inbound.stop_words import is_stop
from notify.messages.transactional import notice_send

TYPED_KEPT: Final = 300
"""How much of a demand is kept with its events."""
STOP: Final = "stop"


def rule_apply(*, event: InboundText, key: str) -> str:
    """Act upon a text that a rule understands, and return the code of the rule; empty for any other text.

    A stop ends everything on the channel for whoever has the contact (38-FZ art. 18 part 1, 152-FZ art. 9 part 2); each
    message is a no of its own. ``key`` names the message, the same when it comes again; then nothing is added.
    """
    if not is_ruled(event):
        return ""
    _stop(event, key)
    return STOP


def is_ruled(event: InboundText) -> bool:
    """Return whether a rule understands a text."""
    return is_stop(event.text) or is_stop(event.subject)


def _stop(event: InboundText, key: str) -> None:
    channel = Channel(event.channel)
    how = Circumstances(
        # Whoever holds the account, the number or the mailbox has written it there.
        actor=Actor(kind=ActorKind.CUSTOMER),
        level=ProofLevel.LINK,
        method=ProofMethod.MAX_BOT if channel == Channel.MAX else ProofMethod.REPLY,
        request_key=f"{channel}-word:{key}",
        extra={"typed": (event.text or event.subject)[:TYPED_KEPT]},
    )
    stopped = account_unsubscribe(kind=channel.kind, value=event.account, circumstances=how)
    if not stopped:
        notice_send(
            notice="stop_of_nobody", channel=channel, customer_id=None, address=event.account, request_key=_day(event)
        )
    for customer_id, events in stopped.items():
        receipt = refusal_receipt(customer_id=customer_id, events=events, circumstances=how)
        if receipt is not None:
            notice_send(
                notice="stopped",
                channel=channel,
                customer_id=customer_id,
                address=event.account,
                request_key=key,
                context={"number": receipt.number},
            )


def _day(event: InboundText) -> str:
    return f"{event.account}:{event.occurred_at.date().isoformat()}"
