"""Outcomes of doubtful messages that staff found out elsewhere: one act for a whole list, by a page or a command."""

from collections.abc import Mapping
from uuid import UUID

from notify import tasks
from notify.outbox.watching.resolution import Resolution, Resolved, messages_resolve
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import recorded
from portal.operations.nudges import nudge


def resolve_messages(
    *, actor: StaffActor, outcomes: Mapping[UUID, Resolved], reason: str, campaign_id: int | None = None
) -> Resolution:
    """Write down what became of the messages of a list; nothing is sent again.

    The journal gets one row, with how many were settled and the hash of the list. A repeat settles none.
    """
    said = set(outcomes.values())
    details = {"outcome": said.pop()} if len(said) == 1 else {}
    about = ("campaign", campaign_id) if campaign_id is not None else ("message", "")
    with recorded(actor, AuditedAction.MESSAGES_SETTLED, *about, reason=reason, details=details) as note:
        done = messages_resolve(outcomes=outcomes, campaign_id=campaign_id)
        note.details |= {"count": done.resolved, "list_sha256": done.sha256}
        nudge(tasks.finish_campaigns)
    return done
