"""Before the launch: previews, a test to oneself, the request for a second person and what that person does."""

from typing import Any

from csp.constants import NONE, SELF
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from notify import tasks
from notify.campaigns.content import campaign_content
from notify.campaigns.lifecycle import campaign_launch as launch_service
from notify.campaigns.lifecycle import campaign_return as return_service
from notify.campaigns.lifecycle import campaign_submit as submit_service
from notify.campaigns.reading import campaign_read, campaign_spec
from notify.errors import CampaignChanged
from notify.messages.interactive import campaign_test as test_service
from portal.audit.acts import Act
from portal.audit.permissions import Right, right_required
from portal.audit.record import acting_user, recorded
from portal.operations.nudges import nudge
from portal.staff.campaigns.forms import ReasonForm, TestForm
from portal.staff.campaigns.guard import act_required
from portal.staff.campaigns.preview import samples_looked_at
from portal.staff.campaigns.view import forecast_view
from portal.staff.decorators import login_confirmed, policy_instead, policy_with
from portal.staff.navigation import crumb
from portal.ui.brand import company_current

LETTER_POLICY = {
    "default-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "img-src": [SELF, "data:"],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-same-origin"],
}
"""A letter carries its styles inside, as mail programs want it; it runs no script and sends no form."""


@right_required(Right.READ_CAMPAIGNS)
@require_GET
@never_cache
@policy_with({"frame-src": [SELF]})
def campaign_preview(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show one of a few recipients' own copies."""
    shown = campaign_read(campaign_id=campaign_id)
    previews, number = samples_looked_at(request, campaign_id=campaign_id, number=_number(request))
    context = {
        "campaign": shown,
        "previews": previews,
        "preview": previews[number],
        "number": number,
        "sender": company_current().name,
        "crumbs": _crumbs(shown),
    }
    return render(request, "staff/campaigns/preview.html", context)


@right_required(Right.READ_CAMPAIGNS)
@require_GET
@never_cache
@xframe_options_sameorigin
@policy_instead(LETTER_POLICY)
def campaign_letter(request: HttpRequest, campaign_id: int, number: int) -> HttpResponse:
    """Return the letter of one sample as it is sent, for the frame of the preview page."""
    previews, number = samples_looked_at(request, campaign_id=campaign_id, number=number)
    return HttpResponse(previews[number].html)


@right_required(Right.DRAFT_CAMPAIGN)
@require_POST
@act_required("test")
def campaign_test(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Queue one copy with made-up values for the person who asks; the page shows what becomes of it."""
    form = TestForm(request.POST)
    address = form.cleaned_data["address"] if form.is_valid() else ""
    with recorded(request, Act.CAMPAIGN_TESTED, object_kind="campaign", object_id=campaign_id):
        test_service(campaign_id=campaign_id, asked_by_id=acting_user(request).pk, address=address)
        nudge(tasks.send_interactive)
    messages.success(
        request, _("Проба поставлена в очередь. В ней вымышленный получатель, ссылка в ней никуда не ведёт.")
    )
    return redirect("staff:campaign", campaign_id)


@right_required(Right.DRAFT_CAMPAIGN)
@require_POST
@act_required("submit")
def campaign_submit(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Ask for a second person."""
    with recorded(request, Act.CAMPAIGN_SUBMITTED, object_kind="campaign", object_id=campaign_id) as note:
        submitted = submit_service(campaign_id=campaign_id)
        note.details |= {"size": submitted.size, "content_sha256": submitted.content_sha256}
    messages.success(request, _("Кампания ждёт проверки. Передайте ссылку на эту страницу тому, кто её запустит."))
    return redirect("staff:campaign", campaign_id)


@right_required(Right.APPROVE_CAMPAIGN)
@require_POST
@act_required("give_back")
def campaign_return(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Send it back to the author with a reason."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("Напишите автору, что исправить: хотя бы пять знаков. Кампания осталась на проверке.")
        )
        return redirect("staff:campaign_launch", campaign_id)
    reason = form.cleaned_data["reason"]
    with recorded(request, Act.CAMPAIGN_RETURNED, object_kind="campaign", object_id=campaign_id, reason=reason):
        return_service(campaign_id=campaign_id, reason=reason)
    messages.success(request, _("Кампания возвращена автору."))
    return redirect("staff:campaign", campaign_id)


@right_required(Right.APPROVE_CAMPAIGN)
@login_confirmed(reading_is_free=True)
@require_http_methods(["GET", "POST"])
@never_cache
@policy_with({"frame-src": [SELF]})
@act_required("launch")
def campaign_launch(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show the second person everything that will happen; launch exactly that when they say so."""
    if request.method == "GET":
        return _launch_page(request, campaign_id)
    try:
        _launch(request, campaign_id)
    except CampaignChanged:
        return _launch_page(request, campaign_id, is_refused=True)
    messages.success(request, _("Кампания запущена."))
    return redirect("staff:campaign", campaign_id)


def _launch_page(request: HttpRequest, campaign_id: int, *, is_refused: bool = False) -> HttpResponse:
    shown = campaign_read(campaign_id=campaign_id)
    # Before the figures: what changes after this refuses the launch, what changes before it is shown.
    content = campaign_content(campaign_id=campaign_id)
    previews, number = samples_looked_at(request, campaign_id=campaign_id, number=0, limit=1)
    context: dict[str, Any] = {
        "campaign": shown,
        "content": content,
        "is_refused": is_refused,
        "is_changed": shown.content_sha256 not in ("", content.sha256),
        "check": forecast_view(campaign_spec(campaign_id=campaign_id)),
        "preview": previews[number],
        "sender": company_current().name,
        "crumbs": _crumbs(shown),
    }
    return render(request, "staff/campaigns/launch.html", context, status=409 if is_refused else 200)


def _launch(request: HttpRequest, campaign_id: int) -> None:
    content_sha256 = request.POST.get("content_sha256", "")
    with recorded(request, Act.CAMPAIGN_LAUNCHED, object_kind="campaign", object_id=campaign_id) as note:
        launched = launch_service(
            campaign_id=campaign_id, launched_by_id=acting_user(request).pk, content_sha256=content_sha256
        )
        note.details |= {"content_sha256": content_sha256, "is_new": launched.is_new}
        nudge(tasks.plan_campaign, campaign_id)


def _number(request: HttpRequest) -> int:
    asked = request.GET.get("n", "")
    return int(asked) if asked.isdecimal() and len(asked) < 4 else 0


def _crumbs(shown: Any) -> list[Any]:
    return [crumb(_("Кампании"), "staff:campaigns"), crumb(shown.name, "staff:campaign", shown.pk)]
