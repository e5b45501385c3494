"""What staff do with a campaign, by a page, a command or the API: the act, its row in the journal, the task it starts.

Rights are checked at the way in, before a flow is called; author and second person are told apart by the services.
"""

from typing import IO, Any, Literal

from django.db import transaction

from consents.enums import Channel, LegalBasis
from notify import tasks
from notify.campaigns import lifecycle
from notify.campaigns.content import Content
from notify.campaigns.ground import dpo_must_sign, needs_subscriber_consent, offers_in_service
from notify.campaigns.images import images_copy
from notify.campaigns.reading import campaign_step, campaign_steps
from notify.campaigns.sms.pricing import price_forget
from notify.channels.base import ImageLimits
from notify.errors import CampaignNotFound
from notify.links.issuing import campaign_links_revoke
from notify.messages.image_file import image_read
from notify.messages.transactional import step_test
from notify.outbox.watching.resolution import message_resolve
from notify.types import CampaignSpec, StepSpec
from portal.accounts.own_contacts import own_address_of
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import action_record, recorded
from portal.operations.nudges import nudge


def create_campaign(*, actor: StaffActor, spec: CampaignSpec, image_of: int | None = None) -> int:
    """Save a draft, with the pictures of the campaign ``image_of``; return its number. Raises SpecRefused."""
    with recorded(actor, AuditedAction.CAMPAIGN_CREATED, "campaign") as note:
        note.object_id = campaign_id = lifecycle.campaign_create(spec=spec, created_by_id=actor.user_id)
        if image_of is not None:
            images_copy(from_id=image_of, to_id=campaign_id)
        note.details |= _ground(spec)
    return campaign_id


def change_campaign(*, actor: StaffActor, campaign_id: int, spec: CampaignSpec) -> None:
    """Rewrite a draft or a campaign under review, which becomes a draft. Raises SpecRefused, MoveRefused."""
    with recorded(actor, AuditedAction.CAMPAIGN_CHANGED, "campaign", campaign_id) as note:
        note.details["revision"] = lifecycle.campaign_change(campaign_id=campaign_id, spec=spec)
        note.details |= _ground(spec)


def remove_step(*, actor: StaffActor, campaign_id: int, position: int) -> None:
    """Delete one step of a draft. Raises CampaignNotFound, LastStep, MoveRefused."""
    with recorded(actor, AuditedAction.CAMPAIGN_CHANGED, "campaign", campaign_id) as note:
        note.details["revision"] = lifecycle.campaign_step_remove(campaign_id=campaign_id, position=position)
        note.details["removed_step"] = position


def put_image(*, actor: StaffActor, campaign_id: int, position: int, file: IO[bytes], limits: ImageLimits) -> None:
    """Keep a picture for a step of a draft in place of the one it had. Raises ImageRefused, MoveRefused.

    The file is read before anything is locked: that takes a while.
    """
    image = image_read(file, limits=limits)
    with recorded(actor, AuditedAction.CAMPAIGN_CHANGED, "campaign", campaign_id) as note:
        note.details["revision"] = lifecycle.campaign_image_put(campaign_id=campaign_id, position=position, image=image)
        note.details["image"] = image.sha256


def remove_image(*, actor: StaffActor, campaign_id: int, position: int) -> None:
    """Take the picture of a step of a draft away. Raises MoveRefused."""
    with recorded(actor, AuditedAction.CAMPAIGN_CHANGED, "campaign", campaign_id) as note:
        note.details["revision"] = lifecycle.campaign_image_remove(campaign_id=campaign_id, position=position)
        note.details["image"] = "removed"


def send_sample(
    *, actor: StaffActor, campaign_id: int, position: int = 1, address: str = "", to_own: bool = False
) -> None:
    """Queue one copy of a step with made-up values for the person who asks. Raises TestAddressRefused.

    ``to_own``: to the contact that this person has proven for tests. A typed ``address`` is for the sandbox alone.
    """
    step = campaign_step(campaign_id=campaign_id, position=position)
    if to_own:
        kind = Channel(step.channel).kind
        address = own_address_of(user_id=actor.user_id, kind=kind)
    details = {"is_own": True} if to_own else {}
    with recorded(actor, AuditedAction.CAMPAIGN_TESTED, "campaign", campaign_id, details=details):
        step_test(step_id=step.pk, asked_by_id=actor.user_id, address=address, is_proven=to_own and bool(address))
        nudge(tasks.send_transactional)


def ask_price(*, actor: StaffActor, campaign_id: int, position: int = 1) -> bool:
    """Ask the provider anew what a step would cost; False when it was asked within the last minute."""
    step = campaign_step(campaign_id=campaign_id, position=position)
    with recorded(actor, AuditedAction.CAMPAIGN_PRICED, "campaign", campaign_id):
        is_due = price_forget(step_id=step.pk)
        nudge(tasks.price_step, step.pk)
    return is_due


def submit_campaign(*, actor: StaffActor, campaign_id: int) -> Content:
    """Ask for a second person. Raises AudienceEmpty, ChannelNotConnected, MoveRefused."""
    with recorded(actor, AuditedAction.CAMPAIGN_SUBMITTED, "campaign", campaign_id) as note:
        content = lifecycle.campaign_submit(campaign_id=campaign_id)
        for step in campaign_steps(campaign_id=campaign_id):
            nudge(tasks.price_step, step.pk)
        note.details |= {"size": content.size, "content_sha256": content.sha256}
    return content


def return_campaign(*, actor: StaffActor, campaign_id: int, reason: str) -> None:
    """Make a campaign under review a draft again, with a reason for its author. Raises MoveRefused."""
    with recorded(actor, AuditedAction.CAMPAIGN_RETURNED, "campaign", campaign_id, reason=reason):
        lifecycle.campaign_return(campaign_id=campaign_id, reason=reason)


@transaction.atomic
def launch_campaign(*, actor: StaffActor, campaign_id: int, approved_sha256: str, is_dpo: bool = False) -> bool:
    """Launch what the second person saw, see `campaign_launch`. A repeat launches, records and starts nothing."""
    is_new = lifecycle.campaign_launch(
        campaign_id=campaign_id, launched_by_id=actor.user_id, content_sha256=approved_sha256, is_dpo=is_dpo
    )
    if is_new:
        details = {"content_sha256": approved_sha256, "is_new": True}
        if any(dpo_must_sign(step) for step in campaign_steps(campaign_id=campaign_id)):
            details["is_dpo"] = True
        action_record(actor, AuditedAction.CAMPAIGN_LAUNCHED, "campaign", campaign_id, details=details)
        nudge(tasks.plan_campaign, campaign_id)
    return is_new


def pause_campaign(*, actor: StaffActor, campaign_id: int) -> None:
    """Stop handing over for a while. Raises MoveRefused."""
    with recorded(actor, AuditedAction.CAMPAIGN_PAUSED, "campaign", campaign_id):
        lifecycle.campaign_pause(campaign_id=campaign_id)


def continue_campaign(*, actor: StaffActor, campaign_id: int) -> None:
    """Go on after a pause. Raises MoveRefused."""
    with recorded(actor, AuditedAction.CAMPAIGN_CONTINUED, "campaign", campaign_id):
        lifecycle.campaign_continue(campaign_id=campaign_id)
        for channel in {step.channel for step in campaign_steps(campaign_id=campaign_id)}:
            nudge(tasks.send_chunk, channel)


def stop_campaign(*, actor: StaffActor, campaign_id: int) -> None:
    """End a campaign for good. Raises MoveRefused."""
    with recorded(actor, AuditedAction.CAMPAIGN_STOPPED, "campaign", campaign_id):
        lifecycle.campaign_stop(campaign_id=campaign_id)


def revoke_links(*, actor: StaffActor, campaign_id: int) -> None:
    """Close every personal link that a campaign has sent so far. Raises CampaignNotFound."""
    with recorded(actor, AuditedAction.CAMPAIGN_LINKS_REVOKED, "campaign", campaign_id):
        if not campaign_links_revoke(campaign_id=campaign_id):
            raise CampaignNotFound


def settle_message(
    *, actor: StaffActor, campaign_id: int, message_id: int, outcome: Literal["accepted", "failed"], reason: str
) -> None:
    """Write down what became of a doubtful message. Raises MessageNotFound, MoveRefused."""
    details = {"campaign": campaign_id, "outcome": outcome}
    with recorded(actor, AuditedAction.MESSAGE_SETTLED, "message", message_id, reason=reason, details=details):
        message_resolve(campaign_id=campaign_id, message_id=message_id, outcome=outcome)
        nudge(tasks.finish_campaigns)


def _ground(spec: CampaignSpec) -> dict[str, Any]:
    """Return what a campaign stands on, for the journal; what is usual, or as in the first step, is left out."""
    first, *later = (_step_ground(step) for step in spec.steps)
    said = [{"step": number, **ground} for number, ground in enumerate(later, start=2) if ground not in ({}, first)]
    return first | ({"later_steps": said} if said else {})


def _step_ground(spec: StepSpec) -> dict[str, Any]:
    said: dict[str, Any] = {"basis": spec.legal_basis} if spec.legal_basis != LegalBasis.CONTRACT else {}
    if spec.legal_basis == LegalBasis.LAW:
        said["norm"] = spec.norm
    if needs_subscriber_consent(spec):
        said |= {"subscriber_consent": spec.subscriber_consent, "contract_clause": spec.contract_clause}
        said["contract_date"] = spec.contract_date.isoformat() if spec.contract_date else ""
    if offers := offers_in_service(spec):
        said |= {"offers": list(offers), "offer_reason": spec.offer_reason}
    return said
