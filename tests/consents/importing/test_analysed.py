"""After a load the planner knows the tables, although the application may not analyse what it does not own."""

import pytest
from django.db import connection

from consents.importing import running as import_running
from consents.importing.storing.merging import tables_analyse
from tests.consents.importing.conftest import Load, rows

pytestmark = pytest.mark.django_db


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
