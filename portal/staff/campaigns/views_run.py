"""Buttons on the page of a campaign: the request for a second person, pause, stop, revoked links; and its progress."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from notify.campaigns.reading import campaign_read, campaign_status
from portal.audit.actor import acting_user, actor_of
from portal.audit.permissions import Right, right_required
from portal.flows.campaigns import continue_campaign, pause_campaign, revoke_links, stop_campaign, submit_campaign
from portal.staff.campaigns.acts import RIGHTS, ActName
from portal.staff.campaigns.guard import act_required
from portal.staff.campaigns.view import live_facts


@right_required(Right.READ_CAMPAIGNS)
@require_GET
@never_cache
def progress(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Give the moving part of the page; it says so when there is nothing more to wait for."""
    facts = live_facts(campaign_id, user=acting_user(request))
    return render(request, "staff/campaigns/progress.html", {"is_fragment": True, "campaign_id": campaign_id} | facts)


def _button(
    act: ActName, flow: Callable[..., object], done: Promise, *, asks: bool = False
) -> Callable[[HttpRequest, int], HttpResponseBase]:
    """Return the view of one act. With ``asks`` a page says first what an act that cannot be taken back would do."""

    @right_required(RIGHTS[act])
    @require_http_methods(["GET", "POST"] if asks else ["POST"])
    @act_required(act)
    def view(request: HttpRequest, campaign_id: int) -> HttpResponse:
        if request.method == "GET":
            context = {
                "campaign": campaign_read(campaign_id=campaign_id),
                "status": campaign_status(campaign_id=campaign_id),
            }
            return render(request, f"staff/campaigns/{act}.html", context)
        flow(actor=actor_of(request), campaign_id=campaign_id)
        messages.success(request, str(done))
        return redirect("staff:campaign", campaign_id)

    return view


submit: Final = _button(
    "submit", submit_campaign, _("Кампания ждёт проверки. Передайте ссылку на эту страницу тому, кто её запустит.")
)
pause: Final = _button(
    "pause",
    pause_campaign,
    _("Кампания приостановлена. Новые сообщения не уходят; уже принятые почтой или оператором не вернуть."),
)
go_on: Final = _button("go_on", continue_campaign, _("Кампания продолжается."))
stop: Final = _button(
    "stop",
    stop_campaign,
    _("Кампания остановлена. Неотправленные сообщения исключены с этой причиной."),
    asks=True,
)
revoke: Final = _button(
    "revoke", revoke_links, _("Ссылки отозваны: ни одна из отправленных больше не открывается."), asks=True
)
