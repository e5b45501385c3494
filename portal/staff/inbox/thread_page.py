"""What the page of one dialogue shows."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify.dialogues.answering import answer_block, answer_limit
from notify.dialogues.cabinets import cabinet_dialogue_url
from notify.dialogues.claiming import dialogue_read
from notify.dialogues.reading import DialogueView, dialogue_view, newest_inbound
from notify.dialogues.ready_answers import ready_answers_listed
from notify.dialogues.replying import reply_subject
from notify.dialogues.thread import thread_read
from notify.enums import DialogueState
from portal.audit.acts import AuditedAction
from portal.audit.permissions import Right, has_right
from portal.audit.record import recorded
from portal.audit.request_actor import acting_user, actor_of
from portal.staff.inbox.cabinets import cabinet_titles
from portal.staff.inbox.forms import AnswerForm, CloseForm, HandOverForm, NoteForm
from portal.staff.inbox.words import dialogue_row, thread_line
from portal.staff.navigation import crumb

BLOCKED: Final[dict[str, str | Promise]] = {
    "closed": gettext_lazy(
        "Канал закрыт в настройках: ответ не уйдёт, пока администратор его не откроет. Прочитать переписку можно."
    ),
    "no_provider": gettext_lazy(
        "К каналу не подключён провайдер: ответ не уйдёт. Попросите администратора подключить его."
    ),
}
"""Why there is nothing to write an answer in."""


def dialogue_or_404(dialogue_id: int) -> DialogueView:
    """Return one dialogue. Raises Http404 where there is none."""
    shown = dialogue_view(dialogue_id=dialogue_id)
    if shown is None:
        raise Http404
    return shown


def answer_form(shown: DialogueView, *, newest: int, text: str = "", form_key: UUID | None = None) -> AnswerForm:
    """Return a form that knows what the page shows now; with the key of a form before it, a repeat sends nothing."""
    initial = {"text": text, "form_key": form_key or uuid4(), "seen": newest, "holder": shown.holder_id}
    return AnswerForm(initial=initial, limit=answer_limit(channel=shown.channel))


def thread_page(
    request: HttpRequest,
    dialogue_id: int,
    *,
    form: AnswerForm | None = None,
    note_form: NoteForm | None = None,
    text: str = "",
    form_key: UUID | None = None,
    refusal: str = "",
) -> HttpResponse:
    """Show one dialogue, which is recorded. ``text`` is kept from a form that was refused, ``refusal`` says why."""
    user = acting_user(request)
    until = _until(request)
    with recorded(actor_of(request), AuditedAction.DIALOGUE_VIEWED, "dialogue", dialogue_id) as note:
        shown = dialogue_or_404(dialogue_id)
        note.details["customer_id"] = shown.customer_id
        # Before the lines: a message that comes in between is told of as new, not missed.
        newest = newest_inbound(dialogue_id=dialogue_id)
        lines = thread_read(dialogue_id=dialogue_id, customer_id=shown.customer_id, until=until)
        dialogue_read(dialogue_id=dialogue_id, user_id=user.pk)
    titles = cabinet_titles([shown.cabinet, *(line.provider for line in lines.items)])
    is_others = shown.holder_id not in (None, user.pk)
    blocked = BLOCKED.get(answer_block(channel=shown.channel), "")
    context: dict[str, Any] = {
        "dialogue": dialogue_row(shown, user_id=user.pk, titles=titles),
        "lines": [thread_line(item, titles=titles) for item in lines.items],
        "earlier": lines.earlier.isoformat() if lines.earlier else "",
        "is_earlier": until is not None,
        "newest": newest,
        "card": card_route(request),
        "form": form or answer_form(shown, newest=newest, text=text, form_key=form_key),
        "refusal": refusal,
        "is_others": is_others,
        "blocked": blocked,
        "has_form": _keeps_form(
            is_free=not is_others and not blocked, typed=bool(text) or form is not None, until=until
        ),
        "subject": reply_subject(shown.subject) if shown.channel.spec.is_letter else "",
        "ready_answers": ready_answers_listed(),
        "is_closed": shown.state == DialogueState.CLOSED and not shown.cabinet,
        "has_cabinet_page": bool(shown.cabinet and cabinet_dialogue_url(dialogue_id=dialogue_id)),
        "note_form": note_form or NoteForm(),
        "hand_over_form": HandOverForm(holder_id=shown.holder_id),
        "close_form": CloseForm(initial={"seen": newest}),
        "crumbs": [crumb(_("Обращения"), "staff:inbox")],
    }
    return render(request, "staff/inbox/thread.html", context, status=409 if refusal else 200)


def card_route(request: HttpRequest) -> str:
    """Return the route of the customer's page that this role works on."""
    return "staff:person" if has_right(acting_user(request), Right.READ_REGISTER) else "staff:customer"


def _keeps_form(*, is_free: bool, typed: bool, until: datetime | None) -> bool:
    """Return whether there is a form to answer in: not beside earlier lines, but always for what has been typed."""
    return until is None and (is_free or typed)


def _until(request: HttpRequest) -> datetime | None:
    """Return the moment until which lines are asked for; None for the newest, and for what is no moment."""
    try:
        moment = parse_datetime(request.GET.get("until", ""))
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
