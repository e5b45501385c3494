"""After a restore of the database: one page from what happened to going on."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.enums import SetBack
from notify.outbox.watching.outcome_files import LOG_LIMIT, outcomes_read
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.restoring.restore import RestoreView, ask_read_back, end_restore, resolve_restored, restore_view
from portal.flows.tasks import read_back_outside
from portal.operations.nudges import nudge
from portal.ui.restore_words import counts_said


class OutcomesForm(forms.Form):
    """A log, or a list of our numbers."""

    file = forms.FileField(
        label=gettext_lazy("Журнал почтового сервера или провайдера"),
        help_text=gettext_lazy("Любой текстовый файл до 50 МБ, где есть наши номера сообщений: Message-ID или CSV."),
    )

    def clean_file(self) -> object:
        """Refuse what is too big before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LOG_LIMIT:
            raise forms.ValidationError(_("Файл больше 50 МБ. Разделите его на части: порядок не важен."))
        return file


@right_required(Right.RESTORE, "GET")
def page(request: HttpRequest) -> HttpResponse:
    """Show what happened, what was read back, and what is left to decide."""
    return _shown(request, OutcomesForm())


@right_required(Right.RESTORE, "POST")
def read_back(request: HttpRequest) -> HttpResponse:
    """Have a worker read back what lies outside the database."""
    ask_read_back(actor=actor_of(request))
    nudge(read_back_outside)
    messages.success(request, _("Читаем записи рядом с базой. Итоги появятся на этой странице."))
    return redirect("staff:restore")


@right_required(Right.RESTORE, "POST")
def outcomes(request: HttpRequest) -> HttpResponse:
    """Take the word of a provider's log: what it names has been sent."""
    form = OutcomesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, form, status=400)
    file = form.cleaned_data["file"]
    read = outcomes_read(file.read().decode("utf-8", "replace").splitlines(), default="accepted")
    if not read.outcomes:
        form.add_error("file", _("В файле нет ни одного нашего номера сообщения. Ничего не изменилось."))
        return _shown(request, form, status=400)
    done = resolve_restored(actor=actor_of(request), outcomes=read.outcomes, reason=file.name or "")
    said = {"count": done.resolved, "repeated": done.repeated, "missing": len(done.missing)}
    messages.success(
        request,
        _("Отмечено отправленными: %(count)s. Уже было отмечено: %(repeated)s. В базе не найдено: %(missing)s.") % said,
    )
    return redirect("staff:restore")


@right_required(Right.RESTORE, "POST")
def end(request: HttpRequest) -> HttpResponse:
    """Let messages leave again, as the page that was confirmed showed it."""
    if not constant_time_compare(request.POST.get("shown", ""), _mark(restore_view())):
        messages.warning(request, _("Пока страница была открыта, итоги изменились. Проверьте их и продолжите ещё раз."))
        return redirect("staff:restore")
    paused = end_restore(actor=actor_of(request))
    messages.success(request, _("Восстановление закончено, сообщения снова уходят."))
    if paused:
        said = {"list": ", ".join(f"№ {campaign_id}" for campaign_id in paused)}
        messages.warning(
            request,
            _("На паузе кампании: %(list)s. Кто ведёт кампании, решит по каждой: отправить остальным или остановить.")
            % said,
        )
    return redirect("staff:restore")


def _shown(request: HttpRequest, form: OutcomesForm, *, status: int = 200) -> HttpResponse:
    view = restore_view()
    context = {
        "view": view,
        "why": SetBack(view.epoch.held_for).label if view.epoch.held_for else "",
        "counts": counts_said(view.epoch.recovered),
        "form": form,
        "shown": _mark(view),
    }
    return render(request, "staff/restore/page.html", context, status=status)


def _mark(view: RestoreView) -> str:
    """Name what a confirmation rests on: the epoch, what was read back, and the campaigns with what is left of them."""
    left = ",".join(f"{one.id}:{one.state}:{one.left}" for one in view.campaigns)
    return f"{view.epoch.id}|{view.epoch.recovered_at}|{left}"
