"""One dialogue: read it, answer, claim, hand over, give back, close, keep a note."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from notify.dialogues.answering import answer_limit
from notify.dialogues.cabinets import cabinet_dialogue_url
from notify.dialogues.ready_answers import ready_answer_view
from notify.errors import AnswerBlocked, DialogueTaken, NewerMessage, NotifyError, ReadyAnswerMissing
from portal.audit.acts import AuditedAction
from portal.audit.permissions import Right, right_required
from portal.audit.record import action_record
from portal.audit.request_actor import acting_user, actor_of
from portal.client import number_asked
from portal.flows.inbox.dialogues import (
    add_note,
    answer_customer,
    claim_dialogue,
    close_dialogue,
    give_back_dialogue,
    hand_over_dialogue,
)
from portal.staff.inbox.forms import AnswerForm, CloseForm, HandOverForm, NoteForm
from portal.staff.inbox.thread_page import dialogue_or_404, thread_page


@right_required(Right.ANSWER_CUSTOMERS, "GET")
def dialogue(request: HttpRequest, dialogue_id: int) -> HttpResponse:
    """Show one dialogue with what was written, answered and sent over every channel."""
    return thread_page(request, dialogue_id)


@right_required(Right.ANSWER_CUSTOMERS, "POST")
def answer(request: HttpRequest, dialogue_id: int) -> HttpResponse:
    """Send an answer, put a ready one into it, or show what has come. Whatever was typed stays in the form."""
    shown = dialogue_or_404(dialogue_id)
    form = AnswerForm(request.POST, limit=answer_limit(channel=shown.channel))
    if ready := request.POST.get("insert", ""):
        return thread_page(request, dialogue_id, text=_with_ready(request.POST.get("text", ""), ready))
    if "refresh" in request.POST:
        return thread_page(request, dialogue_id, text=request.POST.get("text", ""))
    if not form.is_valid():
        return thread_page(request, dialogue_id, form=form)
    try:
        if "take" in request.POST:
            _take(request, dialogue_id, holder_id=form.cleaned_data["holder"])
        answer_customer(
            actor=actor_of(request),
            dialogue_id=dialogue_id,
            text=form.cleaned_data["text"],
            form_key=form.cleaned_data["form_key"],
            seen_id=form.cleaned_data["seen"],
        )
    except (DialogueTaken, NewerMessage, AnswerBlocked) as refusal:
        data = form.cleaned_data
        return thread_page(
            request, dialogue_id, text=data["text"], form_key=data["form_key"], refusal=_answer_refusal(refusal)
        )
    messages.success(request, _("Ответ отправляется."))
    return redirect("staff:dialogue", dialogue_id)


@right_required(Right.ANSWER_CUSTOMERS, "POST")
def claim(request: HttpRequest, dialogue_id: int) -> HttpResponse:
    """Take a dialogue that nobody has."""
    return _done(
        request,
        dialogue_id,
        lambda: claim_dialogue(actor=actor_of(request), dialogue_id=dialogue_id),
        _("Диалог теперь ведёте вы."),
    )


@right_required(Right.ANSWER_CUSTOMERS, "POST")
def take(request: HttpRequest, dialogue_id: int) -> HttpResponse:
    """Take a dialogue from a colleague, who was shown on the page."""
    holder_id = number_asked(request.POST.get("holder", ""))
    return _done(
        request,
        dialogue_id,
        lambda: _take(request, dialogue_id, holder_id=holder_id),
        _("Диалог теперь ведёте вы."),
    )


@right_required(Right.ANSWER_CUSTOMERS, "POST")
def hand_over(request: HttpRequest, dialogue_id: int) -> HttpResponse:
    """Hand a dialogue over to a colleague who may answer."""
    form = HandOverForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Диалог не передан: выберите, кому."))
        return redirect("staff:dialogue", dialogue_id)
    to = form.cleaned_data["to"]
    return _done(
        request,
        dialogue_id,
        lambda: hand_over_dialogue(
            actor=actor_of(request),
            dialogue_id=dialogue_id,
            to_id=to.pk,
            expected_holder_id=form.cleaned_data["holder"],
        ),
        _("Теперь диалог ведёт %(name)s.") % {"name": to},
    )


@right_required(Right.ANSWER_CUSTOMERS, "POST")
def give_back(request: HttpRequest, dialogue_id: int) -> HttpResponse:
    """Return an own dialogue to all."""
    shown = dialogue_or_404(dialogue_id)
    done = _("Диалог снова ждёт любого сотрудника.")
    if shown.waiting_since is None:
        done = _("Диалог закрыт: клиент ничего не ждёт. Новое сообщение откроет его снова.")
    return _done(
        request,
        dialogue_id,
        lambda: give_back_dialogue(actor=actor_of(request), dialogue_id=dialogue_id),
        done,
    )


@right_required(Right.ANSWER_CUSTOMERS, "POST")
def close(request: HttpRequest, dialogue_id: int) -> HttpResponse:
    """Close a dialogue; a new message of the customer opens it again."""
    form = CloseForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else 0
    return _done(
        request,
        dialogue_id,
        lambda: close_dialogue(actor=actor_of(request), dialogue_id=dialogue_id, seen_id=seen),
        _("Диалог закрыт. Новое сообщение клиента откроет его снова."),
    )


@right_required(Right.ANSWER_CUSTOMERS, "GET")
def cabinet(request: HttpRequest, dialogue_id: int) -> HttpResponse:
    """Lead to the dialogue in the cabinet where people lead it. Its address names the person, so no page holds it."""
    shown = dialogue_or_404(dialogue_id)
    url = cabinet_dialogue_url(dialogue_id=dialogue_id)
    if not url:
        raise Http404
    details = {"customer_id": shown.customer_id, "provider": shown.cabinet}
    action_record(actor_of(request), AuditedAction.DIALOGUE_FOLLOWED, "dialogue", dialogue_id, details=details)
    return redirect(url)


@right_required(Right.ANSWER_CUSTOMERS, "POST")
def note(request: HttpRequest, dialogue_id: int) -> HttpResponse:
    """Keep a note that the customer never sees."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return thread_page(request, dialogue_id, note_form=form)
    return _done(
        request,
        dialogue_id,
        lambda: add_note(actor=actor_of(request), dialogue_id=dialogue_id, text=form.cleaned_data["note"]),
        _("Заметка сохранена."),
    )


def _take(request: HttpRequest, dialogue_id: int, *, holder_id: int | None) -> None:
    actor = actor_of(request)
    hand_over_dialogue(
        actor=actor, dialogue_id=dialogue_id, to_id=acting_user(request).pk, expected_holder_id=holder_id
    )


def _done(request: HttpRequest, dialogue_id: int, act: Callable[[], None], words: str) -> HttpResponse:
    """Do one act and say what became of it, on the page of the dialogue."""
    try:
        act()
    except (DialogueTaken, NewerMessage) as refusal:
        messages.warning(request, _refusal(refusal))
    else:
        messages.success(request, words)
    return redirect("staff:dialogue", dialogue_id)


def _refusal(refusal: NotifyError) -> str:
    """Return in words why an act was refused."""
    if isinstance(refusal, DialogueTaken):
        return _("Ничего не изменилось: диалог уже ведёт %(name)s.") % {"name": refusal.facts["holder"]}
    return _("Клиент тем временем написал ещё. Прочитайте новое сообщение и нажмите кнопку ещё раз.")


def _answer_refusal(refusal: NotifyError) -> str:
    """Return in words why an answer was refused; its text stays on the page."""
    if isinstance(refusal, DialogueTaken):
        words = _("Ответ не отправлен: диалог уже ведёт %(name)s. Текст сохранён ниже.")
        return words % {"name": refusal.facts["holder"]}
    if isinstance(refusal, NewerMessage):
        return _("Ответ не отправлен: клиент написал ещё. Прочитайте, при необходимости поправьте и отправьте снова.")
    return _("Ответ не отправлен: канал закрыт, или к нему не подключён провайдер. Текст сохранён ниже.")


def _with_ready(text: str, ready: str) -> str:
    """Return the answer with a ready one at its end; one that is gone adds nothing."""
    answer_id = number_asked(ready)
    if answer_id is None:
        return text
    try:
        words = ready_answer_view(answer_id=answer_id).text
    except ReadyAnswerMissing:
        return text
    return f"{text.rstrip()}\n\n{words}" if text.strip() else words
