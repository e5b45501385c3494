"""Says in sentences what works and what is missing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.operations.diagnosis import diagnose


class Command(BaseCommand):
    """Ends with 1 when something is wrong."""

    help = "Проверяет установку и говорит, чего не хватает. Код выхода 1, если работать нельзя."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print one sentence per part."""
        parts = diagnose()
        for part in parts:
            self.stdout.write(f"{part.mark} {part.sentence}")
        broken = sum(not part.good for part in parts)
        if broken:
            raise CommandError(f"Не в порядке: {broken}.")
        self.stdout.write("Всё готово к работе.")
