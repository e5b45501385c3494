"""Answers in a dialogue. They leave through the outbox and its gate, as everything does."""

from collections.abc import Sequence

from django.db import transaction

from consents.database.clock import database_now
from notify.dialogues.receiving import UNANSWERED
from notify.enums import DialogueState, InboundOutcome
from notify.errors import DialogueMissing, TextRefused
from notify.messages.transactional import reply_plan, reply_reference
from notify.models import Dialogue, InboundMessage, Reply


@transaction.atomic
def reply_send(
    *,
    dialogue_id: int,
    text: str,
    request_key: str,
    author_id: int | None = None,
    scenario: str = "",
    answers_id: int | None = None,
    buttons: Sequence[str] = (),
) -> int:
    """Plan an answer to where the person wrote from last, and return the number of the `Reply`.

    That of staff (``author_id``) settles what waited in the dialogue; that of a scenario leaves it to
    `receiving.inbound_settle`. A repeat with the same key adds nothing. Raises `DialogueMissing` and, for an empty
    text, `TextRefused`.
    """
    words = text.strip()
    if not words:
        raise TextRefused(problem="empty", name="")
    dialogue = Dialogue.objects.select_for_update().filter(pk=dialogue_id).first()
    if dialogue is None:
        raise DialogueMissing
    message_id = reply_plan(
        channel=dialogue.channel,
        account=dialogue.account,
        customer_id=dialogue.customer_id,
        request_key=_key(dialogue_id, request_key),
    )
    reply, is_new = Reply.objects.get_or_create(
        message_id=message_id,
        defaults={
            "dialogue": dialogue,
            "author_id": author_id,
            "scenario": scenario,
            "answers_id": answers_id,
            "channel": dialogue.channel,
            "account": dialogue.account,
            "subject": reply_subject(dialogue.subject),
            "text": words,
            "buttons": list(buttons),
        },
    )
    if is_new:
        Dialogue.objects.filter(pk=dialogue_id).update(last_at=database_now())
        if author_id is not None:
            waiting_settle(dialogue_id=dialogue_id, outcome=InboundOutcome.ANSWERED)
    return reply.pk


def reply_of(*, dialogue_id: int, request_key: str) -> int | None:
    """Return the number of the `Reply` that was sent with this key, None where there is none."""
    reference = reply_reference(_key(dialogue_id, request_key))
    return Reply.objects.filter(message__reference=reference).values_list("pk", flat=True).first()


def waiting_settle(*, dialogue_id: int, outcome: InboundOutcome) -> None:
    """Record that what waited in the dialogue, in a cabinet too, was answered, or closed without an answer."""
    waiting = InboundMessage.objects.filter(dialogue_id=dialogue_id, outcome__in=UNANSWERED)
    waiting.update(outcome=outcome, handled_at=database_now())
    Dialogue.objects.filter(pk=dialogue_id).update(
        unread=0, waiting_since=None, cabinet="", cabinet_until=None, cabinet_since=None
    )
    if outcome == InboundOutcome.CLOSED:
        Dialogue.objects.filter(pk=dialogue_id).update(state=DialogueState.CLOSED, claimed_by=None, claimed_at=None)


def reply_subject(subject: str) -> str:
    """Return the subject of an answer to a letter, empty where the customer wrote none."""
    return subject if not subject or subject.lower().startswith("re:") else f"Re: {subject}"[:200]


def _key(dialogue_id: int, request_key: str) -> str:
    return f"{dialogue_id}:{request_key}"
