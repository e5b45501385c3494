"""The door of every act on a campaign: what the page would not have offered is refused before a service is asked."""

from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from notify.selectors.campaigns import campaign_read
from portal.staff.audit import acting_user
from portal.staff.campaign_acts import campaign_acts

ActName = Literal["edit", "test", "submit", "give_back", "launch", "pause", "go_on", "stop"]


def campaign_allowed(request: HttpRequest, campaign_id: int, act: ActName) -> Any:
    """Give the campaign to someone who may do this with it now. Raises `PermissionDenied`."""
    campaign = campaign_read(campaign_id=campaign_id)
    acts = campaign_acts(state=campaign.state, created_by_id=campaign.created_by_id, user=acting_user(request))
    if not getattr(acts, act):
        raise PermissionDenied
    return campaign
