"""Figures of a campaign in the order and the words of its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notify.enums import CampaignState, MessageState, SkipReason, TouchpointKind
from notify.selectors.campaigns import campaign_pace, campaign_status
from notify.selectors.funnel import FunnelRow, funnel
from notify.selectors.recipients import Forecast
from notify.types import CampaignStatus
from portal.charts import Bar

STEPS: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("planned", gettext_lazy("В плане")),
    ("sent", gettext_lazy("Отправлено")),
    ("delivered", gettext_lazy("Доставлено")),
    ("visited", gettext_lazy("Открыли люди")),
    ("confirmed", gettext_lazy("Подтвердили")),
    ("consented", gettext_lazy("Дали согласие")),
    ("max_linked", gettext_lazy("Связали MAX")),
)
LIVE: Final = frozenset({CampaignState.PLANNING, CampaignState.RUNNING})
SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """How many were kept back, and why."""

    label: str
    count: int


def reasons(counts: Mapping[str, int]) -> list[Reason]:
    """Put codes of the gate into words, the commonest first. A provider's own code stays as it is."""
    labels = dict(SkipReason.choices)
    rows = [
        Reason(label=str(labels.get(code, code or _("причина не названа"))), count=count)
        for code, count in counts.items()
    ]
    return sorted(rows, key=lambda row: -row.count)


def forecast_view(forecast: Forecast) -> dict[str, Any]:
    """Give the figures that stand before a launch."""
    return {
        "size": forecast.size,
        "will_send": forecast.will_send,
        "waiting": forecast.waiting,
        "excluded": forecast.size - forecast.will_send,
        "reasons": reasons(forecast.refused),
    }


def funnel_bars(rows: Sequence[FunnelRow]) -> list[Bar]:
    """Add the touchpoints up into one funnel."""
    return [Bar(label=str(label), value=sum(getattr(row, name) for row in rows)) for name, label in STEPS]


def funnel_table(rows: Sequence[FunnelRow]) -> list[dict[str, Any]]:
    """Give the funnel by touchpoint."""
    labels = dict(TouchpointKind.choices)
    return [
        {
            "label": row.label or labels.get(row.kind, row.kind),
            "figures": [getattr(row, name) for name, _label in STEPS],
        }
        for row in rows
    ]


def live_facts(campaign_id: int) -> dict[str, Any]:
    """Give everything that the page of a launched campaign shows."""
    rows = funnel(campaign_id=campaign_id)
    return progress_facts(campaign_id) | {
        "bars": funnel_bars(rows),
        "touchpoints": funnel_table(rows),
        "steps": [label for _name, label in STEPS],
    }


def progress_facts(campaign_id: int) -> dict[str, Any]:
    """Give the part of the page that moves while the campaign runs."""
    status = campaign_status(campaign_id=campaign_id)
    done = (status.planned_total or 0) - status.open
    return {
        "status": status,
        "done": max(done, 0),
        "left": _time_left(status),
        "is_live": status.state in LIVE,
        "skipped": reasons(status.skipped_by_reason),
        "failed": reasons(status.failed_by_code),
        "lists": {
            state.value: reverse("staff:campaign_messages", args=[campaign_id, state.value])
            for state in (MessageState.UNKNOWN, MessageState.FAILED, MessageState.SKIPPED)
        },
    }


def _time_left(status: CampaignStatus) -> str:
    """Say how long it may still take at the pace of the last half hour; nothing while that is not known."""
    if status.state != CampaignState.RUNNING or not status.open:
        return ""
    pace = campaign_pace(campaign_id=status.campaign_id)
    per_minute = sum(count for _minute, count in pace) / len(pace) if pace else 0
    if not per_minute:
        return ""
    minutes = max(1, round(status.open / per_minute))
    if minutes > SECONDS * 24:
        return _("больше суток")
    if minutes > SECONDS * 2:
        hours = round(minutes / SECONDS)
        return ngettext("осталось около %(n)s часа", "осталось около %(n)s часов", hours) % {"n": hours}
    return ngettext("осталось около %(n)s минуты", "осталось около %(n)s минут", minutes) % {"n": minutes}
