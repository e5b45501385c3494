"""Figures of a campaign in the order and the words of its page."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.documents.readiness import readiness
from consents.enums import Channel
from consents.touchpoint import touchpoint_labels
from notify.campaigns.funnel import FunnelRow, funnel
from notify.campaigns.ground import dpo_must_sign, offers_in_service
from notify.campaigns.reading import (
    FORBIDDING,
    campaign_pace,
    campaign_status,
    step_previews,
    step_warnings,
)
from notify.campaigns.recipients import step_forecast
from notify.channel_settings import channels_in_use
from notify.enums import CampaignState, MessageState
from notify.types import CampaignStatus
from portal.audit.permissions import Right, has_right
from portal.models import User
from portal.staff.campaigns.acts import campaign_acts
from portal.staff.campaigns.cities import city_warnings
from portal.staff.campaigns.images import ImageForm, image_facts
from portal.staff.campaigns.sentences import step_when, warning_text
from portal.staff.campaigns.sms import charged_facts, is_in_parts, price_facts, sender_warnings
from portal.staff.navigation import crumb
from portal.ui.drawing.charts import Bar
from portal.ui.sending.brake_words import stand_facts
from portal.ui.sending.message_words import error_text, why_text
from portal.ui.sending.readiness_words import lacking

Stages = tuple[tuple[str, str | Promise], ...]
STAGES: Final[Stages] = (
    ("planned", gettext_lazy("В плане")),
    ("sent", gettext_lazy("Отправлено")),
    ("delivered", gettext_lazy("Доставлено")),
    ("visited", gettext_lazy("Открыли люди")),
    ("confirmed", gettext_lazy("Подтвердили")),
    ("consented", gettext_lazy("Дали согласие")),
    ("max_linked", gettext_lazy("Подключили MAX")),
    ("dialogue_ended", gettext_lazy("Закрыли диалог")),
)
LIVE: Final = frozenset({CampaignState.PLANNING, CampaignState.RUNNING})
FOLLOWED: Final = LIVE | {CampaignState.PAUSED}
"""States in which the page keeps its figures fresh: reports of deliveries come during a pause too."""
SIXTY: Final = 60


def campaign_crumbs(campaign: Any) -> list[dict[str, str | Promise]]:
    """Return the way back from a page about one campaign."""
    return [crumb(_("Кампании"), "staff:campaigns"), crumb(campaign.name, "staff:campaign", campaign.pk)]


def reasons(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Put codes of the gate into words, the commonest first."""
    return _counted((why_text(skip_reason=code), count) for code, count in counts.items())


def failures(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Put error codes into words, the commonest first. Codes with the same words are added up."""
    return _counted((error_text(code) if code else _("причина не названа"), count) for code, count in counts.items())


def _counted(reasons: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    found = Counter[str]()
    for words, count in reasons:
        found[words] += count
    return found.most_common()


def forecast_view(step: Any) -> dict[str, Any]:
    """Return the figures and warnings of a step before a launch, and whether it would be refused.

    What the company still lacks (``is_ready``) refuses the launch alone, and no review.
    """
    forecast = step_forecast(step)
    warnings = step_warnings(step, forecast=forecast)
    missing = readiness()
    return {
        "warnings": [
            *(warning_text(code) for code in warnings),
            *lacking(missing),
            *city_warnings(step.campaign.audience),
            *sender_warnings(step),
        ],
        "is_forbidden": not FORBIDDING.isdisjoint(warnings),
        "is_ready": missing.is_whole,
        "size": forecast.size,
        "will_send": forecast.will_send,
        # Of a step that comes days later nobody waits for this night.
        "waiting": forecast.waiting if step.position == 1 else 0,
        "excluded": forecast.size - forecast.will_send,
        "reasons": reasons(forecast.refused),
    }


def check_view(step: Any) -> dict[str, Any]:
    """Return the same with the parts of one message and of all of them, by the longest of some samples.

    ``has_fewer``: with another name a message takes fewer parts.
    """
    view = forecast_view(step)
    samples = [preview.segments for preview in step_previews(step)]
    parts = max(samples) * view["will_send"]
    facts = {"segments": max(samples), "has_fewer": min(samples) < max(samples), "parts": parts}
    return view | facts | {"is_sms": is_in_parts(step.channel)}


def step_facts(step: Any, *, image_form: ImageForm | None = None, may_change: bool = False) -> dict[str, Any]:
    """Return what every page of a campaign shows of one step."""
    return {"step": step, "when": step_when(step), **image_facts(step, form=image_form, may_change=may_change)}


def launch_facts(steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Add to the facts of each step what a launch would do, and return what a page says of all of them."""
    for facts in steps:
        facts["check"] = check_view(facts["step"])
        facts.update(price_facts(facts["step"], people=facts["check"]["will_send"]))
    return {
        "steps": steps,
        "is_forbidden": any(facts["check"]["is_forbidden"] or facts["image_refused"] for facts in steps),
        "is_asking": any((facts["price"] or {}).get("is_asking") for facts in steps),
    }


def signature_facts(campaign: Any, *, user: User) -> dict[str, Any]:
    """Return what a page offers this person, and the steps whose words of offers need the DPO."""
    steps = campaign.steps.all()
    return {
        "acts": campaign_acts(
            state=campaign.state,
            created_by_id=campaign.created_by_id,
            user=user,
            dpo_signs=any(dpo_must_sign(step) for step in steps),
        ),
        "offers": [(step, offers) for step in steps if (offers := offers_in_service(step))],
    }


def stages_shown(channels: Collection[Channel]) -> Stages:
    """Return the stages of a funnel; what only people with accounts can do needs a channel of those."""
    left_out = set() if Channel.MAX in channels else {"max_linked"}
    if not any(channel.kind.spec.is_account for channel in channels):
        left_out.add("dialogue_ended")
    return tuple(stage for stage in STAGES if stage[0] not in left_out)


def funnel_bars(rows: Sequence[FunnelRow], *, stages: Stages, campaign_id: int, user: User) -> list[Bar]:
    """Add the touchpoints of a campaign up into one funnel; a figure leads to its list where this person may see it."""
    return [_bar(rows, name, str(label), campaign_id=campaign_id, user=user) for name, label in stages]


def _bar(rows: Sequence[FunnelRow], name: str, label: str, *, campaign_id: int, user: User) -> Bar:
    counts = [count for count in (figure(row, name) for row in rows) if count is not None]
    if rows and not counts:
        return Bar(label=label, value=None, note=_("почта не сообщает"))
    url = reverse("staff:campaign_people", args=[campaign_id, name]) if may_list(name, user=user) else ""
    return Bar(label=label, value=sum(counts), url=url)


def figure(row: FunnelRow, name: str) -> int | None:
    """Return one figure of a touchpoint; None for deliveries of letters, of which no mail server tells."""
    value: int = getattr(row, name)
    if name == "delivered" and not value and row.kind in Channel.values and not Channel(row.kind).spec.reports_delivery:
        return None
    return value


def may_list(stage: str, *, user: User) -> bool:
    """Return whether this person may see the people of a figure. Who consented is for readers of the register."""
    return has_right(user, Right.READ_REGISTER if stage == "consented" else Right.READ_CAMPAIGNS)


def live_facts(campaign_id: int, *, user: User) -> dict[str, Any]:
    """Return everything that the page of a launched campaign shows."""
    status = campaign_status(campaign_id=campaign_id)
    rows = _agreeing(funnel(campaign_id=campaign_id), status)
    stages = stages_shown(channels_in_use())
    return {
        "status": status,
        "done": max((status.planned_total or 0) - status.open, 0),
        "left": _time_left(status),
        "is_live": status.state in LIVE,
        "skipped": reasons(status.skipped_by_reason),
        "failed": failures(status.failed_by_code),
        "lists": {
            state.value: reverse("staff:campaign_messages", args=[campaign_id, state.value])
            for state in (MessageState.UNKNOWN, MessageState.FAILED, MessageState.SKIPPED)
        },
        "bars": funnel_bars(rows, stages=stages, campaign_id=campaign_id, user=user),
        "touchpoints": _touchpoints(rows, stages),
        "stages": [label for _name, label in stages],
        "counts_ends": "dialogue_ended" in dict(stages),
        "tells_delivery": Channel(status.channel).spec.reports_delivery,
        **charged_facts(status, is_live=status.state in LIVE),
        **stand_facts(status, channel=status.channel),
    }


def _agreeing(rows: Sequence[FunnelRow], status: CampaignStatus) -> list[FunnelRow]:
    """Return the touchpoints with the figures of the status, which was read a moment before: a page says each once.

    Where several have messages, their figures add up to those of the status but for what came in that moment.
    """
    sending = [row for row in rows if row.planned]
    if len(sending) != 1:
        return list(rows)
    planned = status.planned_total or sending[0].planned
    told = replace(sending[0], planned=planned, sent=status.sent, delivered=status.delivered)
    return [told if row == sending[0] else row for row in rows]


def _touchpoints(rows: Sequence[FunnelRow], stages: Stages) -> list[tuple[str | Promise, list[int | None]]]:
    """Return the funnel by touchpoint: its label and a figure for each stage."""
    labels = touchpoint_labels()
    is_many = len({row.position for row in rows}) > 1
    found: list[tuple[str | Promise, list[int | None]]] = []
    for row in rows:
        label = row.label or labels.get(row.kind, row.kind)
        of_step = _("Шаг %(number)s, %(where)s") % {"number": row.position, "where": label}
        found.append((of_step if is_many else label, [figure(row, name) for name, _label in stages]))
    return found


def _time_left(status: CampaignStatus) -> str:
    """Return how long it may still take at the pace of the last minutes; nothing while that is not known."""
    if status.state != CampaignState.RUNNING or not status.open:
        return ""
    per_minute = campaign_pace(campaign_id=status.campaign_id)
    if not per_minute:
        return ""
    minutes = max(1, round(status.open / per_minute))
    if minutes > SIXTY * 24:
        return _("больше суток")
    if minutes > SIXTY * 2:
        return _("осталось около %(n)s ч.") % {"n": round(minutes / SIXTY)}
    return _("осталось около %(n)s мин.") % {"n": minutes}
