"""Answers and notes of staff in a dialogue."""

from typing import Final, Literal
from uuid import UUID

from django.db import transaction

from consents.database.clock import database_now
from notify.channel_settings import channels_listed
from notify.channels.base import ChannelError
from notify.channels.registry import capabilities_of
from notify.channels.setup import Provider
from notify.dialogues.claiming import dialogue_locked, holder_check, newer_check
from notify.dialogues.replying import reply_of, reply_send
from notify.enums import DialogueState
from notify.errors import AnswerBlocked, DialogueMissing, TextRefused
from notify.messages.composing import text_limit
from notify.models import Dialogue, DialogueNote
from notify.outbox.carriers import carriers_ready
from notify.provider_setups import providers_set_up

ANSWER_LIMIT: Final = 4000
NOTE_LIMIT: Final = 2000

Block = Literal["", "closed", "no_provider"]


@transaction.atomic
def answer_send(*, dialogue_id: int, author_id: int, text: str, form_key: UUID, seen_id: int) -> bool:
    """Answer the customer where they wrote from last. False for a repeat: the same form sends once.

    A dialogue that nobody has, a closed one too, is the author's from then on. ``seen_id`` is the newest message on
    the page that was pressed. Raises `DialogueMissing`, `DialogueTaken`, `AnswerBlocked`, `NewerMessage` and
    `TextRefused`.
    """
    dialogue = dialogue_locked(dialogue_id)
    if reply_of(dialogue_id=dialogue_id, request_key=str(form_key)) is not None:
        return False
    holder_check(dialogue, author_id)
    if block := answer_block(channel=dialogue.channel):
        raise AnswerBlocked(reason=block)
    newer_check(dialogue_id, seen_id)
    if len(text) > answer_limit(channel=dialogue.channel):
        raise TextRefused(problem="too_long", name="")
    reply_send(dialogue_id=dialogue_id, text=text, request_key=str(form_key), author_id=author_id)
    if dialogue.claimed_by_id is None:
        Dialogue.objects.filter(pk=dialogue_id).update(
            state=DialogueState.CLAIMED, claimed_by=author_id, claimed_at=database_now()
        )
    return True


def note_add(*, dialogue_id: int, author_id: int, text: str) -> int:
    """Keep a note for colleagues, in whoever's dialogue, and return its id; each call adds one.

    Raises `DialogueMissing` and, for an empty or too long text, `TextRefused`.
    """
    words = text.strip()
    if not words or len(words) > NOTE_LIMIT:
        raise TextRefused(problem="too_long" if words else "empty", name="")
    if not Dialogue.objects.filter(pk=dialogue_id).exists():
        raise DialogueMissing
    return DialogueNote.objects.create(dialogue_id=dialogue_id, author_id=author_id, text=words).pk


def answer_block(*, channel: str) -> Block:
    """Return why nothing can leave over the channel now; empty where it can."""
    view = next((one for one in channels_listed() if one.channel == channel), None)
    if view is None or not view.has_provider:
        return "no_provider"
    return "" if view.is_open else "closed"


def answer_limit(*, channel: str) -> int:
    """Return how many characters an answer may have there: the channel has a limit, and so has who carries it now."""
    carrier = next((one.provider for one in carriers_ready(channel, providers_set_up())), None)
    return text_limit(channel, ANSWER_LIMIT, _carried(carrier, channel) if carrier else 0)


def _carried(carrier: Provider, channel: str) -> int:
    """Return the limit of a provider; 0 where it has none, or a process of its own."""
    if carrier.has_own_process:
        return 0
    try:
        return capabilities_of(carrier, channel).text_limit
    except ChannelError:
        return 0
