"""A connection that notices when nobody works for it any more.

psycopg waits for an answer without limit, and neither limits of the server nor of TCP end that where a proxy or a
firewall took the connection away without a word, or the server stands still. After some seconds without a byte the
server is asked over a second connection: does the session of this one work on a statement? A statement that takes
long or waits for a lock does, and is waited for. Otherwise the connection is given up, and its session, which may
hold locks, is ended.
"""

import select
import time
from collections.abc import Generator
from typing import Any, Final

import psycopg
from psycopg.abc import PQGen

from portal.database.limits import Limits
from portal.database.outage import Outage

LATE_BYTES_MS: Final = 300
"""An answer that was under way while the server was asked has so long to arrive."""
PROBE_SECONDS: Final = 1.0
LONGEST_SILENCE: Final = 20.0
"""A statement that takes long is looked after so seldom at most."""
LOST: Final = "the database does not answer: the connection is given up"
_INTERVAL: Final = 0.1

_SESSION: Final = """
SELECT pg_backend_pid(), (
    SELECT state NOT LIKE 'idle%%' AND wait_event_type IS DISTINCT FROM 'Client' FROM pg_stat_activity
    WHERE pid = %(pid)s AND application_name = %(name)s
)
"""
_END: Final = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %(pid)s AND application_name = %(name)s
"""


class _Probe(psycopg.Connection[Any]):
    """A second connection, which itself waits for nothing longer than a second."""

    def wait(self, gen: PQGen[Any], interval: float = _INTERVAL, timeout: float | None = None) -> Any:
        """Wait as psycopg does, with a limit."""
        return super().wait(gen, interval=interval, timeout=timeout or PROBE_SECONDS)


class WatchedConnection(psycopg.Connection[Any]):
    """A connection of psycopg; `watch` begins to look after it."""

    _limits: Limits | None = None
    _outage: Outage
    _statement_seconds: int

    def watch(self, *, limits: Limits, outage: Outage, statement_seconds: int) -> None:
        """Begin to look after the server; a connection that nobody works for is given up from now on."""
        self._limits, self._outage, self._statement_seconds = limits, outage, statement_seconds

    def wait(self, gen: PQGen[Any], interval: float = _INTERVAL, timeout: float | None = None) -> Any:
        """Wait as psycopg does. Raises `OperationalError` when nobody works for this connection."""
        watched = gen if timeout is not None or self._limits is None else self._watched(gen, self._limits.silence)
        return super().wait(watched, interval=interval, timeout=timeout)

    def _watched(self, gen: PQGen[Any], silence: float) -> Generator[Any, Any, Any]:
        """Pass everything on, and look after the server while nothing comes."""
        begun, patience = time.monotonic(), silence
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    begun, patience = time.monotonic(), silence
                elif time.monotonic() - begun >= patience:
                    self._look(silent_for=time.monotonic() - begun)
                    patience += min(patience, LONGEST_SILENCE)
                wanted = gen.send(ready)
        except StopIteration as done:
            return done.value

    def _look(self, *, silent_for: float) -> None:
        is_worked_for = self._is_worked_for(silent_for)
        if is_worked_for or self._has_bytes():
            return
        self.close()
        raise psycopg.OperationalError(LOST)

    def _has_bytes(self) -> bool:
        poll = select.poll()
        poll.register(self.pgconn.socket, select.POLLIN)
        return bool(poll.poll(LATE_BYTES_MS))

    def _is_worked_for(self, silent_for: float) -> bool:
        """Return whether the server answers and works on the statement; where not, end the session."""
        if not self._outage.may_try():
            return False
        who = {"pid": self.info.backend_pid, "name": self.info.parameter_status("application_name")}
        try:
            with _Probe.connect(**self._parameters(), autocommit=True) as probe:
                own_pid, works = probe.execute(_SESSION, who).fetchone() or (0, None)
                is_pooled = own_pid != probe.info.backend_pid
                if not works and not is_pooled and not self._has_bytes():
                    probe.execute(_END, who)
        except psycopg.Error:
            self._outage.begun()
            return False
        self._outage.ended()
        # Behind a pooler the number of the session says nothing; there the limit of statements is what is left.
        return silent_for < (self._statement_seconds or float("inf")) if is_pooled else bool(works)

    def _parameters(self) -> dict[str, Any]:
        limits = self._limits
        connect = limits.connect if limits else 2
        return {
            **self.info.get_parameters(),
            "password": self.info.password,
            "connect_timeout": connect,
            "application_name": "mostik-probe",
            "options": "",
        }
