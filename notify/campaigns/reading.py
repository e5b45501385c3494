"""Campaigns as staff see them: the list, the status, warnings before a launch, previews."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from django.db.models import (
    DurationField,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Now
from django.utils import translation

from consents.enums import Channel
from consents.normalise import contact_mask
from consents.reach.recipients import RecipientRow, recipients_read
from notify.campaigns.drafts import step_spec
from notify.campaigns.ground import ground_problems
from notify.campaigns.recipients import Forecast, campaign_audience
from notify.campaigns.sms.parts import has_too_many_parts
from notify.channel_settings import channels_connected
from notify.contracts import contract_refusal
from notify.errors import CampaignNotFound
from notify.messages.composing import sample_link, text_of
from notify.messages.invented_names import name_shape
from notify.messages.sms_segments import sms_parts
from notify.messages.transactional import LANGUAGE
from notify.models import Campaign, CampaignStep, ChannelSetting, MessageTally
from notify.outbox.tallies import campaigns_summed, summed
from notify.types import CampaignSpec, CampaignStatus, MessagePreview, PartsCharged

_STEPS: Final = Prefetch("steps", CampaignStep.objects.order_by("position"))
SAMPLE: Final = 5
LOOKED_AT: Final = 200
"""People among whom those of a preview are found."""
ENDED: Final = ("sent", "skipped", "failed", "unknown")
COUNTED: Final = (*ENDED, "delivered")
PACE_WITHIN: Final = timedelta(minutes=10)
PACE_AFTER: Final = timedelta(seconds=20)
"""From fewer seconds no hours are told: of the first messages only the connection would be timed."""
FORBIDDING: Final = frozenset({"channel_not_connected", "audience_empty", "ground_missing", "too_many_parts"})
"""Warnings of `step_warnings` with which the services neither submit nor launch."""
CONTRACT_WARNINGS: Final = {"channel_closed": "max_contract_missing", "not_in_contract": "kind_not_in_contract"}
"""Answer of `contract_refusal` -> warning."""


def campaigns_listed(*, state: str = "") -> QuerySet[Campaign]:
    """Return the campaigns, newest first, with their author and who launched them."""
    campaigns = Campaign.objects.select_related("created_by", "launched_by").prefetch_related(_STEPS).order_by("-id")
    return campaigns.filter(state=state) if state else campaigns


def campaign_read(*, campaign_id: int) -> Campaign:
    """Return one campaign. Raises `CampaignNotFound`."""
    campaign = campaigns_listed().filter(pk=campaign_id).first()
    if campaign is None:
        raise CampaignNotFound
    return campaign


def campaign_names(*, beginning: str) -> set[str]:
    """Return the names of campaigns that begin with these words."""
    return set(Campaign.objects.filter(name__startswith=beginning).values_list("name", flat=True))


def campaign_spec(campaign: Campaign) -> CampaignSpec:
    """Return the specification of a campaign, for the editor."""
    return CampaignSpec(
        name=campaign.name,
        steps=tuple(step_spec(step) for step in campaign.steps.all()),
        audience=campaign.audience,
        send_from=campaign.send_from,
        send_until=campaign.send_until,
    )


def campaign_steps(*, campaign_id: int) -> list[CampaignStep]:
    """Return the steps of a campaign in their order, each with its campaign. Raises `CampaignNotFound`."""
    return list(campaign_read(campaign_id=campaign_id).steps.all())


def campaign_step(*, campaign_id: int, position: int) -> CampaignStep:
    """Return one step with its campaign. Raises `CampaignNotFound` where there is none."""
    for step in campaign_steps(campaign_id=campaign_id):
        if step.position == position:
            return step
    raise CampaignNotFound


def campaign_status(*, campaign_id: int) -> CampaignStatus:
    """Return where a campaign stands. One statement reads campaign and figures, so that they agree."""
    campaigns: QuerySet[Campaign, Any] = Campaign.objects.filter(pk=campaign_id).values(
        "name", "state", "launched_at", "finished_at", campaign_id=F("id"), planned_total=F("planned_count")
    )
    first = CampaignStep.objects.filter(campaign_id=OuterRef("pk"), position=1)
    by_reason = campaigns.annotate(
        reason=Coalesce("tallies__reason", Value("")), channel=Subquery(first.values("channel"))
    )
    rows = list(by_reason.annotate(**{name: summed(name, of="tallies__") for name in (*COUNTED, "planned")}))
    if not rows:
        raise CampaignNotFound
    totals = {name: sum(row[name] for row in rows) for name in (*COUNTED, "planned")}
    planned = totals.pop("planned")
    told = {name: value for name, value in rows[0].items() if name not in {*COUNTED, "planned", "reason"}}
    return CampaignStatus(
        **told,
        **totals,
        open=planned - sum(totals[name] for name in ENDED),
        skipped_by_reason=_by("skipped", rows),
        failed_by_code=_by("failed", rows),
        complete=told["planned_total"] == planned,
    )


def reasons_counted(*, campaign_id: int, state: str) -> dict[str, int]:
    """Return the messages of a campaign in one state by the code of their reason, the commonest first."""
    tallies: QuerySet[MessageTally, Any] = MessageTally.objects.filter(campaign_id=campaign_id).values("reason")
    return _by(state, tallies.annotate(**{state: summed(state)}))


def _by(figure: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    found = {row["reason"]: row[figure] for row in rows if row[figure]}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def campaign_parts(*, campaign_id: int) -> PartsCharged:
    """Return what the provider charges for the messages it took, beside what we have counted."""
    figures = ("priced", "charged", "counted", "counted_of_all")
    found = campaigns_summed(*figures, campaign_ids=[campaign_id])[campaign_id]
    return PartsCharged(messages=found.pop("priced"), **found)


def campaign_pace(*, campaign_id: int) -> float:
    """Return how many messages are handed over in a minute, by those of the last ten minutes; 0 while nobody can say.

    The time counts from the first of them until now: a minute that has just begun, or a stop in between, is no pace.
    """
    recent = MessageTally.objects.filter(campaign_id=campaign_id, sent__gt=0, at__gte=Now() - PACE_WITHIN)
    counts = recent.aggregate(
        sent=Sum("sent"), lasted=ExpressionWrapper(Now() - Min("at"), output_field=DurationField())
    )
    lasted = counts["lasted"] or timedelta()
    return counts["sent"] / (lasted / timedelta(minutes=1)) if lasted >= PACE_AFTER else 0


def step_warnings(step: CampaignStep, *, forecast: Forecast) -> list[str]:
    """Return codes of what the author should know before the review. Those of `FORBIDDING` forbid the launch."""
    warnings = []
    if Channel(step.channel) not in channels_connected():
        warnings.append("channel_not_connected")
    if any(ground_problems(step)):
        warnings.append("ground_missing")
    if has_too_many_parts(step):
        warnings.append("too_many_parts")
    if refusal := contract_refusal(channel=step.channel, kind=step.text_kind):
        warnings.append(CONTRACT_WARNINGS[refusal])
    if ChannelSetting.objects.filter(channel=step.channel, is_open=False).exists():
        warnings.append("channel_closed")
    if forecast.size == 0:
        warnings.append("audience_empty")
    elif forecast.will_send == 0:
        warnings.append("nobody_may_be_written_to")
    return warnings


def step_previews(
    step: CampaignStep, *, limit: int = SAMPLE, name_shown: Callable[[str], str] = str
) -> list[MessagePreview]:
    """Return rendered copies for people of the audience whose letters look different; make no link.

    Of the first people who have a contact for the channel there is one for each shape of a name, the commonest shape
    first, and of each the longest. They are in the language of the letters, whatever the reader's own. ``name_shown``
    invents names for those who may not see real ones. With an empty audience there is one copy with made-up values
    (``customer_id`` 0).
    """
    kind = Channel(step.channel).kind
    contacts = (
        campaign_audience(step.campaign)
        .filter(contact_points__kind=kind, contact_points__is_current=True)
        .order_by("id")
        .values_list("contact_points__id", flat=True)[:LOOKED_AT]
    )
    found = recipients_read(contact_point_ids=list(contacts)).values()
    people = _of_each_shape(found, flags="??" in step.text)[:limit]
    shown = [replace(person, name=name_shown(person.name)) if person.name else person for person in people]
    with translation.override(LANGUAGE):
        return [_preview(step, person) for person in shown] or [_preview(step, None)]


def _of_each_shape(people: Iterable[RecipientRow], *, flags: bool) -> list[RecipientRow]:
    """Return people whose letters differ by the shape of the name, by a flag where the text has any; then others."""
    shapes: dict[tuple[object, ...], list[RecipientRow]] = {}
    for person in people:
        held = (person.has_foreign_messenger, person.contact_confirmed) if flags else ()
        shapes.setdefault((name_shape(person.name), *held), []).append(person)
    groups = [
        sorted(group, key=lambda one: (-len(one.name), one.customer_id))
        for group in sorted(shapes.values(), key=lambda group: (-len(group), min(one.customer_id for one in group)))
    ]
    firsts = [group[0] for group in groups]
    return [*firsts, *(one for group in groups for one in group[1:])]


def _preview(step: CampaignStep, person: RecipientRow | None) -> MessagePreview:
    text = text_of(step)
    message = text.compose(reference="", address="", person=person, link=sample_link(step.channel))
    return MessagePreview(
        customer_id=person.customer_id if person else 0,
        mask=_mask(step.channel, person.address) if person else "",
        name=person.name if person else "",
        subject=message.subject,
        text=message.text,
        html=message.html,
        segments=len(sms_parts(message.text)) if Channel(step.channel).spec.is_in_segments else 0,
    )


def _mask(channel: str, address: str) -> str:
    kind = Channel(channel).kind
    mask = contact_mask(kind, address)
    return f"{mask} •••{address[-2:]}" if kind.spec.mask == "word" else mask
