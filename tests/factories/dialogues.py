"""What customers write, through the way that their messages take."""

from itertools import count

from django.utils import timezone

from consents.enums import Channel
from notify.channels.events import InboundText
from notify.inbound.texts import text_apply
from notify.models import Dialogue, InboundMessage
from notify.scenarios.answering import new_messages_answer

_KEYS = count(1)


def customer_writes(
    account: str, text: str = "Когда придёт карта?", *, channel: str = Channel.SMS, subject: str = "", **more: object
) -> Dialogue:
    """One message that no rule and no scenario sees to; return its dialogue, which now waits."""
    key = f"test-{next(_KEYS)}"
    event = InboundText(
        channel=channel,
        account=account,
        chat="",
        occurred_at=timezone.now(),
        text=text,
        event_key=key,
        subject=subject,
        **more,  # type: ignore[arg-type]  # fields of the event
    )
    text_apply(provider="test", event=event)
    new_messages_answer()
    return InboundMessage.objects.get(provider="test", event_key=key).dialogue


def newest_of(dialogue: Dialogue) -> int:
    """The id of the newest message of the customer."""
    return InboundMessage.objects.filter(dialogue=dialogue).latest("id").pk
