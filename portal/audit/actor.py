"""Who does an act of staff, and by which way in: built from a request in `request_actor`, or by a command."""

from dataclasses import dataclass

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
