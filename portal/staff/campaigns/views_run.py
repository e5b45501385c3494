"""After the launch: progress, pause, stop, revoked links."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from notify import tasks
from notify.campaigns.lifecycle import campaign_continue as continue_service
from notify.campaigns.lifecycle import campaign_pause as pause_service
from notify.campaigns.lifecycle import campaign_stop as stop_service
from notify.campaigns.reading import campaign_read, campaign_status
from notify.links.issuing import campaign_links_revoke as revoke_service
from portal.audit.acts import Act
from portal.audit.permissions import Right, right_required
from portal.audit.record import acting_user, recorded
from portal.operations.nudges import nudge
from portal.staff.campaigns.guard import act_required
from portal.staff.campaigns.view import live_facts


@right_required(Right.READ_CAMPAIGNS)
@require_GET
@never_cache
def campaign_progress(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Return the moving part of the page; it says so when there is nothing more to wait for."""
    facts = live_facts(campaign_id, user=acting_user(request))
    return render(request, "staff/campaigns/progress.html", {"is_fragment": True, "campaign_id": campaign_id} | facts)


@right_required(Right.RUN_CAMPAIGN)
@require_POST
@act_required("pause")
def campaign_pause(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Stop handing over for a while."""
    with recorded(request, Act.CAMPAIGN_PAUSED, object_kind="campaign", object_id=campaign_id):
        pause_service(campaign_id=campaign_id)
    messages.success(
        request, _("Кампания приостановлена. Новые сообщения не уходят; уже принятые почтой или оператором не вернуть.")
    )
    return redirect("staff:campaign", campaign_id)


@right_required(Right.RUN_CAMPAIGN)
@require_POST
@act_required("go_on")
def campaign_continue(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Go on after a pause."""
    with recorded(request, Act.CAMPAIGN_CONTINUED, object_kind="campaign", object_id=campaign_id):
        continue_service(campaign_id=campaign_id)
        nudge(tasks.send_chunk, campaign_read(campaign_id=campaign_id).channel)
    messages.success(request, _("Кампания продолжается."))
    return redirect("staff:campaign", campaign_id)


@right_required(Right.RUN_CAMPAIGN)
@require_http_methods(["GET", "POST"])
@act_required("stop")
def campaign_stop(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Ask once more, then end the campaign for good."""
    if request.method == "POST":
        with recorded(request, Act.CAMPAIGN_STOPPED, object_kind="campaign", object_id=campaign_id):
            stop_service(campaign_id=campaign_id)
        messages.success(request, _("Кампания остановлена. Неотправленные сообщения исключены с этой причиной."))
        return redirect("staff:campaign", campaign_id)
    return _question(request, "stop", campaign_id)


@right_required(Right.APPROVE_CAMPAIGN)
@require_http_methods(["GET", "POST"])
@act_required("revoke")
def campaign_links_revoke(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Ask once more, then close every personal link that the campaign has sent so far."""
    if request.method == "POST":
        with recorded(request, Act.CAMPAIGN_LINKS_REVOKED, object_kind="campaign", object_id=campaign_id):
            revoke_service(campaign_id=campaign_id)
        messages.success(request, _("Ссылки отозваны: ни одна из отправленных больше не открывается."))
        return redirect("staff:campaign", campaign_id)
    return _question(request, "revoke", campaign_id)


def _question(request: HttpRequest, name: str, campaign_id: int) -> HttpResponse:
    """Show what an act that cannot be taken back would do, before it is done."""
    context = {
        "campaign": campaign_read(campaign_id=campaign_id),
        "status": campaign_status(campaign_id=campaign_id),
    }
    return render(request, f"staff/campaigns/{name}.html", context)
