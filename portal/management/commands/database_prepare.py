"""Roles, migrations and grants, in one repeatable step."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from portal.database_roles import admin_prepare, grants_apply, owner_settings


class Command(BaseCommand):
    help = "Создаёт роли базы, применяет миграции от имени владельца и раздаёт права. Повтор безвреден."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--quiet", action="store_true", help="Только об ошибках.")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            admin_prepare()
            app = settings.DATABASES["default"]
            connections.databases["default"] = {**connections["default"].settings_dict, **owner_settings(app)}
            connections["default"].close()
            del connections["default"]
            call_command("migrate", verbosity=0 if options["quiet"] else 1, interactive=False)
            granted = grants_apply(connections["default"], app["USER"])
        except psycopg.Error as error:
            raise CommandError(f"База данных не готова: {error}".strip()) from error
        if not options["quiet"]:
            self.stdout.write("Права розданы." if granted else "Одна роль на всё: права не разделены (см. doctor).")
