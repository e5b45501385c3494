"""Real workers in processes of their own, with the file broker, that can be killed without a warning."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings as ours

ROOT = Path(__file__).resolve().parents[2]


def worker_environ(folder: Path, *, database: Mapping[str, object], smtp_port: int, settings: str) -> dict[str, str]:
    """The environment of a worker: this database, a broker of files in ``folder``, this mail server."""
    for name in ("broker/control", "beat"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    host, port = database["HOST"] or "/var/run/postgresql", database["PORT"] or 5432
    user = f"{database['USER']}:{database['PASSWORD']}" if database["PASSWORD"] else str(database["USER"])
    place = f"@/{database['NAME']}?host={host}&port={port}"
    if not str(host).startswith("/"):
        place = f"@{host}:{port}/{database['NAME']}"
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "PYTHONPATH", "LANG"}}
    return kept | {
        "DJANGO_SETTINGS_MODULE": settings,
        "DATABASE_URL": f"postgresql://{user}{place}",
        "BROKER_URL": "",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "VAR_DIR": str(folder),
        "OUTSIDE_DIR": str(ours.OUTSIDE_DIR or folder / "outside"),
        "SITE_URL": "https://mostik.example",
        "FIELD_KEY": ours.FIELD_KEY.hex(),
        "LINK_KEY": ours.LINK_KEY.hex(),
    }


class Killable:
    """A program with its children, in a process group of its own."""

    def __init__(self, environ: Mapping[str, str], *, command: Sequence[str], log: Path) -> None:
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command, env=dict(environ), cwd=ROOT, stdout=out, stderr=out, start_new_session=True
            )

    def kill(self) -> None:
        """SIGKILL to the whole group: nobody gets to say goodbye."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End calmly, or after ten seconds not."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


class Worker(Killable):
    """One ``celery worker``."""

    def __init__(
        self, environ: Mapping[str, str], *, queues: Sequence[str], processes: int, beat: bool, log: Path
    ) -> None:
        command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-Q", ",".join(queues)]
        command += [
            "-c",
            str(processes),
            "--loglevel",
            "WARNING",
            "--without-mingle",
            "--without-gossip",
            "--without-heartbeat",
        ]
        command += ["-B", "-s", str(log.with_suffix(".beat"))] if beat else []
        super().__init__(environ, command=command, log=log)


class ProviderProcess(Killable):
    """``manage.py provider_run``: a provider with a process of its own."""

    def __init__(self, environ: Mapping[str, str], *, name: str, log: Path) -> None:
        super().__init__(environ, command=[sys.executable, "manage.py", "provider_run", name], log=log)
