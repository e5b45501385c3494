"""Make an account of staff from the shell: the first administrator, or any other role."""

import getpass
import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from portal.accounts.accounts import PASSWORD_LENGTH
from portal.audit.actor import StaffActor
from portal.errors import EmailTaken
from portal.flows.users import create_user
from portal.models.user import Role


class Command(BaseCommand):
    """Ask for a password, or make one and print it once."""

    help = _("Создать учётную запись сотрудника: staff_create anna@bank.example --name 'Анна' --role administrator")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("email", help=_("почта, по которой сотрудник входит"))
        parser.add_argument("--name", required=True, help=_("имя и фамилия"))
        parser.add_argument("--role", required=True, choices=Role.values, help=_("роль"))
        parser.add_argument("--ask", action="store_true", help=_("спросить пароль, а не придумать его"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make the account."""
        password = self._password(ask=options["ask"])
        try:
            validate_email(options["email"])
            create_user(
                actor=StaffActor(user=None, way_in="manage.py staff_create"),
                email=options["email"],
                name=options["name"],
                role=options["role"],
                password=password,
            )
        except ValidationError as error:
            raise CommandError(_("Это не адрес электронной почты.")) from error
        except EmailTaken as error:
            raise CommandError(_("Учётная запись с этой почтой уже есть.")) from error
        self.stdout.write(_("Учётная запись создана: %(email)s") % {"email": options["email"].lower()})
        if not options["ask"]:
            self.stdout.write(_("Пароль, показан один раз: %(password)s") % {"password": password})

    def _password(self, *, ask: bool) -> str:
        """Ask twice on a terminal, else make one."""
        if not ask:
            return secrets.token_urlsafe(PASSWORD_LENGTH)
        password = getpass.getpass(_("Пароль: ")) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
