"""Campaigns that still have letters to send."""

from dataclasses import dataclass

from django.db.models import Count, Q

from notify.enums import CampaignState, MessageState
from notify.models import Campaign
from notify.outbox.state import OPEN

UNFINISHED = (CampaignState.PLANNING, CampaignState.RUNNING, CampaignState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignOpen:
    """One campaign, how many of its messages have not left, and how many may have."""

    id: int
    name: str
    state: CampaignState
    left: int
    in_doubt: int


def campaigns_open() -> tuple[CampaignOpen, ...]:
    """Return the campaigns that are planned, run or pause, and are not done, the oldest first."""
    rows = Campaign.objects.filter(state__in=UNFINISHED).annotate(
        left=Count("messages", filter=Q(messages__state__in=OPEN)),
        in_doubt=Count("messages", filter=Q(messages__state=MessageState.UNKNOWN)),
    )
    every = (
        CampaignOpen(id=one.pk, name=one.name, state=CampaignState(one.state), left=one.left, in_doubt=one.in_doubt)
        for one in rows.order_by("id")
    )
    return tuple(one for one in every if one.left or one.state == CampaignState.PLANNING)
