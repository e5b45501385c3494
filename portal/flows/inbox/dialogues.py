"""What staff do with a dialogue: the act, its row in the journal, the nudge that sends what is to leave.

A row names the dialogue and the number of the customer, never a word of what was written.
"""

from uuid import UUID

from django.db import transaction

from notify.dialogues.answering import answer_send, note_add
from notify.dialogues.claiming import dialogue_claim, dialogue_close, dialogue_give_back, dialogue_hand_over
from notify.dialogues.reading import dialogue_view
from notify.errors import DialogueMissing
from notify.tasks import send_transactional
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import action_record, recorded
from portal.models import User
from portal.operations.nudges import nudge


def claim_dialogue(*, actor: StaffActor, dialogue_id: int) -> None:
    """Take a dialogue that nobody has. A repeat adds a row and changes nothing.

    Raises DialogueMissing, DialogueTaken.
    """
    with recorded(actor, AuditedAction.DIALOGUE_CLAIMED, "dialogue", dialogue_id, details=_about(dialogue_id)):
        dialogue_claim(dialogue_id=dialogue_id, user_id=actor.user_id)


def hand_over_dialogue(*, actor: StaffActor, dialogue_id: int, to_id: int, expected_holder_id: int | None) -> None:
    """Hand a dialogue over to a colleague, or to oneself from one who is away; the way in checks that they may answer.

    Raises DialogueMissing, DialogueTaken.
    """
    details = _about(dialogue_id) | {"old": _email(expected_holder_id), "to": _email(to_id)}
    with recorded(actor, AuditedAction.DIALOGUE_HANDED_OVER, "dialogue", dialogue_id, details=details):
        dialogue_hand_over(dialogue_id=dialogue_id, to_id=to_id, expected_holder_id=expected_holder_id)


def give_back_dialogue(*, actor: StaffActor, dialogue_id: int) -> None:
    """Return an own dialogue to all. Raises DialogueMissing, DialogueTaken."""
    with recorded(actor, AuditedAction.DIALOGUE_GIVEN_BACK, "dialogue", dialogue_id, details=_about(dialogue_id)):
        dialogue_give_back(dialogue_id=dialogue_id, user_id=actor.user_id)


def close_dialogue(*, actor: StaffActor, dialogue_id: int, seen_id: int) -> None:
    """Close a dialogue. Raises DialogueMissing, DialogueTaken, NewerMessage."""
    with recorded(actor, AuditedAction.DIALOGUE_CLOSED, "dialogue", dialogue_id, details=_about(dialogue_id)):
        dialogue_close(dialogue_id=dialogue_id, user_id=actor.user_id, seen_id=seen_id)


@transaction.atomic
def answer_customer(*, actor: StaffActor, dialogue_id: int, text: str, form_key: UUID, seen_id: int) -> None:
    """Send an answer; it leaves and is recorded once, however often its form is sent.

    Raises what `answer_send` raises.
    """
    details = _about(dialogue_id)
    is_new = answer_send(
        dialogue_id=dialogue_id, author_id=actor.user_id, text=text, form_key=form_key, seen_id=seen_id
    )
    if is_new:
        action_record(actor, AuditedAction.DIALOGUE_ANSWERED, "dialogue", dialogue_id, details=details)
        nudge(send_transactional)


def add_note(*, actor: StaffActor, dialogue_id: int, text: str) -> None:
    """Keep a note for colleagues. Raises DialogueMissing, TextRefused."""
    with recorded(actor, AuditedAction.DIALOGUE_NOTED, "dialogue", dialogue_id, details=_about(dialogue_id)):
        note_add(dialogue_id=dialogue_id, author_id=actor.user_id, text=text)


def _about(dialogue_id: int) -> dict[str, object]:
    dialogue = dialogue_view(dialogue_id=dialogue_id)
    if dialogue is None:
        raise DialogueMissing
    return {"customer_id": dialogue.customer_id}


def _email(user_id: int | None) -> str:
    """Return the address that the journal names a member of staff by; empty for nobody."""
    if user_id is None:
        return ""
    return User.objects.filter(pk=user_id).values_list("email", flat=True).first() or ""
