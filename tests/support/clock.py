"""The one place that sets the clock of a test.

It is Python's clock, and it stands in for the database's where Python asks for that (`consents.database.clock`), so
that a test sets both. What statements ask (`Now()`, `clock_timestamp()`, defaults of columns) and that of the file
system go on. So a test never compares a moment of one with a moment of the other: `database_now` gives the database's.
Clocks that only go forward (`time.monotonic`) are left alone too: `Stopwatch` stands in for them where code spends a
budget.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

Clock = time_machine.Traveller


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Python's clock, stopped at the present moment: no window of a limit ends and no day while the test runs.

    `move_to` sets it, `shift` moves it; it goes on again after the test.
    """
    with time_machine.travel(datetime.now(UTC), tick=False) as stopped:
        yield stopped


@pytest.fixture(autouse=True)
def _pythons_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """What asks for the moment of the database gets Python's, without a query."""
    monkeypatch.setattr("consents.database.clock._now", timezone.now)


def database_now() -> datetime:
    """The present moment by the clock of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def tomorrow() -> datetime:
    """A moment in which a fresh link still lives."""
    return timezone.now() + timedelta(days=1)


class Stopwatch:
    """Stands in for the module `time` of code that spends a budget of seconds: a second passes when a test says so."""

    def __init__(self) -> None:
        self._begun = self._now = time.monotonic()

    @property
    def passed(self) -> float:
        """Seconds since the beginning."""
        return self._now - self._begun

    def monotonic(self) -> float:
        """The reading."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let seconds pass."""
        self._now += seconds
