"""Roles, migrations and grants, in one repeatable step."""

import re
from argparse import ArgumentTypeError
from typing import Any

import psycopg
from django.core.management import CommandParser, call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from portal.operations.database_roles import (
    LOCK_TIMEOUT,
    STATEMENT_TIMEOUT,
    RolesMissing,
    acting_as_owner,
    grants_apply,
    roles_configured,
    roles_prepare,
    statements_for_administrator,
)

TIMEOUTS = (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled)


def duration(text: str) -> str:
    """Return a time as PostgreSQL writes it: ``0``, ``4s``, ``30min``. Raises `ArgumentTypeError` for anything else."""
    if not re.fullmatch(r"0|[1-9]\d{0,8}(ms|s|min|h)", text):
        raise ArgumentTypeError("нужно время, как 4s, 30min или 2h; 0 — без предела.")
    return text


class Command(BaseCommand):
    """Runs as the owner; services only ever get the application's address."""

    help = "Создать роли базы, применить миграции от имени владельца и раздать права. Повтор безвреден."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Let a start be quiet, and a migration that is known to be long take its time."""
        parser.add_argument("--quiet", action="store_true", help="Только об ошибках.")
        parser.add_argument(
            "--lock-timeout",
            type=duration,
            default=LOCK_TIMEOUT,
            help="Сколько миграция ждёт занятую таблицу (без указания: %(default)s; 0 — без предела).",
        )
        parser.add_argument(
            "--statement-timeout",
            type=duration,
            default=STATEMENT_TIMEOUT,
            help="Сколько длится одна команда миграции (без указания: %(default)s; 0 — без предела).",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prepare; say in a sentence what an administrator has to do where the rights are too small."""
        try:
            roles_prepare()
            separate = self._migrate(
                quiet=options["quiet"],
                lock_timeout=options["lock_timeout"],
                statement_timeout=options["statement_timeout"],
            )
        except RolesMissing as error:
            self.stderr.write("\n".join(statements_for_administrator()))
            raise CommandError(
                "Ролей или базы нет, а создать их нельзя. Выполните эти строки от имени администратора PostgreSQL,"
                " заменив пароли, и повторите команду. Если роль уже есть, проверьте пароль в её адресе."
            ) from error
        except (psycopg.Error, DatabaseError) as error:
            if isinstance(error.__cause__, TIMEOUTS):
                raise CommandError(
                    "Миграция отменена: таблица занята или команда длится дольше предела. Уже применённые миграции"
                    " остались. Остановите то, что работает с базой, и повторите; если шаг заведомо долгий, задайте"
                    f" --lock-timeout или --statement-timeout, см. docs/migrations.md. {error}".strip()
                ) from error
            raise CommandError(f"База данных не готова: {error}".strip()) from error
        if not options["quiet"]:
            self.stdout.write("Права розданы." if separate else "Одна роль на всё: права не разделены (см. doctor).")

    def _migrate(self, *, quiet: bool, lock_timeout: str, statement_timeout: str) -> bool:
        """Migrate and grant; return whether there are separate roles to grant to."""
        roles = roles_configured()
        with acting_as_owner(lock_timeout=lock_timeout, statement_timeout=statement_timeout) as connection:
            call_command("migrate", verbosity=0 if quiet else 1, interactive=False, skip_checks=True)
            if roles.are_separate:
                grants_apply(connection, roles)
        return roles.are_separate
