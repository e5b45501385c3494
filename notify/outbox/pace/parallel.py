"""Codes and notices of a slow provider: several calls at once, each by a thread with connections of its own.

While the worker waits in a call, one thread looks for further messages that are due and gives each to another thread,
up to ``CODES_AT_ONCE`` of a channel. Each leases, asks the gate and calls as the worker itself does, so that a killed
process leaves the messages of its calls unknown and no others. One process of an installation looks at a time: the
others are free for what comes when its time is over.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from django.db import connection, connections

from consents.enums import Channel
from notify.conf import notify_conf
from notify.outbox.carriers import carriers_ready
from notify.provider_setups import providers_set_up
from notify.statements import run
from notify.types import TRANSACTIONAL_PRIORITY

logger = logging.getLogger("notify.sending")

LOOK_EVERY: Final = 0.2
"""Seconds between two looks; a worker that is done before the first one costs nothing more."""
YIELD_SECONDS: Final = 0.4
"""So long another process leaves what has just come to the one that looks."""
_LOCK: Final = 5_707_240_131
"""Key of the advisory lock of whoever looks."""

_DUE: Final = """
SELECT c.channel, (
    SELECT count(*) FROM (
        SELECT FROM notify_message m
        WHERE m.state = 'planned' AND m.channel = c.channel AND m.priority = %(priority)s
          AND m.not_before <= statement_timestamp()
        LIMIT %(most)s) due)
FROM unnest(%(channels)s::text[]) AS c(channel)
"""
_HELD: Final = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32 | objid::bigint) = %(lock)s)
"""

Send = Callable[[str, float], int]
"""Sends what is due over a channel for so many seconds; returns how many were taken."""


def is_looked_after() -> bool:
    """Return whether another process gives what comes to threads of its own."""
    found = run(_HELD, {"lock": _LOCK}).fetchone()
    return bool(found and found[0])


class Helpers:
    """The threads beside one worker, for up to ``seconds``; those that are in a call then are waited for."""

    def __init__(self, send: Send, *, seconds: float) -> None:
        self._send = send
        self._end = time.monotonic() + seconds
        self._most = notify_conf().codes_at_once - 1
        self._busy: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._is_over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._watch = threading.Thread(target=self._watched, name="codes-watch")
        self.accepted = 0

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Go on while a thread is in a call and the time lasts, then wait for all."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy.total(), timeout=max(0.0, self._end - time.monotonic()))
        self._is_over.set()
        self._watch.join()
        for thread in self._threads:
            thread.join()

    def _watched(self) -> None:
        try:
            while not self._is_over.wait(LOOK_EVERY) and time.monotonic() < self._end:
                if self._is_ours():
                    self._look()
        except Exception as error:
            # The next nudge begins anew; the message of a database error may quote a row.
            logger.error("looking for codes that are due failed with %s", type(error).__name__)
        finally:
            connection.close()

    def _is_ours(self) -> bool:
        """Take the lock of this connection, which ends with it; a repeat says the same."""
        held = run("SELECT pg_try_advisory_lock(%(lock)s)", {"lock": _LOCK}).fetchone()
        return bool(held and held[0])

    def _look(self) -> None:
        values = {"priority": TRANSACTIONAL_PRIORITY, "most": self._most, "channels": [str(one) for one in Channel]}
        for channel, due in run(_DUE, values).fetchall():
            free = self._free(channel) if due else 0
            for _ in range(min(due, free)):
                self._start(channel)

    def _free(self, channel: str) -> int:
        """Return how many more calls the first provider that is ready may have; one on trial gets one."""
        ready = carriers_ready(channel, providers_set_up())
        if not ready or ready[0].provider.has_own_process:
            return 0
        return (1 if ready[0].on_trial else self._most) - self._busy[channel]

    def _start(self, channel: str) -> None:
        with self._changed:
            self._busy[channel] += 1
        thread = threading.Thread(target=self._helped, args=(channel,), name=f"codes-{channel}")
        self._threads.append(thread)
        thread.start()

    def _helped(self, channel: str) -> None:
        accepted = 0
        try:
            accepted = self._send(channel, self._end - time.monotonic())
        except Exception as error:
            logger.error("sending codes over %s failed with %s", channel, type(error).__name__)
        finally:
            connections.close_all()
            with self._changed:
                self.accepted += accepted
                self._busy[channel] -= 1
                self._changed.notify_all()
