"""Who acts by a request of the console."""

from django.http import HttpRequest

from portal.audit.actor import StaffActor
from portal.client import client_address
from portal.models import User


def staff_user(request: HttpRequest) -> User | None:
    """Return the active member of staff behind a request, None for everyone else."""
    user = request.user
    return user if isinstance(user, User) and user.is_active else None


def acting_user(request: HttpRequest) -> User:
    """Return the member of staff behind a request that a guard has checked. Raises LookupError where there is none."""
    user = staff_user(request)
    if user is None:
        raise LookupError("a guarded view was called without a member of staff")
    return user


def actor_of(request: HttpRequest) -> StaffActor:
    """Return who acts by a request that a guard has checked. Raises LookupError where there is nobody."""
    return StaffActor(user=acting_user(request), address=client_address(request), way_in=request.path)
