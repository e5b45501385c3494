"""Two batches stored side by side over two connections: what one connection stores, in its order, or nothing of it."""

import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from consents.importing import batches, conf
from consents.importing.running import import_examine, import_run
from consents.importing.runs import import_receive
from consents.importing.storing.merging import batch_store
from consents.importing.storing.second import second_connection
from consents.models import ConsentEvent, Customer, ImportJob, Stop
from tests.consents.importing.conftest import base, codes, rows

HEADER = "ID;ФИО;Телефон;Почта;Отказ"
BATCH = 50
ROWS = 7 * BATCH + 3
COUNTS = ("total_rows", "created_count", "updated_count", "unchanged_count", "refused_count", "doubtful_count")


def customers(*, name: str = "Ёлкин") -> str:
    """Customers that repeat, share contacts across batches, refuse, and are refused."""
    lines = []
    for number in range(ROWS):
        identity = number - 60 if number % 40 == 39 else number
        phone = "4.479E+11" if number % 30 == 7 else f"8916{number % 170:07d}"
        refusal = "да" if number % 25 == 3 else ""
        lines.append(f"C-{identity};{name} {number};{phone};u{number % 290}@example.ru;{refusal}")
    return rows(*lines, header=HEADER)


def received(content: str, source: str) -> int:
    """The job of a file that was received and examined."""
    job_id = import_receive(file_name="f.csv", stream=BytesIO(content.encode()), source=source)
    import_examine(job_id=job_id)
    return job_id


def outcome(job_id: int, source: str) -> tuple[Any, ...]:
    """Everything that came of a file."""
    job = ImportJob.objects.get(pk=job_id)
    stops = Stop.objects.filter(customer__source=source).order_by("customer__external_id", "scope")
    told = stops.values_list("customer__external_id", "scope", "reason")
    counts = [getattr(job, name) for name in COUNTS]
    return job.status, counts, codes(job), base(source), list(told), len(told)


@pytest.fixture
def paired(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Small batches, stored side by side; the threads that stored, batch by batch."""
    stored: list[str] = []
    store: Callable[..., Any] = batch_store

    def noted(*args: Any, **kwargs: Any) -> Any:
        stored.append(threading.current_thread().name)
        return store(*args, **kwargs)

    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(conf, "SIDE_BY_SIDE_FROM", 1)
    monkeypatch.setattr(conf, "JUDGES", 1)
    monkeypatch.setattr(batches, "BATCH", BATCH)
    monkeypatch.setattr(batches, "batch_store", noted)
    return stored


def seconds(stored: list[str]) -> int:
    """How many batches the second connection stored."""
    return sum(name.startswith("import") for name in stored)


@pytest.mark.django_db(transaction=True)
def test_two_connections_store_and_report_what_one_does(paired: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = []
    for least, source in ((ROWS + 1, "one"), (1, "two")):
        monkeypatch.setattr(conf, "SIDE_BY_SIDE_FROM", least)
        done = []
        for name in ("Ёлкин", "Соснин"):
            job_id = received(customers(name=name), source)
            import_run(job_id=job_id)
            done.append(outcome(job_id, source))
        outcomes.append(done)
        # What the first source refuses would stop the customers of the second.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE consents_contactpoint SET value = %s || value, is_current = false", [source])

    assert seconds(paired) == 2 * 4
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0][-1] > 0


@pytest.mark.django_db(transaction=True)
def test_the_later_batch_is_taken_back_with_the_earlier(paired: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, until_earlier: Any = None) -> Any:
        counts = batch_store(*args, until_earlier=until_earlier)
        if until_earlier is None:
            raise RuntimeError
        return counts

    monkeypatch.setattr(batches, "batch_store", broken)
    job_id = received(customers(), "crm")

    with pytest.raises(RuntimeError):
        import_run(job_id=job_id)

    job = ImportJob.objects.get(pk=job_id)
    assert (job.status, job.next_row, job.created_count) == ("failed", 0, 0)
    assert not Customer.objects.exists()
    assert not ConsentEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("loses", ["earlier", "later"])
def test_a_batch_that_another_was_quicker_than_is_stored_again(
    paired: list[str], monkeypatch: pytest.MonkeyPatch, loses: str
) -> None:
    lost: list[str] = []

    def once(*args: Any, until_earlier: Any = None) -> Any:
        counts = batch_store(*args, until_earlier=until_earlier)
        if not lost and (until_earlier is None) == (loses == "earlier"):
            lost.append(loses)
            raise IntegrityError
        return counts

    reference = received(customers(), "one")
    monkeypatch.setattr(conf, "SIDE_BY_SIDE_FROM", ROWS + 1)
    with transaction.atomic():
        import_run(job_id=reference)
        expected = outcome(reference, "one")
        transaction.set_rollback(True)
    monkeypatch.setattr(conf, "SIDE_BY_SIDE_FROM", 1)
    monkeypatch.setattr(batches, "batch_store", once)
    job_id = received(customers(), "two")
    import_run(job_id=job_id)

    assert lost == [loses]
    assert outcome(job_id, "two") == expected


@pytest.mark.django_db(transaction=True)
def test_the_second_connection_ends_with_the_run(paired: list[str]) -> None:
    own = _connected()
    with second_connection(rows=ROWS) as second:
        assert second
        held = second.begin(_connected).result()
        assert not held.closed

    assert held.closed
    assert not own.closed


def _connected() -> Any:
    connection.ensure_connection()
    return connection.connection


@pytest.mark.django_db(transaction=True)
def test_a_run_goes_on_where_the_server_has_no_place_for_a_second_connection(
    paired: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_wrapper: Any, _parameters: Any) -> Any:
        raise OperationalError

    job_id = received(customers(), "crm")
    monkeypatch.setattr("portal.database.base.DatabaseWrapper.get_new_connection", refused)
    import_run(job_id=job_id)

    assert ImportJob.objects.get(pk=job_id).status == "finished"
    assert paired
    assert not seconds(paired)


@pytest.mark.django_db
def test_a_run_within_a_transaction_has_one_connection(paired: list[str]) -> None:
    with second_connection(rows=ROWS) as second:
        assert second is None
