"""What staff do with ready answers: the act and its row in the journal. Their words are no customer's."""

from notify.dialogues.ready_answers import (
    ready_answer_change,
    ready_answer_create,
    ready_answer_delete,
    ready_answer_view,
)
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import recorded


def create_ready_answer(*, actor: StaffActor, title: str, text: str, place: int) -> int:
    """Keep a new ready answer and return its id. Raises TitleTaken."""
    details = {"title": title, "change": "created"}
    with recorded(actor, AuditedAction.READY_ANSWER_CHANGED, "ready_answer", details=details) as note:
        note.object_id = answer_id = ready_answer_create(title=title, text=text, place=place)
    return answer_id


def change_ready_answer(*, actor: StaffActor, answer_id: int, title: str, text: str, place: int) -> None:
    """Change one. Raises ReadyAnswerMissing, TitleTaken."""
    details = {"title": title, "change": "changed"}
    with recorded(actor, AuditedAction.READY_ANSWER_CHANGED, "ready_answer", answer_id, details=details) as note:
        before = ready_answer_view(answer_id=answer_id)
        ready_answer_change(answer_id=answer_id, title=title, text=text, place=place)
        note.is_new = ready_answer_view(answer_id=answer_id) != before


def delete_ready_answer(*, actor: StaffActor, answer_id: int) -> None:
    """Delete one. Raises ReadyAnswerMissing."""
    details = {"title": ready_answer_view(answer_id=answer_id).title, "change": "deleted"}
    with recorded(actor, AuditedAction.READY_ANSWER_CHANGED, "ready_answer", answer_id, details=details):
        ready_answer_delete(answer_id=answer_id)
