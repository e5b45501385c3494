"""A PostgreSQL of our own for a laptop, from a wheel; works for root and for an ordinary user.

The wheel starts it in a process of its own (`postgres_start`): it takes a lock file and leaves exit hooks, which
neither the supervisor nor the tests want. Stopping needs no wheel, only the server's own signals.
"""

import hashlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from portal.laptop.embedded.defaults import MARK, SUPERUSER_ROLE, database_url

SOCKET_PATH_LIMIT: Final = 100
"""Bytes that the path of a Unix socket may have, with room for the suffix that some systems add."""
SOCKET_NAME: Final = ".s.PGSQL.5432"
PLAIN_PATH: Final = re.compile(r"[\w./+@=-]+")
SHELL_CHARACTERS: Final = re.compile(r'["$`\\\n]')
STOP_WITHIN: Final = 30


class DatabaseCannotStart(Exception):
    """The server did not start; the message is what it said."""


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """A running server. ``socket`` is the folder of its Unix socket; it listens on no network address."""

    folder: Path
    socket: str

    def url(self, database: str) -> str:
        """Return the address of a database for the superuser."""
        return database_url(self.socket, SUPERUSER_ROLE, database)

    def stop(self) -> None:
        """Stop the server and wait for it; harmless when it is stopped already."""
        postgres_stop(self.folder)


def embedded_postgres(folder: Path, *, durable: bool = True) -> EmbeddedPostgres:
    """Start (and on the first call make) the server whose data lie in ``folder``.

    A server that a killed run left behind is taken over. ``durable=False`` is for tests: faster, loses data on a
    crash. Raises `DatabaseCannotStart`.
    """
    folder = folder.resolve()
    _paths_check(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # The wheel keeps its lock here; its own default, the common folder for temporary files, is shared by all users.
    runtime = folder.parent / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    environ = {name: value for name, value in os.environ.items() if name != MARK}
    environ["XDG_RUNTIME_DIR"] = environ["TMPDIR"] = str(runtime)
    listening = socket_place(folder)
    command = [sys.executable, "-m", "portal.laptop.embedded.postgres_start", str(folder), str(listening)]
    command.append("durable" if durable else "spare")
    result = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603 - own module
    if result.returncode:
        raise DatabaseCannotStart(result.stderr.strip()[-2000:])
    return EmbeddedPostgres(folder=folder, socket=result.stdout.strip().splitlines()[-1])


def postgres_stop(folder: Path) -> None:
    """Stop the server of the folder: without waiting for its clients, then without tidying up."""
    process = postmaster(folder)
    if process is not None:
        _process_stop(process)
    with suppress(OSError, DatabaseCannotStart):
        if (place := socket_place(folder)) != folder:
            place.rmdir()


def _process_stop(process: psutil.Process) -> None:
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
        if processes_ended([process], within=STOP_WITHIN):
            return


def postmaster(folder: Path) -> psutil.Process | None:
    """Return the live server of the folder. Asks the processes: a lock file may be stale or hold a number reused."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if "postgres" in process.name() and str(folder) in process.cmdline():
                return process
    return None


def processes_ended(processes: list[psutil.Process], *, within: float) -> bool:
    """Wait for processes, which need not be children; return whether all ended. A zombie counts as ended."""
    deadline = time.monotonic() + within
    while alive := [process for process in processes if _lives(process)]:
        if time.monotonic() > deadline:
            return False
        time.sleep(min(0.1, within))
        processes = alive
    return True


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def socket_place(folder: Path) -> Path:
    """Return where the server of the data in ``folder`` listens: there, or in a short folder of its own elsewhere.

    Elsewhere when a socket's path may not be as long, or when it holds what PostgreSQL or a client would read as
    something else (a comma parts hosts). Raises `DatabaseCannotStart`.
    """
    name = f"mostik-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"
    bases = (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp")  # noqa: S108 - checked for its owner
    for place in (folder, *(Path(base) / name for base in bases if base and Path(base).is_dir())):
        if PLAIN_PATH.fullmatch(str(place)) and len(os.fsencode(place / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return place
    raise DatabaseCannotStart("для сокета нет папки с коротким путём. Задайте TMPDIR, например /tmp.")


def _paths_check(folder: Path) -> None:
    """Refuse paths that PostgreSQL's own programs hand to a shell between double quotes."""
    for path, advice in (
        (folder, "Задайте VAR_DIR: папку для данных без таких знаков."),
        (Path(sys.prefix), "Перенесите проект в папку без таких знаков."),
    ):
        if SHELL_CHARACTERS.search(str(path)):
            raise DatabaseCannotStart(
                f'в пути {path} есть знак, с которым он не работает: " $ ` \\ или перевод строки. {advice}'
            )
