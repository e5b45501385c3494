"""Exports: asked for with a reason, made by a worker, fetched by the one who asked after confirming the login."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.words import choice_words
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import acting_user, actor_of
from portal.exports.kinds import ExportKind
from portal.flows.register import fetch_export, request_export
from portal.models import ExportJob
from portal.models.export import ExportState
from portal.staff.decorators import login_confirmed_before_download
from portal.staff.lists.paging import slice_of
from portal.staff.navigation import crumb
from portal.staff.register.person_view import person_or_404
from portal.staff.widgets import DayField, ReasonField


class ExportForm(forms.Form):
    """The reason of an export, for the journal of staff and the list of files."""

    reason = ReasonField(
        label=gettext_lazy("Цель выгрузки"),
        help_text=gettext_lazy("Например: запрос Роскомнадзора № 12 от 01.11.2026. Попадёт в журнал действий."),
    )


class PersonForm(ExportForm):
    """Evidence of one customer: to be read, or to be worked with."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Что подготовить"),
        choices=[
            (ExportKind.PERSON_PAPER, gettext_lazy("PDF: читать, печатать, отдать проверяющему")),
            (ExportKind.PERSON, gettext_lazy("CSV: таблица для Excel и программ")),
        ],
        initial=ExportKind.PERSON_PAPER,
        widget=forms.RadioSelect,
    )
    field_order = ("kind", "reason")


class PeriodForm(ExportForm):
    """A period of whole days, both included."""

    since = DayField(label=gettext_lazy("С"))
    until = DayField(label=gettext_lazy("По"))
    field_order = ("since", "until", "reason")

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        fields = super().clean() or {}
        if fields.get("since") and fields.get("until") and fields["until"] < fields["since"]:
            self.add_error("until", gettext_lazy("Конец раньше начала. Поменяйте дни местами."))
        return fields


@right_required(Right.EXPORT_CONSENTS, "GET", "POST")
def exports(request: HttpRequest) -> HttpResponse:
    """List all exports with their purpose; ask for a period."""
    form = PeriodForm(request.POST or None)
    if form.is_bound and form.is_valid():
        fields = form.cleaned_data
        filters = {"since": fields["since"].isoformat(), "until": fields["until"].isoformat()}
        _request(request, ExportKind.PERIOD, filters, fields["reason"])
        return redirect("staff:exports")
    return render(request, "staff/exports/list.html", {"form": form} | _list(request))


@right_required(Right.EXPORT_CONSENTS, "GET")
def exports_state(request: HttpRequest) -> HttpResponse:
    """Return the moving part of the list; it says so when nothing is being made any more."""
    return render(request, "staff/exports/table.html", {"is_fragment": True} | _list(request))


@right_required(Right.EXPORT_CONSENTS, "GET", "POST")
def export_person(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Ask for one person's evidence."""
    person_or_404(customer_id)
    form = PersonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        kind = ExportKind(form.cleaned_data["kind"])
        _request(request, kind, {"customer_id": customer_id}, form.cleaned_data["reason"])
        return redirect("staff:exports")
    crumbs = [crumb(_("Реестр согласий"), "staff:register"), crumb(_("Клиент"), "staff:person", customer_id)]
    return render(request, "staff/exports/person.html", {"form": form, "customer_id": customer_id, "crumbs": crumbs})


@right_required(Right.EXPORT_CONSENTS, "POST")
@login_confirmed_before_download(back="staff:exports")
def export_download(request: HttpRequest, job_uuid: UUID) -> FileResponse:
    """Hand the file over."""
    file = fetch_export(actor=actor_of(request), job_uuid=job_uuid)
    return FileResponse(file.path.open("rb"), as_attachment=True, filename=file.name, content_type=file.content_type)


def _list(request: HttpRequest) -> dict[str, Any]:
    page = slice_of(request, ExportJob.objects.select_related("created_by").order_by("-id"))
    return {
        "page": page,
        "rows": [(job, choice_words(ExportKind, job.kind), _day(job, "answer_by"), _period(job)) for job in page.rows],
        "waits": any(job.state == ExportState.QUEUED for job in page.rows),
        "me": acting_user(request),
    }


def _day(job: ExportJob, name: str) -> date | None:
    """Return a day of the filter: an end of a period, or until when somebody waits for the answer."""
    day = job.filters.get(name, "")
    return date.fromisoformat(day) if day else None


def _period(job: ExportJob) -> str:
    """Return the days of a period as «29.11.2026 – 30.11.2026», one day alone as itself."""
    days = [f"{day:%d.%m.%Y}" for name in ("since", "until") if (day := _day(job, name))]
    return " – ".join(dict.fromkeys(days))


def _request(request: HttpRequest, kind: ExportKind, filters: dict[str, object], reason: str) -> None:
    request_export(actor=actor_of(request), kind=kind, filters=filters, reason=reason)
    messages.success(request, _("Выгрузка готовится. Скачать её сможете только вы, в течение суток."))
