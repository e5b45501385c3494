"""The first page: how far the move has got, what runs, what needs an eye."""

import time
from collections.abc import Sequence
from typing import Any, Final

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
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
from portal.models import User
from portal.staff.campaigns.view import funnel_bars, steps_shown
from portal.staff.register.forms import SearchForm
from portal.ui.brand import brand_current
from portal.ui.drawing.charts import Part

KEEP_SECONDS: Final = 60
KEEP_TIMES: Final = 100
"""The board counts every customer. The figure moves by the day, so it is kept for a minute, and for a big base as much
longer as counting takes a hundredth of the time at most."""

COUNTING_SECONDS: Final = 60
"""One looker counts, the others see the last figure with its time meanwhile."""
LAST_SECONDS: Final = 86_400

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


def _board() -> tuple[Coverage, Any]:
    channels = writable_channels()
    key = f"staff.coverage.{'-'.join(channels)}"
    kept: tuple[Coverage, Any] | None = cache.get(key)
    if kept is not None and (cache.get(f"{key}.fresh") or not cache.add(f"{key}.counting", 1, COUNTING_SECONDS)):
        return kept
    begun = time.monotonic()
    kept = (coverage(channels=channels), timezone.now())
    cache.set(key, kept, LAST_SECONDS)
    cache.set(f"{key}.fresh", 1, max(KEEP_SECONDS, KEEP_TIMES * (time.monotonic() - begun)))
    cache.delete(f"{key}.counting")
    return kept


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
    steps = steps_shown(channels)
    waiting = campaigns_listed(state=CampaignState.REVIEW).exclude(created_by_id=user.pk)
    return {
        "running": [
            (campaign, funnel_bars(of[campaign.pk], steps=steps, campaign_id=campaign.pk, user=user))
            for campaign in running
        ],
        "waiting": list(waiting[:SHOWN]) if has_right(user, Right.APPROVE_CAMPAIGN) else [],
    }
