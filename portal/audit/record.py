"""What staff did, saw and took away: one writer, always in the transaction of the act itself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from portal.client import client_address
from portal.models import StaffAction, User


def action_record(
    *,
    user: User | None,
    action: str,
    object_kind: str = "",
    object_id: str | int = "",
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    ip: str | None = None,
    actor: str = "",
) -> int:
    """Add one row to the journal of staff and give its id. A repeat adds a second row.

    ``details`` holds counts, hashes and names of filters, never a contact, a name or a text. ``actor`` names a
    command when nobody is logged in. Call it inside the transaction of the act, or use `recorded`.
    """
    return StaffAction.objects.create(
        user=user,
        actor=user.email if user else actor,
        action=action,
        object_kind=object_kind,
        object_id=str(object_id),
        reason=reason[:300],
        details=dict(details or {}),
        ip=_address(ip),
    ).pk


def _address(ip: str | None) -> str | None:
    """Keep only what is an address: a proxy may note a word instead."""
    try:
        return str(ip_address(ip or ""))
    except ValueError:
        return None


@dataclass(slots=True)
class ActionNote:
    """What is written when the block ends; the block may fill in what it learns."""

    object_id: str | int = ""
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@contextmanager
def recorded(
    request: HttpRequest,
    action: str,
    *,
    object_kind: str = "",
    object_id: str | int = "",
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> Iterator[ActionNote]:
    """Run an act of the logged-in person and its record in one transaction: both stay or neither does."""
    with transaction.atomic():
        note = ActionNote(object_id=object_id, reason=reason, details=dict(details or {}))
        yield note
        action_record(
            user=staff_user(request),
            action=action,
            object_kind=object_kind,
            object_id=note.object_id,
            reason=note.reason,
            details=note.details,
            ip=client_address(request),
        )


def staff_user(request: HttpRequest) -> User | None:
    """Give the active member of staff behind a request, None for everyone else."""
    user = request.user
    return user if isinstance(user, User) and user.is_active else None


def acting_user(request: HttpRequest) -> User:
    """Give the member of staff behind a request that a guard has let in."""
    user = staff_user(request)
    if user is None:
        raise LookupError("a guarded view was called without a member of staff")
    return user
