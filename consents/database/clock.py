"""The one clock: the database's. No promise rests on the clock of the machine that a process happens to run on.

Statements that compare moments ask the database themselves (`Now()`, `statement_timestamp()`). Where Python makes or
compares a moment that is stored, it asks here.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import DatabaseError, InterfaceError, connection

CARRIED_SECONDS: Final = 1.0
"""How long an answer of the database is carried on by a clock of this machine that nobody can set."""


_answer: tuple[datetime, float] | None = None
"""The last answer of the database, and the reading of the monotonic clock when it had come."""


def database_now() -> datetime:
    """Return the present moment by the clock of the database, never later than that and earlier by an answer's way.

    One query a second at most. While the database is away the last answer is carried on; a process that has had none
    takes the clock of its machine.
    """
    return _now()


def database_clock_forget() -> None:
    """Ask the database at the next call, however late its last answer came."""
    global _answer  # noqa: PLW0603 - one clock for all threads
    _answer = None


def _now() -> datetime:
    global _answer  # noqa: PLW0603 - one clock for all threads
    answer = _answer
    if answer is None or time.monotonic() - answer[1] > CARRIED_SECONDS:
        answer = _answer = _asked() or answer
    if answer is None:
        return datetime.now(UTC)
    return answer[0] + timedelta(seconds=time.monotonic() - answer[1])


def _asked() -> tuple[datetime, float] | None:
    """Ask the database; None where it does not answer, or may not be asked before a transaction has ended."""
    if connection.in_atomic_block and connection.needs_rollback:
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (moment,) = cursor.fetchone()
    except (DatabaseError, InterfaceError):
        return None
    return moment, time.monotonic()
