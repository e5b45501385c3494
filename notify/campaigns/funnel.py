"""The funnel: how many people reached each stage, per campaign and touchpoint, counted from messages and links."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from notify.enums import MessageKind, MessageState
from notify.models import Message, Touchpoint
from notify.outbox.state import HANDED_OVER


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelRow:
    """One touchpoint. ``visited`` and the figures after it count people who acted, not fetches.

    The general entrance sends nothing: its first three figures are 0.
    """

    campaign_id: int | None
    touchpoint_id: int
    kind: str
    label: str
    planned: int = 0
    sent: int = 0
    delivered: int = 0
    visited: int = 0
    confirmed: int = 0
    consented: int = 0
    max_linked: int = 0
    dialogue_ended: int = 0
    """Ended the dialogue of an account after the campaign had reached them, and have not begun it again."""


def funnel(*, campaign_id: int) -> list[FunnelRow]:
    """Return the funnel of one campaign, a row per touchpoint."""
    return funnels(campaign_ids=[campaign_id])


def entrance_funnel() -> FunnelRow | None:
    """Return the row of people who came by the general entrance; None while nobody has."""
    return next(iter(_funnels(Touchpoint.objects.filter(campaign=None), Message.objects.none())), None)


def funnels(*, campaign_ids: Sequence[int]) -> list[FunnelRow]:
    """Return the funnels of some campaigns, in two queries."""
    messages = Message.objects.filter(kind=MessageKind.CAMPAIGN, campaign_id__in=campaign_ids)
    return _funnels(Touchpoint.objects.filter(campaign_id__in=campaign_ids), messages)


def _funnels(touchpoints: QuerySet[Touchpoint], messages: QuerySet[Message]) -> list[FunnelRow]:
    counted: QuerySet[Message, Any] = messages.values("campaign_id", "channel").annotate(
        planned=Count("id"),
        sent=Count("id", filter=Q(state__in=HANDED_OVER)),
        delivered=Count("id", filter=Q(state=MessageState.DELIVERED)),
    )
    reached: QuerySet[Touchpoint, Any] = touchpoints.values(
        "campaign_id", "kind", "label", touchpoint_id=F("id")
    ).annotate(
        visited=Count("link__visited_at"),
        confirmed=Count("link__confirmed_at"),
        consented=Count("link__consented_at"),
        max_linked=Count("link__max_linked_at"),
        dialogue_ended=Count("link__dialogue_ended_at"),
    )
    sent = {(row.pop("campaign_id"), row.pop("channel")): row for row in counted}
    return [
        FunnelRow(**row, **sent.get((row["campaign_id"], row["kind"]), {}))
        for row in reached.order_by("campaign_id", "id")
    ]
