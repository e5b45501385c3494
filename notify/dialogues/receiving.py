"""Dialogues tied to customers, and what became of the messages in them."""

from typing import Final

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest

from consents.database.clock import database_now
from notify.enums import DialogueState, InboundOutcome
from notify.models import Dialogue, InboundMessage

UNANSWERED: Final = (InboundOutcome.OPEN, InboundOutcome.CABINET)
"""A person is to answer them: here, or in the cabinet of the provider."""


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
    in_cabinet = stranger if stranger.cabinet else own
    waits = own.state == DialogueState.CLOSED and stranger.state != DialogueState.CLOSED
    Dialogue.objects.filter(pk=own.pk).update(
        channel=stranger.channel,
        account=stranger.account,
        chat=stranger.chat,
        state=DialogueState.WAITING if waits else own.state,
        unread=F("unread") + stranger.unread,
        waiting_since=own.waiting_since or stranger.waiting_since,
        cabinet=in_cabinet.cabinet,
        cabinet_until=in_cabinet.cabinet_until,
        cabinet_since=own.cabinet_since or stranger.cabinet_since,
        last_at=Greatest(F("last_at"), stranger.last_at),
    )
    stranger.delete()


def inbound_settle(*, message_id: int, outcome: InboundOutcome, handled_by: str = "") -> bool:
    """Record what became of a new message, once. One that waits for a person here opens its dialogue again."""
    is_new = Q(pk=message_id, outcome=InboundOutcome.NEW)
    settled = InboundMessage.objects.filter(is_new).update(
        outcome=outcome,
        handled_by=handled_by[:40],
        handled_at=None if outcome in UNANSWERED else database_now(),
        taken_until=None,
    )
    if settled and outcome == InboundOutcome.OPEN:
        message = InboundMessage.objects.get(pk=message_id)
        waiting = Dialogue.objects.filter(pk=message.dialogue_id)
        waiting.update(unread=F("unread") + 1, waiting_since=Coalesce(F("waiting_since"), message.received_at))
        waiting.filter(state=DialogueState.CLOSED).update(state=DialogueState.WAITING)
    return settled > 0
