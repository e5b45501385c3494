"""The first page: how far the move has got, what runs, what needs an eye."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from consents.enums import Channel
from consents.importing.listing import imports_taken
from consents.ledger.checking.health import ledger_health
from consents.reach.coverage import Coverage, coverage
from notify.campaigns.funnel import funnels
from notify.campaigns.reading import campaigns_listed
from notify.channel_settings import channels_listed, writable_channels
from notify.enums import CampaignState
from portal.audit.permissions import Right, has_right, right_required
from portal.audit.request_actor import acting_user
from portal.cache.kept import kept
from portal.models import User
from portal.staff.campaigns.view import funnel_bars, stages_shown
from portal.staff.register.forms import SearchForm
from portal.ui.brand import brand_current
from portal.ui.drawing.charts import Part

KEEP_SECONDS: Final = 60
"""The board counts every customer, and its figure moves by the day."""

RUNNING: Final = (CampaignState.RUNNING, CampaignState.PLANNING, CampaignState.PAUSED)
SHOWN: Final = 3
LISTED: Final = ("confirmed", "on_file", "not_answered", "only_foreign", "foreign_waiting")
"""Figures under the bar, each with its list."""


@right_required(Right.SEE_OVERVIEW, "GET")
def overview(request: HttpRequest) -> HttpResponse:
    """Show what this role needs first; figures are counts of people, never people."""
    user = acting_user(request)
    board, counted_at = _board()
    channels = channels_listed()
    context: dict[str, Any] = {
        "company": brand_current(),
        "coverage": board,
        "counted_at": counted_at,
        "order": ", ".join(str(view.channel.spec.short) for view in channels),
        "share": round(board.share * 100),
        "parts": _parts(board, [view.channel for view in channels], user),
        **{f"{name}_url": _list_url(user, name) for name in LISTED},
        "health": ledger_health(),
        "channels": channels,
    }
    if has_right(user, Right.SEE_CUSTOMER_FULL) and not has_right(user, Right.READ_CAMPAIGNS):
        context["search"] = SearchForm()
    if has_right(user, Right.READ_CAMPAIGNS):
        context |= _campaigns(user, [view.channel for view in channels])
    if has_right(user, Right.IMPORT_CUSTOMERS):
        context["imports"] = imports_taken()[:SHOWN]
    return render(request, "staff/overview.html", context)


def _board() -> tuple[Coverage, datetime]:
    channels = writable_channels()
    key = f"staff.coverage.{'-'.join(channels)}"
    return kept(key, lambda: coverage(channels=channels), seconds=KEEP_SECONDS)


def _parts(board: Coverage, channels: Sequence[Channel], user: User) -> list[Part]:
    """Return the parts of the bar: a channel that is not in use reaches nobody and is no part."""
    parts = [
        Part(label=str(one.spec.short), value=board.by_channel[one], tone=str(place), url=_list_url(user, one))
        for place, one in enumerate(channels, start=1)
    ]
    out = Part(
        label=_("нет контакта или есть отказ"), value=board.unreachable, tone="out", url=_list_url(user, "unreachable")
    )
    return [*parts, out]


def _list_url(user: User, group: str) -> str:
    return reverse("staff:customer_group", args=[group]) if has_right(user, Right.SEE_CUSTOMER_MASKED) else ""


def _campaigns(user: User, channels: Sequence[Channel]) -> dict[str, Any]:
    """Return campaigns that run, each with its funnel, and those that wait for a second person."""
    running = [campaign for state in RUNNING for campaign in campaigns_listed(state=state)[:SHOWN]][:SHOWN]
    # Answers go on coming in after the last message has left.
    running = running or list(campaigns_listed(state=CampaignState.FINISHED)[:SHOWN])
    rows = funnels(campaign_ids=[campaign.pk for campaign in running])
    of = {campaign.pk: [row for row in rows if row.campaign_id == campaign.pk] for campaign in running}
    stages = stages_shown(channels)
    waiting = campaigns_listed(state=CampaignState.REVIEW).exclude(created_by_id=user.pk)
    return {
        "running": [
            (campaign, funnel_bars(of[campaign.pk], stages=stages, campaign_id=campaign.pk, user=user))
            for campaign in running
        ],
        "waiting": list(waiting[:SHOWN]) if has_right(user, Right.APPROVE_CAMPAIGN) else [],
    }
