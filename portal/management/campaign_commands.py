"""What the commands of campaigns share: who acts, and errors as sentences."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from consents.errors import ConsentsError
from notify.errors import NotifyError, SpecRefused
from portal.audit.actor import StaffActor
from portal.audit.permissions import Right, has_right
from portal.models import User
from portal.staff.campaigns.sentences import problem_text
from portal.ui.sentences import sentence_for


def acting_staff(email: str, right: Right, command: str) -> StaffActor:
    """Return the member of staff in whose name a command runs. Raises CommandError unless active and in the right."""
    user = User.objects.filter(email=email.lower(), is_active=True).first()
    if user is None:
        raise CommandError(_("Учётной записи %(email)s нет, или она отключена.") % {"email": email})
    if not has_right(user, right):
        raise CommandError(_("У роли «%(role)s» нет на это права.") % {"role": user.get_role_display()})
    return StaffActor(user=user, way_in=f"manage.py {command}")


@contextmanager
def errors_told() -> Iterator[None]:
    """Turn the errors of the rooms into a sentence and exit code 1."""
    try:
        yield
    except SpecRefused as error:
        problems = error.facts["problems"]
        assert isinstance(problems, tuple)  # noqa: S101 - what the error's docstring promises
        lines = [f"{problem.field}: {problem_text(problem)}" for problem in problems]
        raise CommandError("\n".join(lines)) from error
    except (NotifyError, ConsentsError) as error:
        sentence = sentence_for(error)
        raise CommandError(f"{sentence.title}. {sentence.text}") from error
