"""Says in sentences what works and what is missing."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.operations.diagnosis import diagnose
from portal.operations.diagnosis.part import Diagnosis


class Command(BaseCommand):
    """Ends with 1 when something is wrong."""

    help = "Проверяет установку и говорит, чего не хватает. Код выхода 1, если работать нельзя."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        """Take the form of the answer."""
        parser.add_argument("--json", action="store_true", help="Ответ для программ; вид описан в docs/formats.md.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print one sentence per part."""
        parts = diagnose()
        if options["json"]:
            self.stdout.write(json.dumps(as_json(parts), ensure_ascii=False))
            if not all(part.good for part in parts):
                sys.exit(1)
            return
        for part in parts:
            self.stdout.write(f"{part.mark} {part.sentence}")
        broken = sum(not part.good for part in parts)
        if broken:
            raise CommandError(f"Не в порядке: {broken}.")
        self.stdout.write("Всё готово к работе.")


def as_json(parts: Sequence[Diagnosis]) -> dict[str, Any]:
    """Return the answer for programs, version 1."""
    states = {"✓": "good", "·": "note", "✗": "bad"}
    return {
        "version": 1,
        "good": all(part.good for part in parts),
        "parts": [{"state": states[part.mark], "sentence": part.sentence} for part in parts],
    }
