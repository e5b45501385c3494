"""What somebody wrote is kept in the dialogue with them, tied to the customer where the contact is theirs alone."""

import hashlib
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from consents.customers.contacts_read import contacts_by_value
from consents.enums import Channel
from notify.channels.events import InboundText
from notify.enums import DialogueState, InboundOutcome
from notify.models import Dialogue, InboundMessage, Message

MOST_CHARACTERS: Final = 8000
"""Of a text; the raw call holds the rest for as long as it is kept."""


def inbound_keep(*, provider: str, event: InboundText) -> InboundMessage | None:
    """Keep one message of a customer as new, and return it. None for a repeat. Runs in the caller's transaction."""
    dialogue = dialogue_of(channel=event.channel, account=event.account, chat=event.chat)
    message, is_new = InboundMessage.objects.get_or_create(
        provider=provider,
        event_key=event.event_key or _key(event),
        defaults={
            "dialogue": dialogue,
            "channel": event.channel,
            "account": event.account,
            "text": event.text[:MOST_CHARACTERS],
            "subject": event.subject[:200],
            "attachments": list(event.attachments),
            "in_reply_to_id": _answered(event.in_reply_to),
            "occurred_at": event.occurred_at,
            "received_at": timezone.now(),
        },
    )
    if not is_new:
        return None
    Dialogue.objects.filter(pk=dialogue.pk).update(
        channel=event.channel,
        account=event.account,
        chat=event.chat,
        subject=event.subject[:200] or F("subject"),
        last_at=Greatest(F("last_at"), message.received_at),
    )
    return message


def dialogue_of(*, channel: str, account: str, chat: str = "") -> Dialogue:
    """Return the dialogue with the only customer who has the contact, else the one with the contact itself."""
    owners = {one.customer_id for one in contacts_by_value(kind=Channel(channel).kind, value=account, limit=2)}
    defaults: dict[str, Any] = {"channel": channel, "account": account, "chat": chat, "last_at": timezone.now()}
    if len(owners) == 1:
        return Dialogue.objects.get_or_create(customer_id=owners.pop(), defaults=defaults)[0]
    return Dialogue.objects.get_or_create(channel=channel, account=account, customer=None, defaults=defaults)[0]


def dialogue_tie(*, customer_id: int, channel: str, account: str) -> None:
    """Move what a contact wrote before it was tied to a customer into the dialogue with that customer."""
    stranger = Dialogue.objects.select_for_update().filter(channel=channel, account=account, customer=None).first()
    if stranger is None:
        return
    own = Dialogue.objects.select_for_update().filter(customer_id=customer_id).first()
    if own is None:
        Dialogue.objects.filter(pk=stranger.pk).update(customer_id=customer_id)
        return
    for related in (stranger.inbound, stranger.replies, stranger.notes):
        related.update(dialogue=own)
    waits = own.state == DialogueState.CLOSED and stranger.state != DialogueState.CLOSED
    Dialogue.objects.filter(pk=own.pk).update(
        channel=stranger.channel,
        account=stranger.account,
        chat=stranger.chat,
        state=DialogueState.WAITING if waits else own.state,
        unread=F("unread") + stranger.unread,
        waiting_since=own.waiting_since or stranger.waiting_since,
        last_at=Greatest(F("last_at"), stranger.last_at),
    )
    stranger.delete()


def inbound_settle(*, message_id: int, outcome: InboundOutcome, handled_by: str = "") -> bool:
    """Record what became of a new message, once. One that waits for a person opens its dialogue again."""
    is_new = Q(pk=message_id, outcome=InboundOutcome.NEW)
    settled = InboundMessage.objects.filter(is_new).update(
        outcome=outcome,
        handled_by=handled_by[:40],
        handled_at=None if outcome == InboundOutcome.OPEN else timezone.now(),
        taken_until=None,
    )
    if settled and outcome == InboundOutcome.OPEN:
        message = InboundMessage.objects.get(pk=message_id)
        waiting = Dialogue.objects.filter(pk=message.dialogue_id)
        waiting.update(unread=F("unread") + 1, waiting_since=Coalesce(F("waiting_since"), message.received_at))
        waiting.filter(state=DialogueState.CLOSED).update(state=DialogueState.WAITING)
    return settled > 0


def _key(event: InboundText) -> str:
    """Name a message that its provider gave no name."""
    facts = f"{event.channel}|{event.account}|{event.occurred_at.isoformat()}|{event.text}"
    return hashlib.sha256(facts.encode()).hexdigest()


def _answered(reference: str) -> int | None:
    """Return the message of ours that is answered, found by our reference or by the provider's id."""
    if not reference:
        return None
    try:
        rows = Message.objects.filter(reference=UUID(reference))
    except ValueError:
        rows = Message.objects.filter(provider_id=reference)
    return rows.values_list("id", flat=True).first()
