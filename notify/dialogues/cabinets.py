"""Dialogues that people of the company lead in the cabinet of a provider (ChatApp), in place of the inbox.

A message that nobody else answers is left there. It counts as unanswered until somebody answers it there or here, or
closes the dialogue here; when the cabinet is no longer used, it waits in the inbox.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import F, Min, Q
from django.db.models.functions import Coalesce, Greatest, Least, Now

from consents.apart import apart
from consents.database.clock import database_now
from consents.enums import Channel
from notify.channels.columns import LONGEST_TEXT
from notify.channels.events import CabinetText
from notify.channels.setup import Provider
from notify.dialogues.keeping import dialogue_of
from notify.dialogues.receiving import inbound_settle
from notify.enums import DialogueState, InboundOutcome, MessageState
from notify.models import Dialogue, InboundMessage, Message, Reply
from notify.outbox.reports import message_of
from notify.provider_setups import providers_set_up

QUIET: Final = timedelta(hours=24)
"""After so long without a word there, of either side, the dialogue is over: the bot answers again."""
ON_ITS_WAY: Final = timedelta(seconds=45)
"""While the call of a message of ours may last, what comes back from there may be that message."""
CLOCKS: Final = timedelta(seconds=15)
"""How far the clock of a provider may be behind ours."""
RETURNED: Final = 500
"""Dialogues that one sweep takes back."""


def cabinets_open() -> dict[str, Provider]:
    """Return the providers in whose cabinets dialogues are led now, by name."""
    return {one.name: one for one in providers_set_up() if one.cabinet is not None}


def is_led_there(dialogue: Dialogue, *, provider: str) -> bool:
    """Return whether people lead in its cabinet what comes over this provider: somebody has written there lately."""
    until = dialogue.cabinet_until
    return bool(provider) and dialogue.cabinet == provider and until is not None and until > database_now()


def cabinet_dialogue_url(*, dialogue_id: int) -> str:
    """Return the page of a dialogue in the cabinet where people lead it, empty where there is none.

    It names the person there: it belongs into no page and no log of ours.
    """
    dialogue = Dialogue.objects.filter(pk=dialogue_id).first()
    provider = cabinets_open().get(dialogue.cabinet) if dialogue is not None and dialogue.cabinet else None
    if dialogue is None or provider is None or provider.cabinet is None:
        return ""
    written = dialogue.inbound.filter(provider=provider.name).order_by("-id").values_list("channel", "chat")
    channel, chat = written.first() or (dialogue.channel, dialogue.chat)
    return provider.cabinet.dialogue_url(channel, chat) if chat and channel in provider.channels else ""


def cabinet_leave(*, message_id: int, handled_by: str = "") -> bool:
    """Leave a new message to people in the cabinet that shows it, once. Runs in the caller's transaction."""
    if not inbound_settle(message_id=message_id, outcome=InboundOutcome.CABINET, handled_by=handled_by):
        return False
    message = InboundMessage.objects.get(pk=message_id)
    Dialogue.objects.filter(pk=message.dialogue_id).update(
        cabinet=message.provider,
        cabinet_until=database_now() + QUIET,
        cabinet_since=Coalesce(F("cabinet_since"), message.received_at),
    )
    return True


@transaction.atomic
def cabinet_text_keep(*, provider: str, event: CabinetText) -> bool:
    """Keep what was said in a cabinet, and settle what it answers; our own messages and a repeat add nothing.

    False while it may be a message of ours whose call is not over: it is to be asked again.
    """
    is_ours = message_of(provider=provider, reference=event.reference, provider_id=event.provider_id) is not None
    if is_ours or event.channel not in Channel.values:
        return True
    if _is_ours_under_way(provider, event):
        return False
    dialogue_id = dialogue_of(channel=event.channel, account=event.account, chat=event.chat)
    _, is_new = Reply.objects.get_or_create(
        provider=provider,
        event_key=event.event_key,
        defaults={
            "dialogue_id": dialogue_id,
            "channel": event.channel,
            "account": event.account,
            "text": event.text[:LONGEST_TEXT],
            "attachments": list(event.attachments),
            "is_automatic": event.is_automatic,
        },
    )
    if is_new:
        Dialogue.objects.filter(pk=dialogue_id).update(last_at=Greatest(F("last_at"), database_now()))
        if not event.is_automatic:
            _answered_there(dialogue_id, provider, event.occurred_at)
    return True


def cabinet_end(*, dialogue_id: int) -> None:
    """Take a dialogue back to the inbox: what nobody has answered there waits here. A repeat changes nothing.

    Runs in the caller's transaction, with the dialogue locked.
    """
    unanswered = InboundMessage.objects.filter(dialogue_id=dialogue_id, outcome=InboundOutcome.CABINET)
    returned = unanswered.update(outcome=InboundOutcome.OPEN)
    dialogue = Dialogue.objects.filter(pk=dialogue_id)
    dialogue.exclude(cabinet="").update(
        cabinet="",
        cabinet_until=None,
        cabinet_since=None,
        waiting_since=Least(F("waiting_since"), F("cabinet_since")),
        unread=F("unread") + returned,
    )
    if returned:
        dialogue.filter(state=DialogueState.CLOSED).update(state=DialogueState.WAITING)


def cabinets_return() -> int:
    """Take back what waits in cabinets where no dialogues are led any more; return how many. A repeat finds none."""
    waiting = Dialogue.objects.filter(cabinet_since__isnull=False)
    named = set(waiting.values_list("cabinet", flat=True).distinct())
    gone = named - set(cabinets_open()) if named else named
    if not gone:
        return 0
    found = list(waiting.filter(cabinet__in=gone).order_by("id").values_list("pk", flat=True)[:RETURNED])
    return sum(
        apart(f"taking dialogue {number} back", partial(_take_back, number, gone), broken=False) for number in found
    )


@transaction.atomic
def _take_back(dialogue_id: int, gone: set[str]) -> bool:
    if not Dialogue.objects.select_for_update().filter(pk=dialogue_id, cabinet__in=gone).exists():
        return False
    cabinet_end(dialogue_id=dialogue_id)
    return True


def _is_ours_under_way(provider: str, event: CabinetText) -> bool:
    of_person = Q(address=event.account) | Q(contact_point__value=event.account)
    sending = Message.objects.filter(state=MessageState.SENDING, provider=provider, channel=event.channel)
    before = sending.filter(sending_at__gt=Now() - ON_ITS_WAY, sending_at__lt=event.occurred_at + CLOCKS)
    return before.filter(of_person).exists()


def _answered_there(dialogue_id: int, provider: str, at: datetime) -> None:
    """Settle what the person had written over the provider by then. Who leads the dialogue here goes on doing so."""
    dialogue = Dialogue.objects.select_for_update().get(pk=dialogue_id)
    now = database_now()
    InboundMessage.objects.filter(
        dialogue_id=dialogue_id,
        provider=provider,
        occurred_at__lte=at,
        outcome__in=(InboundOutcome.NEW, InboundOutcome.OPEN, InboundOutcome.CABINET),
    ).update(outcome=InboundOutcome.ANSWERED, handled_at=now, taken_until=None)
    left = InboundMessage.objects.filter(dialogue_id=dialogue_id).aggregate(
        here=Min("received_at", filter=Q(outcome=InboundOutcome.OPEN)),
        there=Min("received_at", filter=Q(outcome=InboundOutcome.CABINET)),
    )
    is_claimed = dialogue.state == DialogueState.CLAIMED
    rows = Dialogue.objects.filter(pk=dialogue_id)
    rows.update(waiting_since=left["here"], cabinet_since=left["there"])
    if not is_claimed:
        rows.update(cabinet=provider, cabinet_until=now + QUIET)
    if left["here"] is None:
        rows.update(unread=0)
        rows.filter(state=DialogueState.WAITING).update(state=DialogueState.CLOSED)
