"""Behind the figures of a campaign: lists of messages and people, doubtful messages, the report."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Literal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header, urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from consents.enums import Channel
from consents.register.spreadsheet import csv_stream
from consents.words import choice_words
from notify.campaigns.reading import campaign_read, campaign_status, reasons_counted
from notify.enums import MessageState
from notify.outbox.watching.reading import LISTED, messages_listed, people_listed, report_rows
from portal.audit.acts import AuditedAction
from portal.audit.permissions import Right, has_right, right_required
from portal.audit.record import recorded
from portal.audit.request_actor import acting_user, actor_of
from portal.flows.campaigns import settle_message
from portal.staff.campaigns.barred import LABEL as BARRED_LABEL
from portal.staff.campaigns.barred import STEP as BARRED
from portal.staff.campaigns.barred import instead_words
from portal.staff.campaigns.forms import ReasonForm
from portal.staff.campaigns.view import STAGES, campaign_crumbs, may_list
from portal.staff.decorators import login_confirmed
from portal.staff.lists.paging import slice_of
from portal.ui.sending.message_words import why_text

UNFIT_IN_FILES: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
OUTCOMES: Final[dict[str, Literal["accepted", "failed"]]] = {"accepted": "accepted", "failed": "failed"}


@right_required(Right.READ_CAMPAIGNS, "GET")
def campaign_messages(request: HttpRequest, campaign_id: int, state: str) -> HttpResponse:
    """List the messages that need an eye: unknown, failed, kept back."""
    if state not in LISTED:
        raise Http404
    shown = campaign_read(campaign_id=campaign_id)
    reason = request.GET.get("why")
    page = slice_of(request, messages_listed(state=state, campaign_id=campaign_id, reason=reason))
    with recorded(actor_of(request), AuditedAction.CAMPAIGN_LISTED, "campaign", campaign_id, details={"list": state}):
        rows = [
            row | {"why": why_text(skip_reason=row["skip_reason"], error_code=row["error_code"])} for row in page.rows
        ]
    counts = reasons_counted(campaign_id=campaign_id, state=state)
    context = {
        "reasons": [(code, _reason(state, code), count) for code, count in counts.items()],
        "reason": reason,
        "asked": urlencode({"why": reason}) if reason is not None else "",
        "total": counts.get(reason, 0) if reason is not None else sum(counts.values()),
        "campaign": shown,
        "state": state,
        "label": MessageState(state).label,
        "states": [(listed.value, listed.label) for listed in LISTED],
        "page": page,
        "rows": rows,
        "crumbs": campaign_crumbs(shown),
    }
    return render(request, "staff/campaigns/messages.html", context)


@right_required(Right.READ_CAMPAIGNS, "GET")
def campaign_messages_file(request: HttpRequest, campaign_id: int, state: str) -> HttpResponseBase:
    """Download such a list, with numbers of customers and of messages and without contacts."""
    if state not in LISTED:
        raise Http404
    campaign_read(campaign_id=campaign_id)
    found = messages_listed(state=state, campaign_id=campaign_id, reason=request.GET.get("why"))
    details = {"list": state, "rows": found.count()}
    with recorded(actor_of(request), AuditedAction.CAMPAIGN_LISTED, "campaign", campaign_id, details=details):
        lines = (
            [
                row["external_id"],
                row["reference"],
                why_text(skip_reason=row["skip_reason"], error_code=row["error_code"]),
                _moment(row["sending_at"] or row["finished_at"]),
            ]
            for row in found.iterator(chunk_size=2000)
        )
        header = [_("Номер клиента"), _("Наш номер сообщения"), _("Причина"), _("Когда")]
        answer = StreamingHttpResponse(csv_stream(header, lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="campaign-{campaign_id}-{state}.csv"'
    return answer


def _reason(state: str, code: str) -> str:
    words = why_text(skip_reason=code) if state == MessageState.SKIPPED else why_text(error_code=code)
    return words or _("причина не названа")


@right_required(Right.READ_CAMPAIGNS, "GET")
def campaign_people(request: HttpRequest, campaign_id: int, stage: str) -> HttpResponse:
    """List the people behind one figure by their numbers: of the funnel, or whose operator lets no SMS through."""
    labels = {**dict(STAGES), BARRED: BARRED_LABEL}
    if stage not in labels or not may_list(stage, user=acting_user(request)):
        raise Http404
    shown = campaign_read(campaign_id=campaign_id)
    with recorded(actor_of(request), AuditedAction.CAMPAIGN_LISTED, "campaign", campaign_id, details={"list": stage}):
        page = slice_of(request, people_listed(stage=stage, campaign_id=campaign_id))
    instead = None
    if stage == BARRED:
        instead = instead_words(shown, customer_ids=[row["customer_id"] for row in page.rows])
    context = {
        "campaign": shown,
        "label": labels[stage],
        "page": page,
        "instead": instead,
        "rows": [
            (row, MessageState(row["state"]).label, (instead or {}).get(row["customer_id"], [])) for row in page.rows
        ],
        "crumbs": campaign_crumbs(shown),
    }
    return render(request, "staff/campaigns/people.html", context)


@right_required(Right.RUN_CAMPAIGN, "POST")
def settle(request: HttpRequest, campaign_id: int, message_id: int) -> HttpResponse:
    """Write down what became of a doubtful message, as somebody found out. It is never sent again."""
    form = ReasonForm(request.POST)
    outcome = OUTCOMES.get(request.POST.get("outcome", ""))
    if outcome is None or not form.is_valid():
        messages.error(request, _("Напишите, откуда известен исход: хотя бы пять знаков. Ничего не изменилось."))
    else:
        settle_message(
            actor=actor_of(request),
            campaign_id=campaign_id,
            message_id=message_id,
            outcome=outcome,
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("Исход записан. Повторно сообщение не отправляется."))
    return redirect("staff:campaign_messages", campaign_id, MessageState.UNKNOWN.value)


@right_required(Right.READ_CAMPAIGNS, "GET")
def campaign_report(request: HttpRequest, campaign_id: int) -> HttpResponseBase:
    """Download the report: numbers of customers and how far things got, no contacts.

    Who consented is in it only for those who may take consents away, after they have confirmed their login.
    """
    if has_right(acting_user(request), Right.EXPORT_CONSENTS):
        return _report_with_consents(request, campaign_id)
    return _report(request, campaign_id, with_consents=False)


@login_confirmed()
def _report_with_consents(request: HttpRequest, campaign_id: int) -> HttpResponseBase:
    return _report(request, campaign_id, with_consents=True)


def _report(request: HttpRequest, campaign_id: int, *, with_consents: bool) -> HttpResponseBase:
    shown = campaign_read(campaign_id=campaign_id)
    with recorded(actor_of(request), AuditedAction.CAMPAIGN_REPORTED, "campaign", campaign_id) as note:
        note.details["rows"] = campaign_status(campaign_id=campaign_id).planned_total or 0
    lines = _lines(report_rows(campaign_id=campaign_id), with_consents=with_consents)
    answer = StreamingHttpResponse(
        csv_stream(_header(with_consents=with_consents), lines), content_type="text/csv; charset=utf-8"
    )
    name = _("%(name)s, отчёт %(day)s.csv") % {
        "name": " ".join(UNFIT_IN_FILES.sub(" ", shown.name).split()),
        "day": f"{localtime():%d.%m.%Y}",
    }
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return answer


def _header(*, with_consents: bool) -> list[str]:
    consents = [_("Согласие")] if with_consents else []
    return [
        _("Номер клиента"), _("Канал"), _("Состояние"), _("Причина"), _("Отправлено"), _("Доставлено"),
        _("Открыто человеком"), _("Контакт подтверждён"), *consents, _("MAX подключён"),
    ]  # fmt: skip


def _lines(rows: Iterator[Mapping[str, Any]], *, with_consents: bool) -> Iterator[list[str]]:
    for row in rows:
        consents = [_moment(row["consented_at"])] if with_consents else []
        yield [
            row["external_id"],
            choice_words(Channel, row["channel"]),
            choice_words(MessageState, row["state"]),
            why_text(skip_reason=row["skip_reason"], error_code=row["error_code"]),
            _moment(_sent_at(row)),
            *(_moment(row[name]) for name in ("delivered_at", "visited_at", "confirmed_at")),
            *consents,
            _moment(row["max_linked_at"]),
        ]


def _sent_at(row: Mapping[str, Any]) -> datetime | None:
    """Return when a message was sent: a receipt may be faster than our own note of it, or of another clock."""
    moments = [row[name] for name in ("accepted_at", "delivered_at") if row[name]]
    return min(moments, default=None)


def _moment(value: datetime | None) -> str:
    return f"{localtime(value):%d.%m.%Y %H:%M:%S}" if value else ""
