"""After a restore of the database: read back what lies outside it, take the provider's word, and go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction

from consents.answers.restoring import noes_restore, noes_waiting_count
from consents.outside.epochs import EpochView, epoch_begin, epoch_check, epoch_recovered
from consents.outside.noes import NO
from consents.outside.reading import Reach, lines_after_copy, outside_reach
from notify.campaigns import lifecycle
from notify.enums import CampaignState, MessageState
from notify.outbox.ahead import CLAIMED, ENDED, LINKS
from notify.outbox.state import RESTORED_FROM
from notify.outbox.watching.resolution import Resolution, Resolved, messages_resolve
from notify.outbox.watching.restoring import messages_restore
from notify.outbox.watching.unfinished import CampaignOpen, campaigns_open
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import action_record, recorded
from portal.errors import NotRestored, RestoreAtWork, RestoreUnread
from portal.flows.restoring.kept_refusals import carry_out_kept_refusals, carry_out_unknown_refusals

SOURCES: Final = (*RESTORED_FROM, MessageState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreView:
    """Where a restore stands: the epoch, how far the files go, whose noes wait, which campaigns have letters left."""

    epoch: EpochView
    reach: Reach
    noes_waiting: int
    campaigns: tuple[CampaignOpen, ...]


def restore_view() -> RestoreView:
    """Return where the installation stands now."""
    return RestoreView(
        epoch=epoch_check(),
        reach=outside_reach(),
        noes_waiting=noes_waiting_count(),
        campaigns=campaigns_open(),
    )


def ask_read_back(*, actor: StaffActor) -> None:
    """Record that what lies outside is to be read back; `read_back` does it. Raises NotRestored."""
    if not epoch_check().is_held:
        raise NotRestored
    with transaction.atomic():
        action_record(actor, AuditedAction.RESTORE_READ_BACK, "restore")


def read_back() -> dict[str, int]:
    """Read back noes, messages and links, then carry out the refusals whose links are known by that; return counts.

    Nothing while nothing is held. A repeat records nothing twice.
    """
    if not epoch_check().is_held:
        return {}
    noes = noes_restore(no for line in lines_after_copy() if line.get("kind") == NO for no in line.get("noes", ()))
    messages = messages_restore(line for line in lines_after_copy() if line.get("kind") in {CLAIMED, LINKS, ENDED})
    counts = {f"noes_{name}": count for name, count in noes.items()} | dict(messages)
    counts["unsubscribed"] = carry_out_kept_refusals() + carry_out_unknown_refusals()
    epoch_recovered(counts=counts)
    return counts


def resolve_restored(*, actor: StaffActor, outcomes: Mapping[UUID, Resolved], reason: str) -> Resolution:
    """Take the word of the provider's log for messages that the copy holds as unsent. Raises NotRestored."""
    if not epoch_check().is_held:
        raise NotRestored
    with recorded(actor, AuditedAction.MESSAGES_SETTLED, "restore", reason=reason) as note:
        done = messages_resolve(outcomes=outcomes, sources=SOURCES)
        note.details |= {"count": done.resolved, "list_sha256": done.sha256}
    return done


def end_restore(*, actor: StaffActor) -> tuple[int, ...]:
    """Let messages leave again; return the campaigns that are paused, because a person decides who else gets theirs.

    Raises NotRestored, RestoreUnread before anything was read back, RestoreAtWork while a campaign is being planned.
    """
    current = epoch_check()
    if not current.is_held:
        raise NotRestored
    if current.recovered_at is None:
        raise RestoreUnread
    left = campaigns_open()
    if any(campaign.state == CampaignState.PLANNING for campaign in left):
        raise RestoreAtWork
    paused = tuple(campaign.id for campaign in left if campaign.state == CampaignState.RUNNING)
    details = {"count": len(paused), "old": str(current.uuid)[:8]}
    with recorded(actor, AuditedAction.RESTORE_ENDED, "restore", current.id, details=details):
        for campaign_id in paused:
            lifecycle.campaign_pause(campaign_id=campaign_id)
        epoch_begin()
    return paused
