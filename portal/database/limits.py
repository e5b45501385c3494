"""How long each kind of process waits for the database, and how that is said to libpq and to the server."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from portal.database.process_kind import ProcessKind, process_kind

LONGEST_NAME: Final = 63
"""PostgreSQL cuts an `application_name` there."""
TCP: Final[dict[str, Any]] = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""A network that lost a connection is noticed by our side within half a minute, also while nothing is asked."""
SERVER_TCP: Final = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""The same on the side of the server: the session of a machine that is gone gives its locks back."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds; 0 is no limit."""

    lock: int
    """A statement waits so long for a lock."""
    idle: int
    """A transaction in which nothing is asked is ended by the server."""
    connect: int
    """A new connection, with its password; psycopg takes 2 at least."""
    silence: float
    """After so long without a byte the server is asked over another connection whether it works on our statement."""


LIMITS: Final = {
    ProcessKind.WEB: Limits(lock=4, idle=30, connect=2, silence=1.5),
    ProcessKind.WORKER: Limits(lock=30, idle=60, connect=5, silence=5),
    ProcessKind.LONG: Limits(lock=60, idle=600, connect=5, silence=5),
    ProcessKind.COMMAND: Limits(lock=0, idle=0, connect=10, silence=10),
}
"""Of a page so that it answers within five seconds, of a worker so that it is back within half a minute."""


def limits_current() -> Limits:
    """Return the limits of this process."""
    return LIMITS[process_kind()]


def statement_seconds() -> int:
    """Return how long a statement of this process may take; 0 is no limit."""
    return int(settings.STATEMENT_SECONDS.get(process_kind(), 0))


def parameters_with_limits(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return connection parameters with the limits of this process. What DATABASE_URL sets itself stands."""
    limits, told = limits_current(), str(parameters.get("options", ""))
    wanted = {
        "statement_timeout": f"{statement_seconds()}s",
        "lock_timeout": f"{limits.lock}s",
        "idle_in_transaction_session_timeout": f"{limits.idle}s",
    }
    server = {name: value for name, value in wanted.items() if value != "0s"}
    if "/" not in str(parameters.get("host", "/")):
        server |= SERVER_TCP
    options = [told, *(f"-c {name}={value}" for name, value in server.items() if f"{name}=" not in told)]
    own = {**TCP, "connect_timeout": limits.connect, "application_name": application_name()}
    return {**own, **parameters, "options": " ".join(options).strip()}


def application_name() -> str:
    """Return what the server's list of sessions shows: which process this is, and on which machine."""
    return f"mostik-{process_kind()} {os.getpid()}@{socket.gethostname()}"[:LONGEST_NAME]
