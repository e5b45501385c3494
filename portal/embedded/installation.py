"""What one laptop installation consists of: folder, environment, processes."""

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from consents.sealing import key_create
from portal.embedded.postgres import EmbeddedPostgres, embedded_postgres

DATABASE: Final = "mostik"
MARK: Final = "MOSTIK_INSTALLATION"


class CannotStart(Exception):
    """The message is a sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A prepared installation: ``environ`` is what every process of it gets."""

    environ: dict[str, str]
    postgres: EmbeddedPostgres | None
    port: int

    @property
    def address(self) -> str:
        """Where the site is."""
        return self.environ["SITE_URL"]


def installation_open(var_dir: Path, port: int) -> Installation:
    """Prepare keys, database and environment; servers named by the environment are used instead of ours.

    Raises `CannotStart` when the port is taken.
    """
    if not port_is_free(port):
        raise CannotStart(
            f"Порт {port} занят другой программой. Остановите её или выберите другой: PORT=8080 make run. Данные не тронуты."
        )
    var_dir.mkdir(parents=True, exist_ok=True)
    seal_key = var_dir / "secrets" / "seal.pem"
    if not seal_key.exists():
        seal_key.parent.mkdir(mode=0o700, exist_ok=True)
        key_create(seal_key)
    environ = os.environ | {"VAR_DIR": str(var_dir), "PORT": str(port), "PYTHONUNBUFFERED": "1", MARK: str(var_dir)}
    environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.embedded")
    environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    postgres = None
    if not environ.get("DATABASE_URL"):
        postgres = embedded_postgres(var_dir / "postgres")
        environ["DATABASE_ADMIN_URL"] = postgres.url("postgres")
        environ["DATABASE_URL"] = postgres.url(DATABASE, "mostik_app")
        environ["DATABASE_OWNER_URL"] = postgres.url(DATABASE, "mostik_owner")
        environ["DATABASE_EXPORT_URL"] = postgres.url(DATABASE, "mostik_export")
    if not environ.get("EMAIL_URL"):
        environ["EMAIL_URL"] = f"smtp://127.0.0.1:{free_port()}"
        environ["SANDBOX_MAIL"] = "1"
    return Installation(environ=environ, postgres=postgres, port=port)


def processes(environ: dict[str, str], port: int) -> dict[str, str]:
    """Name -> command of everything that runs under the supervisor."""
    python = sys.executable
    celery = f"exec {python} -m celery -A portal --quiet"
    web = environ.get("WEB_WORKERS", "2")
    senders = environ.get("WORKER_PROCESSES", "2")
    plan = {
        "сайт": (
            f"exec {python} -m granian --interface wsgi --host 127.0.0.1 --port {port} --workers {web}"
            " --blocking-threads 4 --log-level warning --respawn-failed-workers portal.wsgi:application"
        ),
        "ответы": f"{celery} worker -Q interactive,reports -c 2 -n interactive@%h --loglevel WARNING --without-mingle --without-gossip",
        "отправка": f"{celery} worker -Q send -c {senders} -n send@%h --loglevel WARNING --without-mingle --without-gossip",
        "часы": f"{celery} beat --loglevel WARNING --pidfile=",
        "сторож": f"exec {python} -m portal.embedded.guard {os.getpid()}",
    }
    if environ.get("SANDBOX_MAIL"):
        plan["почта"] = f"exec {python} manage.py sandbox_smtp --port {environ['EMAIL_URL'].rsplit(':', 1)[1]}"
    return plan


def port_is_free(port: int) -> bool:
    """Tell whether the port of the loopback address can be bound."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Give a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
