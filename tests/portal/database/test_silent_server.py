"""A database that refuses, stands still or lost our connection costs seconds; a slow statement is waited for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from portal.database import base, limits, outage
from portal.database.base import DatabaseWrapper
from portal.database.limits import LIMITS
from portal.database.process_kind import ProcessKind
from portal.laptop.embedded.installation import free_port
from tests.support.patience import wait_until
from tests.support.tcp_proxy import TcpProxy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is patience on a server would only make these tests long."""
    quick = replace(LIMITS[ProcessKind.COMMAND], silence=0.2, connect=2)
    monkeypatch.setitem(LIMITS, ProcessKind.COMMAND, quick)


@pytest.fixture
def proxy() -> Iterator[TcpProxy]:
    host, port = connection.settings_dict["HOST"] or "127.0.0.1", connection.settings_dict["PORT"] or 5432
    with TcpProxy(host, int(port), own_port=free_port()) as running:
        yield running


@contextmanager
def through(proxy: TcpProxy) -> Iterator[DatabaseWrapper]:
    other = connections.create_connection("default")
    assert isinstance(other, DatabaseWrapper)
    other.settings_dict = {**connection.settings_dict, "HOST": "127.0.0.1", "PORT": str(proxy.port)}
    try:
        yield other
    finally:
        other.close()


def ask(database: Any, statement: str = "SELECT 1") -> Any:
    with database.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def test_a_server_that_stands_still_is_given_up(proxy: TcpProxy) -> None:
    with through(proxy) as database:
        assert ask(database) == 1
        proxy.hang()

        with pytest.raises(OperationalError, match="given up"):
            ask(database)


def test_during_an_outage_callers_are_refused_without_waiting(proxy: TcpProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "AGAIN_SECONDS", 3600)
    proxy.refuse()
    with through(proxy) as first, through(proxy) as second:
        with pytest.raises(OperationalError):
            ask(first)
        proxy.heal()

        with pytest.raises(OperationalError, match=base.JUST_SILENT):
            ask(second)


def test_an_outage_ends_with_the_first_caller_who_gets_through(
    proxy: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "AGAIN_SECONDS", 0)
    proxy.refuse()
    with through(proxy) as first, through(proxy) as second:
        with pytest.raises(OperationalError):
            ask(first)
        proxy.heal()

        assert [ask(first), ask(second)] == [1, 1]


def test_a_connection_that_was_lost_without_a_word_is_given_up_and_a_new_one_works(proxy: TcpProxy) -> None:
    with through(proxy) as database:
        assert ask(database) == 1
        proxy.cut()
        with pytest.raises(OperationalError, match="given up"):
            ask(database)
        database.close()

        assert ask(database) == 1


def test_the_session_of_a_lost_connection_gives_its_locks_back(proxy: TcpProxy) -> None:
    with through(proxy) as database:
        ask(database, "SELECT pg_advisory_lock(41, 41)")
        proxy.cut()
        with pytest.raises(OperationalError, match="given up"):
            ask(database)

        wait_until(lambda: ask(connection, "SELECT pg_try_advisory_lock(41, 41)"), "the lock is still held")
        ask(connection, "SELECT pg_advisory_unlock(41, 41)")


def test_a_statement_that_takes_long_is_waited_for(proxy: TcpProxy) -> None:
    with through(proxy) as database:
        assert ask(database, "SELECT 7 FROM pg_sleep(1.5)") == 7


def test_a_statement_that_waits_for_a_lock_is_waited_for(proxy: TcpProxy) -> None:
    ask(connection, "SELECT pg_advisory_lock(42, 42)")
    with through(proxy) as database:
        ask(database, "SELECT set_config('lock_timeout', '1s', false)")

        with pytest.raises(OperationalError, match="lock timeout"):
            ask(database, "SELECT pg_advisory_lock(42, 42)")
    ask(connection, "SELECT pg_advisory_unlock(42, 42)")


def test_what_the_address_of_the_database_sets_itself_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "process_kind", lambda: ProcessKind.WEB)
    told = {"options": "-c statement_timeout=90s", "connect_timeout": "7", "host": "db.example"}

    found = limits.parameters_with_limits(told)

    assert found["connect_timeout"] == "7"
    assert found["options"].count("statement_timeout") == 1
    assert "-c lock_timeout=4s" in found["options"]
