"""What the commands of campaigns share: who acts, and errors as sentences."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from consents.errors import RoomError
from notify.errors import SpecRefused
from portal.audit.actor import StaffActor
from portal.audit.permissions import Right, has_right
from portal.models import User
from portal.staff.campaigns.sentences import problem_text
from portal.ui.sentences import sentence_for


class CampaignCommand(BaseCommand):
    """A command about campaigns: errors of the rooms end it with a sentence and exit code 1."""

    acts_as: str = ""
    """Help for `--as`, the member of staff in whose name the command runs; empty where it runs in nobody's."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a campaign, and who acts; a command that makes one says what it takes itself."""
        parser.add_argument("campaign_id", type=int, help="номер кампании")
        if self.acts_as:
            parser.add_argument("--as", dest="email", required=True, help=self.acts_as)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run, and say what was refused."""
        try:
            return super().execute(*args, **options)
        except SpecRefused as error:
            problems = error.facts["problems"]
            assert isinstance(problems, tuple)  # noqa: S101 - what the error's docstring promises
            lines = [f"{problem.field}: {problem_text(problem)}" for problem in problems]
            raise CommandError("\n".join(lines)) from error
        except RoomError as error:
            sentence = sentence_for(error)
            raise CommandError(f"{sentence.title}. {sentence.text}") from error

    def acting_staff(self, email: str, right: Right) -> StaffActor:
        """Return the member of staff who acts. Raises CommandError unless active and in the right."""
        user = User.objects.filter(email=email.lower(), is_active=True).first()
        if user is None:
            raise CommandError(_("Учётной записи %(email)s нет, или она отключена.") % {"email": email})
        if not has_right(user, right):
            raise CommandError(_("У роли «%(role)s» нет на это права.") % {"role": user.get_role_display()})
        return StaffActor(user=user, way_in=f"manage.py {self.__module__.rpartition('.')[2]}")
