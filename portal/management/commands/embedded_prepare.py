"""What `up` does between starting the database and starting the site, in one process."""

import io
import os
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import CommandParser, call_command, get_commands
from django.core.management.base import BaseCommand

from portal.embedded.static_files import static_files_collect
from portal.models import User

GREETING: Final = "greeting.txt"
SEED: Final = "seed_demo"
SITE_MARK: Final = "{site}"


class Command(BaseCommand):
    """Prepares database and static files; an empty installation gets the demo company."""

    help = "Подготовить установку на ноутбуке: база, статические файлы, демонстрационная компания."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Let the demo be left out."""
        parser.add_argument("--no-seed", action="store_true", help="Не создавать демонстрационную компанию.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prepare; print what is to be shown once the site answers."""
        for folder in ("broker/control", "beat", "files"):
            (Path(settings.VAR_DIR) / folder).mkdir(parents=True, exist_ok=True)
        call_command("database_prepare", quiet=True)
        static_files_collect()
        greeting = Path(settings.VAR_DIR) / "secrets" / GREETING
        if not options["no_seed"] and SEED in get_commands() and not User.objects.exists():
            _keep(greeting, self._seed())
        if greeting.exists():
            self.stdout.write(greeting.read_text().replace(SITE_MARK, settings.SITE_URL))

    def _seed(self) -> str:
        """Make the demo company; return what the command says: accounts, passwords, one personal link."""
        words = io.StringIO()
        call_command(SEED, stdout=words)
        return words.getvalue().replace(settings.SITE_URL, SITE_MARK)


def _keep(path: Path, text: str) -> None:
    """Keep for the next starts, readable for the owner only; the port may differ then."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
