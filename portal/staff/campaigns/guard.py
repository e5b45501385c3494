"""The guard of every act on a campaign: what the page would not have offered is refused before a service is asked."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from notify.campaigns.reading import campaign_read
from portal.audit.acts import Act
from portal.audit.record import acting_user, action_record
from portal.client import client_address
from portal.staff.campaigns.acts import STATES, ActName, act_is_theirs, too_late

View = Callable[[HttpRequest, int], HttpResponse]


def act_required(act: ActName) -> Callable[[View], View]:
    """Let a view run only for someone who may do this with the campaign, and only while it has a meaning.

    Who may not is written down and gets the 403 page. Who comes too late, as by a second press of the button, is led
    to the campaign with a sentence that says how it stands.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, campaign_id: int) -> HttpResponse:
            campaign = campaign_read(campaign_id=campaign_id)
            user = acting_user(request)
            if not act_is_theirs(act, created_by_id=campaign.created_by_id, user=user):
                action_record(
                    user=user,
                    action=Act.ACCESS_DENIED,
                    object_kind="campaign",
                    object_id=campaign_id,
                    details={"change": act},
                    ip=client_address(request),
                )
                raise PermissionDenied
            if campaign.state not in STATES[act]:
                messages.info(request, too_late(act, state=campaign.state))
                return redirect("staff:campaign", campaign_id)
            return view(request, campaign_id)

        return guarded

    return decorate
