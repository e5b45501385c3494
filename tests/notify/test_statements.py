"""Prepared statements outlive whatever makes the server forget them."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.db import connection, transaction

from notify import statements

pytestmark = pytest.mark.django_db

Ask = Callable[..., psycopg.Cursor[Any]]

SUM = "SELECT %(a)s::int + %(b)s::int"


def test_a_statement_is_prepared_in_the_session_and_bound_by_the_server() -> None:
    statements.run(SUM, {"a": 1, "b": 2})

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int + $2::int'")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("forget", ["savepoint", "DEALLOCATE ALL"])
def test_a_session_that_forgot_is_asked_again(forget: str) -> None:
    statements.run(SUM, {"a": 1, "b": 2})
    if forget == "savepoint":
        with transaction.atomic():
            transaction.set_rollback(True)
    else:
        connection.connection.execute(forget)

    assert statements.run(SUM, {"a": 3, "b": 4}).fetchone() == (7,)


def request_begins() -> None:
    """Do to the connection what the start of a request does."""
    ours: Any = connection
    ours.health_check_done = False
    ours.health_check_enabled = True


def server_gone() -> None:
    """End the connection from the server's side, then begin the next request."""
    pid = statements.run("SELECT pg_backend_pid()", {}).fetchone()
    with psycopg.connect(connection.connection.info.dsn) as other:
        other.execute("SELECT pg_terminate_backend(%s)", pid)
    request_begins()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ask", [statements.run, statements.read])
def test_the_next_request_after_the_server_went_away_gets_a_new_connection(ask: Ask) -> None:
    server_gone()

    assert ask(SUM, {"a": 3, "b": 4}).fetchone() == (7,)


@pytest.mark.django_db(transaction=True)
def test_a_read_needs_no_check_of_the_connection_before_it() -> None:
    statements.read(SUM, {"a": 1, "b": 2})
    request_begins()

    with patch.object(connection, "is_usable") as asked:
        statements.read(SUM, {"a": 1, "b": 2})
        statements.run(SUM, {"a": 1, "b": 2})

    asked.assert_not_called()


def lost_and_read() -> None:
    server_gone()
    statements.read(SUM, {"a": 1, "b": 2})


@pytest.mark.django_db(transaction=True)
def test_a_connection_lost_within_a_transaction_is_not_replaced() -> None:
    with pytest.raises(psycopg.OperationalError), transaction.atomic():
        lost_and_read()


@pytest.mark.database_timers
@pytest.mark.django_db(transaction=True)
def test_a_reading_that_took_too_long_is_not_repeated() -> None:
    pid = statements.run("SELECT pg_backend_pid()", {}).fetchone()
    connection.connection.execute("SET statement_timeout = 20")

    with pytest.raises(psycopg.errors.QueryCanceled):
        statements.read("SELECT pg_sleep(%(a)s)", {"a": 1})

    connection.connection.execute("RESET statement_timeout")
    assert statements.read("SELECT pg_backend_pid()", {}).fetchone() == pid
