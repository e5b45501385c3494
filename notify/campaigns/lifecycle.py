"""The life cycle of a campaign: written by one person, launched by another, paused, continued, stopped."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from consents.documents.readiness import readiness
from consents.enums import Channel
from notify.campaigns.content import Content, content_now
from notify.campaigns.drafts import campaign_values
from notify.campaigns.ground import dpo_must_sign, ground_problems
from notify.campaigns.images import image_check, image_delete, image_store
from notify.campaigns.sms.parts import parts_check
from notify.campaigns.spec import spec_check
from notify.channel_settings import channels_connected
from notify.enums import CampaignState, StepCondition
from notify.errors import (
    AudienceEmpty,
    CampaignChanged,
    CampaignNotFound,
    ChannelNotConnected,
    DpoNeeded,
    GroundMissing,
    LastStep,
    LaunchNotReady,
    MoveRefused,
    SecondPersonNeeded,
)
from notify.messages.image_file import ImageFile
from notify.models import Campaign, CampaignStep
from notify.outbox.brake import brake_release
from notify.outbox.state import campaign_move_check
from notify.types import CampaignSpec, StepSpec

LAUNCHED = frozenset({CampaignState.PLANNING, CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.FINISHED})


@transaction.atomic
def campaign_create(*, spec: CampaignSpec, created_by_id: int) -> int:
    """Save a draft and return its number. Raises `SpecRefused`. Each call makes another draft."""
    campaign = Campaign.objects.create(created_by_id=created_by_id, **campaign_values(spec_check(spec)))
    _steps_write(campaign.pk, spec.steps)
    return campaign.pk


@transaction.atomic
def campaign_change(*, campaign_id: int, spec: CampaignSpec) -> int:
    """Rewrite a campaign in draft or under review, void its review, and return the new revision.

    Steps are told apart by their places: each keeps its picture, those beyond the new ones are deleted. Raises
    `MoveRefused` once the campaign has been launched.
    """
    revision = _revised(campaign_id, campaign_values(spec_check(spec)))
    _steps_write(campaign_id, spec.steps)
    return revision


@transaction.atomic
def campaign_step_remove(*, campaign_id: int, position: int) -> int:
    """Delete one step with its picture, void the review and return the new revision. The others move up.

    The first that is left goes to everybody. Raises `CampaignNotFound` without such a step, `LastStep` for the only
    one, `MoveRefused` once the campaign has been launched.
    """
    revision = _revised(campaign_id, {})
    steps = CampaignStep.objects.filter(campaign_id=campaign_id)
    gone = steps.filter(position=position).first()
    if gone is None:
        raise CampaignNotFound
    if steps.count() == 1:
        raise LastStep
    gone.delete()
    steps.filter(position__gt=position).update(position=F("position") - 1)
    steps.filter(position=1).update(condition=StepCondition.EVERYBODY, wait_days=0)
    return revision


@transaction.atomic
def campaign_image_put(*, campaign_id: int, position: int, image: ImageFile) -> int:
    """Keep a picture for a step of a campaign in draft or under review, in place of the one it had.

    Return the new revision.

    Voids its review. Raises `MoveRefused` once the campaign has been launched.
    """
    revision = _revised(campaign_id, {})
    image_store(step_id=_step_id(campaign_id, position), image=image)
    return revision


@transaction.atomic
def campaign_image_remove(*, campaign_id: int, position: int) -> int:
    """Take the picture of a step away; return the new revision of the campaign. Else as with a new one."""
    revision = _revised(campaign_id, {})
    image_delete(step_id=_step_id(campaign_id, position))
    return revision


@transaction.atomic
def campaign_submit(*, campaign_id: int) -> Content:
    """Put a draft under review and return what the second person will see.

    A repeat counts the audience anew and replaces the hash. Raises `AudienceEmpty`, `ChannelNotConnected` where
    no provider could take the messages, `ImageNotCarried` where one would not take the picture, `TooManyParts`, and
    `GroundMissing` for a draft of an older release or list of words.
    """
    campaign = _locked(campaign_id)
    if campaign.state != CampaignState.REVIEW:
        campaign_move_check(campaign.state, CampaignState.REVIEW)
    _steps_check(campaign)
    content = content_now(campaign)
    if content.size == 0:
        raise AudienceEmpty
    Campaign.objects.filter(pk=campaign_id).update(
        state=CampaignState.REVIEW, content_sha256=content.sha256, submitted_at=Now(), return_reason="", voided_at=None
    )
    return content


@transaction.atomic
def campaign_return(*, campaign_id: int, reason: str) -> None:
    """Make a campaign under review a draft again, with the reason for its author. A repeat changes nothing."""
    campaign = _locked(campaign_id)
    if campaign.state == CampaignState.DRAFT:
        return
    campaign_move_check(campaign.state, CampaignState.DRAFT)
    Campaign.objects.filter(pk=campaign_id).update(
        state=CampaignState.DRAFT, content_sha256="", submitted_at=None, voided_at=None, return_reason=reason
    )


@transaction.atomic
def campaign_launch(*, campaign_id: int, launched_by_id: int, content_sha256: str, is_dpo: bool = False) -> bool:
    """Launch what the second person saw; the way in then starts ``plan_campaign`` on commit.

    ``content_sha256`` is the hash that their screen showed. Raises `CampaignChanged` when words, conditions and people
    have another hash by now, `SecondPersonNeeded` for the author, `DpoNeeded` unless ``is_dpo`` for what the DPO must
    sign, `LaunchNotReady` while the company lacks what every message stands on, and whatever forbids its submission.
    Any number of parallel or repeated calls with one hash start one run; only the first returns True.
    """
    campaign = _locked(campaign_id)
    if campaign.state in LAUNCHED:
        if campaign.content_sha256 != content_sha256:
            raise CampaignChanged
        return False
    campaign_move_check(campaign.state, CampaignState.PLANNING)
    if campaign.created_by_id == launched_by_id:
        raise SecondPersonNeeded
    if any(dpo_must_sign(step) for step in campaign.steps.all()) and not is_dpo:
        raise DpoNeeded
    _readiness_check()
    _steps_check(campaign)
    content = content_now(campaign)
    if content.sha256 != content_sha256:
        raise CampaignChanged
    if content.size == 0:
        raise AudienceEmpty
    Campaign.objects.filter(pk=campaign_id).update(
        state=CampaignState.PLANNING,
        content_sha256=content_sha256,
        launched_by_id=launched_by_id,
        launched_at=Now(),
        voided_at=None,
    )
    return True


@transaction.atomic
def campaign_pause(*, campaign_id: int) -> bool:
    """Pause the sending; the gate of each message reads it at once. Return False when it was paused already."""
    return _move(campaign_id, CampaignState.PAUSED)


@transaction.atomic
def campaign_continue(*, campaign_id: int) -> bool:
    """Go on after a pause with messages that have not left. Return False when it was running already.

    One that was paused by itself bears twice as much from now on.
    """
    is_moved = _move(campaign_id, CampaignState.RUNNING, only_from=CampaignState.PAUSED)
    brake_release(campaign_id=campaign_id)
    return is_moved


@transaction.atomic
def campaign_stop(*, campaign_id: int) -> bool:
    """End a campaign; what has not left is skipped with the reason. Return False when it was stopped already."""
    return _move(campaign_id, CampaignState.STOPPED)


def _steps_write(campaign_id: int, specs: Sequence[StepSpec]) -> None:
    for position, spec in enumerate(specs, start=1):
        CampaignStep.objects.update_or_create(campaign_id=campaign_id, position=position, defaults=asdict(spec))
    CampaignStep.objects.filter(campaign_id=campaign_id, position__gt=len(specs)).delete()


def _step_id(campaign_id: int, position: int) -> int:
    found = CampaignStep.objects.filter(campaign_id=campaign_id, position=position).values_list("id", flat=True)
    try:
        return found.get()
    except CampaignStep.DoesNotExist as error:
        raise CampaignNotFound from error


def _locked(campaign_id: int) -> Campaign:
    campaign = Campaign.objects.select_for_update().filter(pk=campaign_id).first()
    if campaign is None:
        raise CampaignNotFound
    return campaign


def _revised(campaign_id: int, values: dict[str, Any]) -> int:
    """Store another revision of a draft, which voids its review. Raises `MoveRefused` once it has been launched."""
    campaign = _locked(campaign_id)
    if campaign.state != CampaignState.DRAFT:
        campaign_move_check(campaign.state, CampaignState.DRAFT)
    revision = campaign.revision + 1
    Campaign.objects.filter(pk=campaign_id).update(
        **values,
        state=CampaignState.DRAFT,
        revision=revision,
        content_sha256="",
        submitted_at=None,
        voided_at=None,
    )
    return revision


def _steps_check(campaign: Campaign) -> None:
    """Raise what forbids the submission and the launch of any step."""
    connected = channels_connected()
    for step in campaign.steps.order_by("position"):
        if Channel(step.channel) not in connected:
            raise ChannelNotConnected
        if any(ground_problems(step)):
            raise GroundMissing
        parts_check(step)
        image_check(step)


def _readiness_check() -> None:
    missing = readiness()
    if not missing.is_whole:
        raise LaunchNotReady(missing=missing)


def _move(campaign_id: int, new: CampaignState, only_from: CampaignState | None = None) -> bool:
    campaign = _locked(campaign_id)
    if campaign.state == new:
        return False
    if only_from is not None and campaign.state != only_from:
        raise MoveRefused(kind="campaign", old=campaign.state, new=new)
    campaign_move_check(campaign.state, new)
    Campaign.objects.filter(pk=campaign_id).update(state=new)
    return True
