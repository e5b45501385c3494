"""Prepared statements outlive whatever makes the server forget them."""

import psycopg
import pytest
from django.db import connection, transaction

from notify import statements

pytestmark = pytest.mark.django_db

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


@pytest.mark.django_db(transaction=True)
def test_the_next_request_after_the_server_went_away_gets_a_new_connection() -> None:
    pid = statements.run("SELECT pg_backend_pid()", {}).fetchone()
    with psycopg.connect(connection.connection.info.dsn) as other:
        other.execute("SELECT pg_terminate_backend(%s)", pid)

    connection.health_check_done = False  # what the start of a request does
    connection.health_check_enabled = True

    assert statements.run(SUM, {"a": 3, "b": 4}).fetchone() == (7,)
