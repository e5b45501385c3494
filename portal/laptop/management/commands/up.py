"""`make run`: the whole site on a laptop under one supervisor."""

import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import CommandParser
from django.core.management.base import BaseCommand, CommandError

from portal.laptop.embedded.installation import environment, free_port, port_try, processes
from portal.laptop.embedded.postgres import DatabaseCannotStart, embedded_postgres
from portal.laptop.embedded.readiness import site_answers
from portal.laptop.embedded.supervisor import AlreadyRunning, installation_lock, nothing_left_behind, processes_run
from portal.settings.base import ROOT
from portal.settings.env import env

READY_WITHIN: Final = 60.0
SILENT: Final = (
    "\n  Сайт не отвечает уже минуту. Причина — в строках выше. Остановите его (Ctrl-C) и запустите снова;"
    " чего не хватает, скажет .venv/bin/python manage.py doctor.\n"
)


class Command(BaseCommand):
    """Starts everything and stays until Ctrl-C."""

    help = "Поднять весь сайт на этой машине: базу, сайт, отправку, часы. Ctrl-C останавливает всё."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Let the demo be left out."""
        parser.add_argument("--no-seed", action="store_true", help="Не создавать демонстрационную компанию.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until one part ends or a signal comes."""
        if settings.MODE != "embedded":
            raise CommandError("Команда up — для ноутбука. На сервере службы запускает systemd: см. deploy/.")
        var_dir: Path = settings.VAR_DIR
        var_dir.mkdir(parents=True, exist_ok=True)
        code = 0
        try:
            with installation_lock(var_dir):
                self._port_check()
                with nothing_left_behind(var_dir):
                    code = self._run(var_dir, no_seed=options["no_seed"])
        except AlreadyRunning as error:
            raise CommandError(f"Сайт с этими данными уже запущен (папка {var_dir.name}/).") from error
        except DatabaseCannotStart as error:
            raise CommandError(f"Встроенный PostgreSQL не запустился: {error}") from error
        except KeyboardInterrupt:
            code = 0
        # The terminal may be gone.
        with suppress(OSError):
            self.stdout.write("Всё остановлено, данные сохранены.")
        sys.exit(code)

    def _port_check(self) -> None:
        try:
            port_try(settings.PORT)
        except PermissionError as error:
            raise CommandError(
                f"Порт {settings.PORT} может открыть только администратор машины. Выберите порт от 1024:"
                f" make run PORT={free_port()}. Данные не тронуты."
            ) from error
        except OSError as error:
            raise CommandError(
                f"Порт {settings.PORT} занят другой программой. Остановите её или выберите другой порт:"
                f" make run PORT={free_port()}. Данные не тронуты."
            ) from error

    def _run(self, var_dir: Path, *, no_seed: bool) -> int:
        own_database = not env.is_set("DATABASE_URL")
        if own_database:
            self._say("Запускаю базу данных…")
            embedded_postgres(var_dir / "postgres")
        own_mailbox = settings.SANDBOX and not env.is_set("EMAIL_URL")
        environ = environment(var_dir=var_dir, port=settings.PORT, own_database=own_database)
        greeting = self._prepare(environ, no_seed=no_seed)
        threading.Thread(target=self._greet, args=(greeting,), daemon=True).start()
        plan = processes(environ, with_mailbox=own_mailbox, with_fakes=settings.SANDBOX)
        return processes_run(plan, environ=environ, cwd=ROOT)

    def _prepare(self, environ: dict[str, str], *, no_seed: bool) -> str:
        self._say("Готовлю сайт…")
        command = [sys.executable, "manage.py", "embedded_prepare", *(["--no-seed"] if no_seed else [])]
        result = subprocess.run(  # noqa: S603 - our own command with fixed words
            command, env=environ, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True
        )
        if result.returncode:
            raise CommandError("Не получилось подготовить сайт. Причина — выше; данные сохранены.")
        return result.stdout

    def _greet(self, greeting: str) -> None:
        """Print the address and the accounts once the site answers, and say so while it does not."""
        if not site_answers(within=READY_WITHIN):
            self._say(SILENT)
            while not site_answers(within=READY_WITHIN):
                pass
        self._say(f"\n  Мостик работает: {settings.SITE_URL}\n\n{greeting}\n  Остановить: Ctrl-C\n")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
