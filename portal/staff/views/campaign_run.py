"""After the launch: progress, pause, stop, doubtful messages, the report."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, Literal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consents.enums import Channel
from consents.spreadsheet import csv_stream
from notify import tasks
from notify.enums import MessageState, SkipReason
from notify.selectors.campaigns import campaign_read, campaign_status
from notify.selectors.messages import LISTED, messages_listed
from notify.selectors.reports import ReportRow, report_rows
from notify.services.campaigns import campaign_continue as continue_service
from notify.services.campaigns import campaign_pause as pause_service
from notify.services.campaigns import campaign_stop as stop_service
from notify.services.settling import message_settle as settle_service
from portal.staff.acts import Act
from portal.staff.audit import acting_user, recorded
from portal.staff.campaign_guard import campaign_allowed
from portal.staff.campaign_view import live_facts
from portal.staff.forms.campaigns import ReasonForm
from portal.staff.navigation import crumb
from portal.staff.paging import slice_of
from portal.staff.permissions import Right, right_required

OUTCOMES: Final[dict[str, Literal["accepted", "failed"]]] = {"accepted": "accepted", "failed": "failed"}


@right_required(Right.READ_CAMPAIGNS)
@require_GET
@never_cache
def campaign_progress(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Give the moving part of the page; it says so when there is nothing more to wait for."""
    facts = live_facts(campaign_id)
    return render(request, "staff/campaigns/progress.html", {"is_fragment": True, "campaign_id": campaign_id} | facts)


@right_required(Right.RUN_CAMPAIGN)
@require_POST
def campaign_pause(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Stop handing over for a while."""
    campaign_allowed(request, campaign_id, "pause")
    with recorded(request, Act.CAMPAIGN_PAUSED, object_kind="campaign", object_id=campaign_id):
        pause_service(campaign_id=campaign_id)
    messages.success(
        request, _("Кампания приостановлена. Новые сообщения не уходят; уже принятые почтой или оператором не вернуть.")
    )
    return redirect("staff:campaign", campaign_id)


@right_required(Right.RUN_CAMPAIGN)
@require_POST
def campaign_continue(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Go on after a pause."""
    channel = campaign_allowed(request, campaign_id, "go_on").channel
    with recorded(request, Act.CAMPAIGN_CONTINUED, object_kind="campaign", object_id=campaign_id):
        continue_service(campaign_id=campaign_id)
        tasks.send_chunk.delay_on_commit(channel)
    messages.success(request, _("Кампания продолжается."))
    return redirect("staff:campaign", campaign_id)


@right_required(Right.RUN_CAMPAIGN)
@require_http_methods(["GET", "POST"])
def campaign_stop(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Ask once more, then end the campaign for good."""
    shown = campaign_allowed(request, campaign_id, "stop")
    if request.method == "POST":
        with recorded(request, Act.CAMPAIGN_STOPPED, object_kind="campaign", object_id=campaign_id):
            stop_service(campaign_id=campaign_id)
        messages.success(request, _("Кампания остановлена. Неотправленные сообщения исключены с этой причиной."))
        return redirect("staff:campaign", campaign_id)
    context = {"campaign": shown, "status": campaign_status(campaign_id=campaign_id)}
    return render(request, "staff/campaigns/stop.html", context)


@right_required(Right.READ_CAMPAIGNS)
@require_GET
def campaign_messages(request: HttpRequest, campaign_id: int, state: str) -> HttpResponse:
    """List the messages that need an eye: unknown, failed, kept back."""
    if state not in LISTED:
        raise Http404
    shown = campaign_read(campaign_id=campaign_id)
    context = {
        "campaign": shown,
        "state": state,
        "label": MessageState(state).label,
        "states": [(listed.value, listed.label) for listed in LISTED],
        "page": slice_of(request, messages_listed(state=state, campaign_id=campaign_id)),
        "reasons": dict(SkipReason.choices),
        "crumbs": [crumb(_("Кампании"), "staff:campaigns"), crumb(shown.name, "staff:campaign", shown.pk)],
        "form": ReasonForm(),
    }
    return render(request, "staff/campaigns/messages.html", context)


@right_required(Right.RUN_CAMPAIGN)
@require_POST
def message_settle(request: HttpRequest, campaign_id: int, message_id: int) -> HttpResponse:
    """Write down what became of a doubtful message, as somebody found out. It is never sent again."""
    form = ReasonForm(request.POST)
    outcome = OUTCOMES.get(request.POST.get("outcome", ""))
    if outcome is None or not form.is_valid():
        messages.error(request, _("Напишите, откуда известен исход: хотя бы пять знаков. Ничего не изменилось."))
    else:
        with recorded(
            request,
            Act.MESSAGE_SETTLED,
            object_kind="message",
            object_id=message_id,
            reason=form.cleaned_data["reason"],
            details={"campaign": campaign_id, "outcome": outcome},
        ):
            settle_service(message_id=message_id, outcome=outcome, settled_by_id=acting_user(request).pk)
            tasks.finish_campaigns.delay_on_commit()
        messages.success(request, _("Исход записан. Повторно сообщение не отправляется."))
    return redirect("staff:campaign_messages", campaign_id, MessageState.UNKNOWN.value)


@right_required(Right.READ_CAMPAIGNS)
@require_GET
def campaign_report(request: HttpRequest, campaign_id: int) -> StreamingHttpResponse:
    """Download the report: numbers of customers and how far things got, no contacts."""
    campaign_read(campaign_id=campaign_id)
    with recorded(request, Act.CAMPAIGN_REPORTED, object_kind="campaign", object_id=campaign_id) as note:
        note.details["rows"] = campaign_status(campaign_id=campaign_id).planned_total or 0
    answer = StreamingHttpResponse(
        csv_stream(_header(), _lines(report_rows(campaign_id=campaign_id))), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="campaign-{campaign_id}.csv"'
    return answer


def _header() -> list[str]:
    return [
        _("Номер клиента"), _("Канал"), _("Состояние"), _("Причина"), _("Отправлено"), _("Доставлено"),
        _("Открыто человеком"), _("Контакт подтверждён"), _("Согласие"), _("MAX связан"),
    ]  # fmt: skip


def _lines(rows: Iterator[ReportRow]) -> Iterator[list[str]]:
    channels, states, skips = dict(Channel.choices), dict(MessageState.choices), dict(SkipReason.choices)
    for row in rows:
        yield [
            row.external_id,
            str(channels.get(row.channel, row.channel)),
            str(states.get(row.state, row.state)),
            str(skips.get(row.skip_reason, row.error_code)),
            *map(
                _moment,
                (
                    row.accepted_at, row.delivered_at, row.visited_at,
                    row.confirmed_at, row.consented_at, row.max_linked_at,
                ),
            ),
        ]  # fmt: skip


def _moment(value: datetime | None) -> str:
    return f"{localtime(value):%d.%m.%Y %H:%M:%S}" if value else ""
