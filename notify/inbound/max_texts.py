"""What people write to the bot of MAX: a stop acts and is answered, anything else is answered once a day."""

from typing import Final

from django.db import transaction
from django.utils import timezone

from consents.answers.withdrawing import account_unsubscribe
from consents.enums import ActorKind, Channel, ContactKind, ProofLevel, ProofMethod
from consents.receipts.refusals import refusal_receipt
from consents.types import Actor, Circumstances
from notify.channels.events import InboundText
from notify.inbound.stop_words import is_stop
from notify.messages.transactional import notice_send

TYPED_KEPT: Final = 300
"""How much of a demand is kept with its events."""


@transaction.atomic
def text_apply(*, event: InboundText) -> None:
    """Act upon a text. A stop ends everything on MAX for whoever has the account; a repeat adds nothing.

    An account that nobody has, and a text that means nothing to us, get an answer that names the word and how to reach
    the company. Only MAX has dialogues: a text on any other channel changes nothing.
    """
    if event.channel != Channel.MAX:
        return
    if not is_stop(event.text):
        _answer_daily(event, "max_help")
        return
    how = Circumstances(
        # Whoever holds the account has written it in MAX.
        actor=Actor(kind=ActorKind.CUSTOMER),
        level=ProofLevel.LINK,
        method=ProofMethod.MAX_BOT,
        request_key=f"max-word:{_moment(event)}",
        extra={"typed": event.text[:TYPED_KEPT]},
    )
    stopped = account_unsubscribe(kind=ContactKind.MAX, value=event.account, circumstances=how)
    if not stopped:
        _answer_daily(event, "max_unknown")
    for customer_id, events in stopped.items():
        receipt = refusal_receipt(customer_id=customer_id, events=events, circumstances=how)
        notice_send(
            notice="max_stopped" if receipt else "max_stopped_before",
            channel=Channel.MAX,
            customer_id=customer_id,
            address=event.account,
            request_key=_moment(event),
            context={"number": receipt.number} if receipt else None,
        )


def _answer_daily(event: InboundText, notice: str) -> None:
    notice_send(
        notice=notice,
        channel=Channel.MAX,
        customer_id=None,
        address=event.account,
        request_key=f"{event.account}:{timezone.localdate().isoformat()}",
    )


def _moment(event: InboundText) -> str:
    """Name one text by its account and MAX's own time, the same when it comes again."""
    return f"{event.account}:{int(event.occurred_at.timestamp() * 1000)}"
