"""The clock of the database is the one that counts, whatever the machine of a process says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from consents.database import clock
from consents.models import ImportJob
from tests.support.clock import Stopwatch
from tests.support.clock import database_now as the_databases

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_clock(_pythons_clock: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the database itself is asked, and not Python in its place."""
    monkeypatch.setattr("consents.database.clock._now", NOW)


NOW = clock._now


@pytest.fixture(params=[DAY, -DAY], ids=["ahead", "behind"])
def _wrong_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """The machine is a day off."""
    with time_machine.travel(datetime.now(UTC) + request.param):
        yield


@pytest.mark.usefixtures("_wrong_clock")
def test_a_machine_that_is_a_day_off_has_the_moment_of_the_database() -> None:
    assert the_databases() - timedelta(seconds=clock.CARRIED_SECONDS) < clock.database_now() <= the_databases()


@pytest.mark.usefixtures("_wrong_clock")
def test_rows_are_dated_by_the_database() -> None:
    job = ImportJob.objects.create(source="test", file_name="a.csv", path="/nowhere", sha256="", file_kind="csv")

    assert abs(the_databases() - job.created_at) < timedelta(hours=1)


def test_it_is_never_ahead_of_what_the_next_statement_says() -> None:
    for _ in range(50):
        assert clock.database_now() <= the_databases()


def test_an_answer_is_carried_on_for_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Stopwatch()
    monkeypatch.setattr("consents.database.clock.time", watch)
    with CaptureQueriesContext(connection) as queries:
        first = clock.database_now()
        watch.sleep(0.75)
        assert clock.database_now() - first == timedelta(seconds=0.75)
        assert len(queries) == 1
        watch.sleep(0.75)
        clock.database_now()
        assert len(queries) == 2


def test_while_the_database_is_away_its_last_answer_is_carried_on(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Stopwatch()
    monkeypatch.setattr("consents.database.clock.time", watch)
    first = clock.database_now()
    watch.sleep(3600)

    def away(*_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", away)

    assert clock.database_now() - first == timedelta(hours=1)


def test_a_process_that_never_had_an_answer_takes_its_own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", away)
    before = datetime.now(UTC)

    assert before <= clock.database_now() <= datetime.now(UTC)


def test_a_transaction_that_has_failed_is_not_asked() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with CaptureQueriesContext(connection) as queries:
            clock.database_now()

    assert not [query for query in queries if "clock_timestamp" in query["sql"]]
