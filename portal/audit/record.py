"""What staff did, saw and took away: one writer, always in the transaction of the act itself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, Final

from django.db import transaction
from django.db.models.functions import Now

from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.models import StaffAction

DENIED_AGAIN: Final = timedelta(minutes=1)


def action_record(
    actor: StaffActor,
    action: str,
    object_kind: str = "",
    object_id: object = "",
    *,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> int:
    """Add one row to the journal of staff and return its id. A repeat adds a second row.

    ``details`` holds counts, hashes and names of filters, never a contact, a name or a text. The row names the way in
    where nobody is logged in. Call it inside the transaction of the act, or use `recorded`.
    """
    return StaffAction.objects.create(
        user=actor.user,
        actor=actor.user.email if actor.user else actor.way_in,
        action=action,
        object_kind=object_kind,
        object_id=str(object_id),
        reason=reason[:300],
        details=dict(details or {}),
        ip=_address(actor.address),
    ).pk


def denial_record(actor: StaffActor, object_kind: str, object_id: object, **details: str) -> None:
    """Write down that somebody was refused; the same refusal within a minute adds no second row."""
    lately = StaffAction.objects.filter(
        user=actor.user,
        action=AuditedAction.ACCESS_DENIED,
        object_kind=object_kind,
        object_id=str(object_id),
        occurred_at__gte=Now() - DENIED_AGAIN,
    )
    if not lately.exists():
        action_record(actor, AuditedAction.ACCESS_DENIED, object_kind, object_id, details=details)


def _address(ip: str) -> str | None:
    """Keep only what is an address: a proxy may note a word instead."""
    try:
        return str(ip_address(ip))
    except ValueError:
        return None


@dataclass(slots=True)
class ActionNote:
    """What is written when the block ends; the block may fill in what it learns.

    ``is_new`` is set to False by an act that has changed nothing: a repeat leaves no row.
    """

    object_id: object
    details: dict[str, Any] = field(default_factory=dict)
    is_new: bool = True


@contextmanager
def recorded(
    actor: StaffActor,
    action: str,
    object_kind: str = "",
    object_id: object = "",
    *,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> Iterator[ActionNote]:
    """Run an act and its record in one transaction: both stay or neither does."""
    with transaction.atomic():
        note = ActionNote(object_id, dict(details or {}))
        yield note
        if note.is_new:
            action_record(actor, action, object_kind, note.object_id, reason=reason, details=note.details)
