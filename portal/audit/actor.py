"""Who does an act of staff, and by which way in: built here from a request, and in `management` for a command."""

from dataclasses import dataclass

from django.http import HttpRequest

from portal.client import client_address
from portal.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffActor:
    """Who acts, from which address, by which way in.

    ``user`` is None for a command that runs in nobody's name. ``way_in`` is the path of a page or of an endpoint, or
    the command as it is typed: `manage.py staff_create`.
    """

    user: User | None
    address: str = ""
    way_in: str = ""

    @property
    def user_id(self) -> int:
        """Return the id of the member of staff. Raises LookupError where there is none."""
        if self.user is None:
            raise LookupError(f"{self.way_in} acts in nobody's name")
        return self.user.pk


def staff_user(request: HttpRequest) -> User | None:
    """Return the active member of staff behind a request, None for everyone else."""
    user = request.user
    return user if isinstance(user, User) and user.is_active else None


def acting_user(request: HttpRequest) -> User:
    """Return the member of staff behind a request that a guard has let in. Raises LookupError where there is none."""
    user = staff_user(request)
    if user is None:
        raise LookupError("a guarded view was called without a member of staff")
    return user


def actor_of(request: HttpRequest) -> StaffActor:
    """Return who acts by a request that a guard has let in. Raises LookupError where there is nobody."""
    return StaffActor(user=acting_user(request), address=client_address(request), way_in=request.path)
