"""Who of staff sees to a dialogue: claimed by one, handed over, given back, closed. Each act is one locked row."""

from django.contrib.auth import get_user_model
from django.db import transaction

from consents.database.clock import database_now
from notify.dialogues.cabinets import cabinet_end
from notify.dialogues.replying import waiting_settle
from notify.enums import DialogueState, InboundOutcome
from notify.errors import DialogueMissing, DialogueTaken, NewerMessage
from notify.models import Dialogue, InboundMessage


@transaction.atomic
def dialogue_claim(*, dialogue_id: int, user_id: int) -> bool:
    """Assign a dialogue that nobody has to this member of staff. False when it is theirs already.

    Of several who claim at once exactly one gets it. Raises `DialogueMissing` and `DialogueTaken`.
    """
    dialogue = dialogue_locked(dialogue_id)
    if dialogue.claimed_by_id == user_id:
        return False
    holder_check(dialogue, user_id)
    _give(dialogue, user_id)
    return True


@transaction.atomic
def dialogue_hand_over(*, dialogue_id: int, to_id: int, expected_holder_id: int | None) -> bool:
    """Hand a dialogue over to another member of staff, whoever asks for it. False when they have it already.

    ``expected_holder_id`` is who had it on the page that was pressed: raises `DialogueTaken` when somebody else has it
    by now, so that no two hand it over at once. Raises `DialogueMissing`.
    """
    dialogue = dialogue_locked(dialogue_id)
    if dialogue.claimed_by_id == to_id:
        return False
    if dialogue.claimed_by_id is not None and dialogue.claimed_by_id != expected_holder_id:
        raise DialogueTaken(holder=holder_name(dialogue.claimed_by_id))
    _give(dialogue, to_id)
    return True


@transaction.atomic
def dialogue_give_back(*, dialogue_id: int, user_id: int) -> bool:
    """Take a dialogue from the member of staff who has it: it waits for anybody, or is closed where nothing waits.

    False when nobody has it. Raises `DialogueMissing` and, when it is another's, `DialogueTaken`.
    """
    dialogue = dialogue_locked(dialogue_id)
    holder_check(dialogue, user_id)
    if dialogue.claimed_by_id is None:
        return False
    state = DialogueState.CLOSED if dialogue.waiting_since is None else DialogueState.WAITING
    Dialogue.objects.filter(pk=dialogue_id).update(state=state, claimed_by=None, claimed_at=None)
    return True


@transaction.atomic
def dialogue_close(*, dialogue_id: int, user_id: int, seen_id: int) -> bool:
    """Close a dialogue; what waited in it ends as closed without an answer. False when it was closed already.

    What people in a cabinet have not answered ends so too. Anybody may close one that nobody has. ``seen_id`` is the
    newest message on the page that was pressed: raises `NewerMessage` when the customer has written since. Raises
    `DialogueMissing` and `DialogueTaken`.
    """
    dialogue = dialogue_locked(dialogue_id)
    holder_check(dialogue, user_id)
    if dialogue.state == DialogueState.CLOSED and not dialogue.cabinet:
        return False
    newer_check(dialogue_id, seen_id)
    waiting_settle(dialogue_id=dialogue_id, outcome=InboundOutcome.CLOSED)
    return True


def dialogue_read(*, dialogue_id: int, user_id: int) -> None:
    """Count nothing as unread any more once whoever has the dialogue has it on the screen. Others change nothing."""
    Dialogue.objects.filter(pk=dialogue_id, claimed_by=user_id, unread__gt=0).update(unread=0)


def dialogue_locked(dialogue_id: int) -> Dialogue:
    """Return the dialogue, locked until the transaction ends. Raises `DialogueMissing`."""
    dialogue = Dialogue.objects.select_for_update().filter(pk=dialogue_id).first()
    if dialogue is None:
        raise DialogueMissing
    return dialogue


def holder_check(dialogue: Dialogue, user_id: int) -> None:
    """Raise `DialogueTaken` when another member of staff has the dialogue."""
    if dialogue.claimed_by_id not in (None, user_id):
        raise DialogueTaken(holder=holder_name(dialogue.claimed_by_id))


def newer_check(dialogue_id: int, seen_id: int) -> None:
    """Raise `NewerMessage` when the customer has written after the message ``seen_id``."""
    if InboundMessage.objects.filter(dialogue_id=dialogue_id, pk__gt=seen_id).exists():
        raise NewerMessage


def holder_name(user_id: int | None) -> str:
    """Return the name of a member of staff, empty for nobody."""
    found = get_user_model().objects.filter(pk=user_id).first() if user_id else None
    return str(found) if found else ""


def _give(dialogue: Dialogue, user_id: int) -> None:
    """Whoever has a dialogue leads it here, over every channel."""
    if dialogue.cabinet:
        cabinet_end(dialogue_id=dialogue.pk)
    Dialogue.objects.filter(pk=dialogue.pk).update(
        state=DialogueState.CLAIMED, claimed_by=user_id, claimed_at=database_now()
    )
