"""Ready answers: read by whoever answers, changed by whoever writes the bot's scenarios."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from notify.dialogues.ready_answers import ReadyAnswerView, ready_answer_view, ready_answers_listed
from notify.errors import ReadyAnswerMissing, TitleTaken
from portal.audit.permissions import Right, has_right, right_required
from portal.audit.request_actor import acting_user, actor_of
from portal.flows.inbox.ready_answers import change_ready_answer, create_ready_answer, delete_ready_answer
from portal.staff.inbox.forms import ReadyAnswerForm
from portal.staff.navigation import crumb
from portal.staff.saving import guarded, saved_in_turn
from portal.staff.shown import asked


@right_required(Right.READ_SCENARIOS, "GET")
def ready_answers(request: HttpRequest) -> HttpResponse:
    """List them as they stand in the form of an answer."""
    may_answer = has_right(acting_user(request), Right.ANSWER_CUSTOMERS)
    crumbs = [crumb(_("Обращения"), "staff:inbox")] if may_answer else []
    return render(request, "staff/inbox/ready_list.html", {"answers": ready_answers_listed(), "crumbs": crumbs})


@right_required(Right.EDIT_SCENARIOS, "GET", "POST")
def ready_answer_new(request: HttpRequest) -> HttpResponse:
    """Write a new one."""
    form = ReadyAnswerForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            create_ready_answer(actor=actor_of(request), **form.cleaned_data)
        except TitleTaken:
            form.add_error("title", _title_taken())
        else:
            return _saved(request)
    return _form_page(request, form, None)


@right_required(Right.EDIT_SCENARIOS, "GET", "POST")
@saved_in_turn
def ready_answer(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Change one."""
    shown = ready_answer_view(answer_id=answer_id)
    initial = {"title": shown.title, "text": shown.text, "place": shown.place}
    form = guarded(ReadyAnswerForm(request.POST or None, initial=initial))
    if form.is_bound and form.is_valid():
        try:
            change_ready_answer(actor=actor_of(request), answer_id=answer_id, **form.cleaned_data)
        except TitleTaken:
            form.add_error("title", _title_taken())
        else:
            return _saved(request)
    return _form_page(request, form, shown)


@right_required(Right.EDIT_SCENARIOS, "GET", "POST")
def ready_answer_remove(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Ask once more, then delete one. Whoever comes second finds it gone."""
    try:
        shown = ready_answer_view(answer_id=answer_id)
        facts = [shown.title, shown.text]
        if page := asked(request, "staff/inbox/ready_delete.html", {"answer": shown}, facts=facts):
            return page
        delete_ready_answer(actor=actor_of(request), answer_id=answer_id)
    except ReadyAnswerMissing:
        messages.info(request, _("Этого готового ответа уже нет."))
    else:
        messages.success(request, _("Готовый ответ удалён. Отправленные ответы остались."))
    return redirect("staff:ready_answers")


def _form_page(request: HttpRequest, form: ReadyAnswerForm, shown: ReadyAnswerView | None) -> HttpResponse:
    context = {"form": form, "shown": shown, "crumbs": [crumb(_("Готовые ответы"), "staff:ready_answers")]}
    return render(request, "staff/inbox/ready_edit.html", context)


def _saved(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Готовый ответ сохранён."))
    return redirect("staff:ready_answers")


def _title_taken() -> str:
    return _("Такое название уже есть. Назовите этот ответ по-другому.")
