"""The funnel: how many people reached each stage, per campaign and touchpoint, by the tallies of messages and links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from notify.models import Touchpoint
from notify.outbox.tallies import LINK_FIGURES, steps_summed, summed


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelRow:
    """One touchpoint. ``visited`` and the figures after it count people who acted, not fetches.

    The general entrance sends nothing: its first three figures are 0.
    """

    campaign_id: int | None
    touchpoint_id: int
    position: int | None
    """That of its step; None for the general entrance."""
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
    return next(iter(_funnels(Touchpoint.objects.filter(campaign=None), {})), None)


def funnels(*, campaign_ids: Sequence[int]) -> list[FunnelRow]:
    """Return the funnels of some campaigns, in two queries."""
    sent = steps_summed("planned", "sent", "delivered", campaign_ids=campaign_ids)
    return _funnels(Touchpoint.objects.filter(campaign_id__in=campaign_ids), sent)


def _funnels(touchpoints: QuerySet[Touchpoint], sent: Mapping[int, Mapping[str, int]]) -> list[FunnelRow]:
    reached: QuerySet[Touchpoint, Any] = touchpoints.values(
        "campaign_id", "step_id", "kind", "label", "step__channel", touchpoint_id=F("id"), position=F("step__position")
    ).annotate(**{name: summed(name, of="tallies__") for name in LINK_FIGURES})
    return [
        # Links in messages are those of the touchpoint of their step's channel.
        FunnelRow(**row | (sent.get(step_id, {}) if channel == row["kind"] else {}))
        for row in reached.order_by("campaign_id", "step__position", "id")
        for step_id, channel in [(row.pop("step_id"), row.pop("step__channel"))]
    ]
