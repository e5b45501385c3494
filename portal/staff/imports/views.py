"""Customer files: upload, what was understood, correction, start, progress, result."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from consents.errors import FileRefused, MappingIncomplete
from consents.importing.listing import (
    ImportCard,
    import_card,
    imports_listed,
    refusal_words,
    source_is_new,
    sources_known,
)
from consents.importing.preview import Preview, import_preview
from consents.importing.reports import REPORT_HEADER, import_problem_counts, import_problems, import_report_rows
from consents.register.spreadsheet import csv_stream
from portal.audit.acts import AuditedAction
from portal.audit.permissions import Right, right_required
from portal.audit.record import recorded
from portal.audit.request_actor import acting_user, actor_of
from portal.flows.imports import close_import, discard_import, map_columns, reread_file, start_import, take_file
from portal.staff.imports.forms import MappingForm, ReadingForm, UploadForm
from portal.staff.lists.paging import slice_of
from portal.staff.lists.sorting import sorting_of
from portal.staff.navigation import crumb
from portal.templatetags.ui import counted

PREVIEW_ROWS: Final = 15
PROBLEMS_SHOWN: Final = 50
SORTED: Final = {
    "file": "file_name",
    "rows": "-total_rows",
    "created": "-created_count",
    "updated": "-updated_count",
    "refused": "-refused_count",
    "when": "-created_at",
}


@right_required(Right.IMPORT_CUSTOMERS, "GET", "POST")
def imports(request: HttpRequest) -> HttpResponse:
    """List all uploads; take a new file in."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        job_uuid = _received(request, form)
        if job_uuid is not None:
            return redirect("staff:import", job_uuid)
    sorting = sorting_of(request, SORTED, own=("-id",))
    page = slice_of(request, imports_listed().order_by(*sorting.order), size=20)
    context = {"form": form, "sources": sources_known(), "page": page, "sorting": sorting}
    return render(request, "staff/imports/list.html", context)


@right_required(Right.IMPORT_CUSTOMERS, "GET")
def import_page(request: HttpRequest, job_uuid: UUID) -> HttpResponse:
    """Show an upload at whatever point it is: what was understood, progress, or the result."""
    card = import_card(job_uuid=job_uuid)
    if card.job.is_moving:
        return render(request, "staff/imports/running.html", _frame(card) | _progress(card))
    if card.job.is_open and not card.is_lost:
        return _understood(request, card, MappingForm(card=card))
    sees_rows = _is_own(request, card)
    problems = list(import_problems(job_id=card.job.pk, limit=PROBLEMS_SHOWN + 1)) if sees_rows else []
    context = {
        "counts": import_problem_counts(job_id=card.job.pk),
        "problems": problems[:PROBLEMS_SHOWN],
        "has_more": len(problems) > PROBLEMS_SHOWN,
        "sees_rows": sees_rows,
        "shown": PROBLEMS_SHOWN,
    }
    return render(request, "staff/imports/result.html", _frame(card) | context)


@right_required(Right.IMPORT_CUSTOMERS, "POST")
def import_columns(request: HttpRequest, job_uuid: UUID) -> HttpResponse:
    """Correct what the columns and the values of refusals mean, or confirm them and start where nothing is corrected.

    Who changes a column and presses «Загрузить клиентов» at once sees the first rows anew before anything is stored.
    """
    card = import_card(job_uuid=job_uuid)
    if card.is_lost:
        return redirect("staff:import", job_uuid)
    starts = "start" in request.POST
    form = MappingForm(request.POST, card=card, starts=starts)
    if not form.is_valid():
        return _understood(request, card, form)
    if starts and form.is_as_shown() and not card.is_unconfirmed:
        return _started(request, card)
    try:
        map_columns(actor=actor_of(request), job_id=card.job.pk, mapping=form.mapping(), refusals=form.refusals())
    except MappingIncomplete as error:
        form.add_error(None, refusal_words(error))
        return _understood(request, card, form)
    if starts and form.is_as_shown():
        return _started(request, import_card(job_uuid=job_uuid))
    if starts:
        messages.warning(
            request, _("Столбцы записаны, загрузка ещё не начата. Проверьте первые строки и нажмите ещё раз.")
        )
    else:
        messages.success(request, _("Столбцы записаны. Проверьте первые строки ниже."))
    return redirect("staff:import", job_uuid)


@right_required(Right.IMPORT_CUSTOMERS, "POST")
def import_reread(request: HttpRequest, job_uuid: UUID) -> HttpResponse:
    """Have the file read again by the delimiter or the sheet that was chosen."""
    card = import_card(job_uuid=job_uuid)
    form = ReadingForm(request.POST, card=card)
    if card.is_lost or not form.is_valid():
        return redirect("staff:import", job_uuid)
    chosen = form.cleaned_data
    reread_file(
        actor=actor_of(request),
        job_id=card.job.pk,
        delimiter=chosen.get("delimiter", ""),
        sheet=chosen.get("sheet", ""),
    )
    return redirect("staff:import", job_uuid)


@right_required(Right.IMPORT_CUSTOMERS, "POST")
def import_start(request: HttpRequest, job_uuid: UUID) -> HttpResponse:
    """Start the run, or go on with one that broke off."""
    return _started(request, import_card(job_uuid=job_uuid))


def _started(request: HttpRequest, card: ImportCard) -> HttpResponse:
    try:
        start_import(actor=actor_of(request), card=card)
    except MappingIncomplete as error:
        messages.error(request, refusal_words(error))
    return redirect("staff:import", card.job.uuid)


@right_required(Right.IMPORT_CUSTOMERS, "POST")
def import_discard(request: HttpRequest, job_uuid: UUID) -> HttpResponse:
    """Throw an upload away of which no row was stored."""
    discard_import(actor=actor_of(request), job_uuid=job_uuid)
    messages.success(request, _("Файл удалён, клиенты не изменились."))
    return redirect("staff:imports")


@right_required(Right.IMPORT_CUSTOMERS, "POST")
def import_close(request: HttpRequest, job_uuid: UUID) -> HttpResponse:
    """End a run that stopped half-way: its file goes, the stored rows stay."""
    close_import(actor=actor_of(request), job_uuid=job_uuid)
    return redirect("staff:import", job_uuid)


@right_required(Right.IMPORT_CUSTOMERS, "GET")
def import_progress(request: HttpRequest, job_uuid: UUID) -> HttpResponse:
    """Return the moving part of the page; it says so when there is nothing more to wait for."""
    card = import_card(job_uuid=job_uuid)
    context = {"is_fragment": True, "card": card} | _progress(card)
    return render(request, "staff/imports/progress.html", context)


@right_required(Right.IMPORT_CUSTOMERS, "GET")
def import_report(request: HttpRequest, job_uuid: UUID) -> StreamingHttpResponse:
    """Hand over the report of rows that need a person, as a file for Excel."""
    card = import_card(job_uuid=job_uuid)
    with recorded(
        actor_of(request),
        AuditedAction.IMPORT_REPORTED,
        "import",
        card.job.pk,
        details={"rows": card.job.refused_count + card.job.doubtful_count},
    ):
        rows = import_report_rows(job_id=card.job.pk)
    response = StreamingHttpResponse(csv_stream(REPORT_HEADER, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-report-{card.job.pk}.csv"'
    return response


def _received(request: HttpRequest, form: UploadForm) -> UUID | None:
    """Keep the file and let a worker examine it; put a refusal beside the field."""
    file = form.cleaned_data["file"]
    try:
        return take_file(
            actor=actor_of(request), file_name=file.name or "", stream=file.file, source=form.cleaned_data["source"]
        )
    except FileRefused as error:
        form.add_error("file", refusal_words(error))
        return None


def _understood(request: HttpRequest, card: ImportCard, form: MappingForm) -> HttpResponse:
    preview = import_preview(job_id=card.job.pk, limit=PREVIEW_ROWS)
    sees_rows = _is_own(request, card)
    samples = [_sample(preview, number) if sees_rows else "" for number in range(len(card.columns))]
    context = {
        "form": form,
        "columns": list(zip(form.columns(), samples, strict=True)),
        "questions": form.questions(),
        "reading": ReadingForm(card=card),
        "skipped": [name for name, state in card.job.sheets if state in ("skipped", "hidden")],
        "preview": preview,
        "sees_rows": sees_rows,
        "is_new_source": source_is_new(source=card.job.source),
    }
    return render(request, "staff/imports/understood.html", _frame(card) | context)


def _sample(preview: Preview, column: int) -> str:
    """Return the first filled cell of a column."""
    return next((row.cells[column] for row in preview.rows if len(row.cells) > column and row.cells[column]), "")


def _is_own(request: HttpRequest, card: ImportCard) -> bool:
    """Return whether this person brought the file: nobody else sees its rows without leaving a record."""
    return card.job.created_by_id == acting_user(request).pk


def _frame(card: ImportCard) -> dict[str, Any]:
    return {"card": card, "crumbs": [crumb(_("Загрузка клиентов"), "staff:imports")]}


def _progress(card: ImportCard) -> dict[str, Any]:
    return {"left": "" if card.left_s is None else _left(card.left_s)}


def _left(seconds: int) -> str:
    if seconds < 60:
        return _("осталось меньше минуты")
    minutes = -(-seconds // 60)
    return _("ещё %(minutes)s") % {"minutes": counted(minutes, _("минута, минуты, минут"))}
