"""Django's check, with one sentence where the database does not answer."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.check import Command as DjangoCheck
from django.db import OperationalError


class Command(DjangoCheck):
    """What the units run before the web server starts, again every few seconds while the database is away."""

    def handle(self, *app_labels: Any, **options: Any) -> None:
        """Check. Django's own checks of models ask the server before ours do."""
        try:
            super().handle(*app_labels, **options)
        except OperationalError as error:
            raise CommandError("База данных не отвечает. Проверьте DATABASE_URL и что PostgreSQL запущен.") from error
