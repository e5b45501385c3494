"""Roles, migrations and grants, in one repeatable step."""

from typing import Any

import psycopg
from django.core.management import CommandParser, call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from portal.operations.database_roles import (
    RolesMissing,
    acting_as_owner,
    grants_apply,
    roles_configured,
    roles_prepare,
)


class Command(BaseCommand):
    """Runs as the owner; services only ever get the application's address."""

    help = "Создать роли базы, применить миграции от имени владельца и раздать права. Повтор безвреден."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Let a start be quiet."""
        parser.add_argument("--quiet", action="store_true", help="Только об ошибках.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prepare; say in a sentence what an administrator has to do where the rights are too small."""
        try:
            roles_prepare()
            separate = self._migrate(quiet=options["quiet"])
        except RolesMissing as error:
            self.stderr.write("\n".join(error.statements))
            raise CommandError(
                "Ролей или базы нет, а создать их нельзя. Выполните эти строки от имени администратора PostgreSQL,"
                " заменив пароли, и повторите команду. Если роль уже есть, проверьте пароль в её адресе."
            ) from error
        except (psycopg.Error, DatabaseError) as error:
            raise CommandError(f"База данных не готова: {error}".strip()) from error
        if not options["quiet"]:
            self.stdout.write("Права розданы." if separate else "Одна роль на всё: права не разделены (см. doctor).")

    def _migrate(self, *, quiet: bool) -> bool:
        """Migrate and grant; tell whether there are separate roles to grant to."""
        roles = roles_configured()
        with acting_as_owner() as connection:
            call_command("migrate", verbosity=0 if quiet else 1, interactive=False, skip_checks=True)
            if roles.are_separate:
                grants_apply(connection, roles)
        return roles.are_separate
