"""The funnel: how many people reached each stage, per campaign and touchpoint, counted from messages and links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from notify.enums import MessageKind, MessageState
from notify.models import Link, Message, Touchpoint
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


def funnel(*, campaign_id: int) -> list[FunnelRow]:
    """Return the funnel of one campaign, a row per touchpoint."""
    return funnels(campaign_ids=[campaign_id])


def entrance_funnel() -> FunnelRow | None:
    """Return the row of people who came by the general entrance; None while nobody has."""
    return next(iter(_funnels(Touchpoint.objects.filter(campaign=None), Message.objects.none())), None)


def funnels(*, campaign_ids: Sequence[int] | None = None) -> list[FunnelRow]:
    """Return the funnels of some campaigns, or of everything, in three queries."""
    touchpoints = Touchpoint.objects.all()
    messages = Message.objects.filter(kind=MessageKind.CAMPAIGN)
    if campaign_ids is not None:
        touchpoints = touchpoints.filter(campaign_id__in=campaign_ids)
        messages = messages.filter(campaign_id__in=campaign_ids)
    return _funnels(touchpoints, messages)


def _funnels(touchpoints: QuerySet[Touchpoint], messages: QuerySet[Message]) -> list[FunnelRow]:
    sent: dict[tuple[int | None, str], Mapping[str, object]] = {
        (row["campaign_id"], row["channel"]): row
        for row in messages.values("campaign_id", "channel").annotate(
            planned=Count("id"),
            sent=Count("id", filter=Q(state__in=HANDED_OVER)),
            delivered=Count("id", filter=Q(state=MessageState.DELIVERED)),
        )
    }
    reached: dict[int | None, Mapping[str, object]] = {
        row["touchpoint_id"]: row
        for row in Link.objects.filter(touchpoint__in=touchpoints)
        .values("touchpoint_id")
        .annotate(
            visited=Count("visited_at"),
            confirmed=Count("confirmed_at"),
            consented=Count("consented_at"),
            max_linked=Count("max_linked_at"),
        )
    }
    return [
        _row(point, sent.get((point.campaign_id, point.kind), {}), reached.get(point.pk, {}))
        for point in touchpoints.order_by("campaign_id", "id")
    ]


def _row(point: Touchpoint, sent: Mapping[str, object], reached: Mapping[str, object]) -> FunnelRow:
    return FunnelRow(
        campaign_id=point.campaign_id,
        touchpoint_id=point.pk,
        kind=point.kind,
        label=point.label,
        **{name: _count(sent, name) for name in ("planned", "sent", "delivered")},
        **{name: _count(reached, name) for name in ("visited", "confirmed", "consented", "max_linked")},
    )


def _count(row: Mapping[str, object], name: str) -> int:
    value = row.get(name, 0)
    return value if isinstance(value, int) else 0
