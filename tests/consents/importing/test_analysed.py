"""After a load the planner knows the tables, although the application may not analyse what it does not own."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from consents.importing import running as import_running
from consents.importing.storing.merging import tables_analyse
from tests.consents.importing.conftest import Load, rows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forgotten(db: None) -> Iterator[None]:
    """What an analysis says of the size of a table outlives the rollback of a test, and would mislead the next ones."""
    yield
    tables = "('consents_customer'::regclass, 'consents_contactpoint'::regclass, 'consents_stop'::regclass)"
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute(f"UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE oid IN {tables}")


def known_rows() -> int:
    """How many customers the planner believes in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'consents_customer'::regclass")
        return int(cursor.fetchone()[0])


def test_the_planner_knows_a_big_load(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_running, "ANALYSED_FROM", 30)
    load(rows(*(f"C-{n};Иван;8916{n:07d};;;;;" for n in range(30))))

    assert known_rows() == 30

    load(rows(*(f"C-{n};Иван;8916{n:07d};;;;;" for n in range(30, 40))))
    assert known_rows() == 30  # a small file is left to autovacuum


def test_the_role_of_the_application_may_have_the_tables_analysed(load: Load) -> None:
    load(rows("C-1;Иван;89161234567;;;;;"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE trial_loader; GRANT USAGE ON SCHEMA public TO trial_loader")
        cursor.execute("SET LOCAL ROLE trial_loader")
        tables_analyse()
        cursor.execute("RESET ROLE")

    assert known_rows() == 1
