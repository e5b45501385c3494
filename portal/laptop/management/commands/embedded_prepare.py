"""What `up` does between starting the database and starting the site, in one process."""

import io
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandParser, call_command
from django.core.management.base import BaseCommand

from portal.laptop.demo.note import note_read, note_words
from portal.laptop.embedded.static_files import static_files_collect
from portal.laptop.fake_providers.places import places_choose
from portal.laptop.fake_providers.setups import setups_ensure
from portal.models import User


class Command(BaseCommand):
    """Prepares database and static files; an empty installation gets the demo company."""

    help = "Подготовить установку на ноутбуке: база, статические файлы, демонстрационная компания."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Let the demo be left out."""
        parser.add_argument("--no-seed", action="store_true", help="Не создавать демонстрационную компанию.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prepare; print what is to be shown once the site answers."""
        for folder in ("broker/control", "beat"):
            (Path(settings.VAR_DIR) / folder).mkdir(parents=True, exist_ok=True)
        call_command("database_prepare", quiet=True)
        static_files_collect()
        if settings.SANDBOX and not options["no_seed"] and not User.objects.exists():
            call_command("seed_demo", stdout=io.StringIO())
        places = places_choose(Path(settings.VAR_DIR)) if settings.SANDBOX else {}
        note = note_read()
        if note is not None:
            if places:
                setups_ensure(places)
            self.stdout.write(note_words(note))
