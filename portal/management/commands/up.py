"""`make run`: the whole site on a laptop under one supervisor."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

import httpx
from django.core.management.base import BaseCommand, CommandError
from honcho.manager import Manager

from portal.embedded.installation import CannotStart, Installation, installation_open, processes
from portal.settings.base import ROOT

READY_WITHIN: Final = 60.0


class Command(BaseCommand):
    help = "Поднимает весь сайт на этой машине: базу, сайт, отправку, часы. Ctrl-C останавливает всё."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--no-seed", action="store_true", help="Не создавать демонстрационную компанию.")

    def handle(self, *_args: Any, **options: Any) -> None:
        var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
        var_dir.mkdir(parents=True, exist_ok=True)
        with (var_dir / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise CommandError(f"Сайт с этими данными уже запущен (папка {var_dir.name}/).") from error
            try:
                installation = installation_open(var_dir, int(os.environ.get("PORT") or 8000))
            except CannotStart as error:
                raise CommandError(str(error)) from error
            try:
                self._run(installation, seed=not options["no_seed"])
            finally:
                if installation.postgres:
                    installation.postgres.stop()

    def _run(self, installation: Installation, *, seed: bool) -> None:
        self._prepare(installation, "database_prepare", "--quiet")
        self._prepare(installation, "collectstatic", "--noinput", "--verbosity", "0")
        if seed:
            self._prepare(installation, "seed_demo")
        manager = Manager()
        for name, command in processes(installation.environ, installation.port).items():
            manager.add_process(name, command, env=installation.environ, cwd=str(ROOT))
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        threading.Thread(target=self._greet, args=(installation,), daemon=True).start()
        manager.loop()
        self.stdout.write("Всё остановлено. Данные сохранены.")
        if manager.returncode not in {0, 130, 143, None}:
            sys.exit(manager.returncode)

    def _prepare(self, installation: Installation, *command: str) -> None:
        result = subprocess.run(  # noqa: S603 - our own commands with fixed words
            [sys.executable, "manage.py", *command], env=installation.environ, cwd=ROOT, check=False
        )
        if result.returncode:
            raise CommandError(f"Не получилось подготовить сайт: {command[0]}. Причина — выше; данные сохранены.")

    def _greet(self, installation: Installation) -> None:
        """Print addresses and accounts once the site answers."""
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{installation.address}/healthz", timeout=2).status_code == httpx.codes.OK:
                    break
            except httpx.HTTPError:
                time.sleep(0.2)
        greeting = Path(installation.environ["VAR_DIR"]) / "secrets" / "greeting.txt"
        text = greeting.read_text() if greeting.exists() else ""
        self.stdout.write(f"\n  Мостик работает: {installation.address}\n{text}\n  Остановить: Ctrl-C\n")
        self.stdout.flush()
