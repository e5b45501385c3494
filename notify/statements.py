"""Frequent statements, prepared on Django's connection and bound by the server.

psycopg tracks what a session has prepared and prepares anew on a new session.
"""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from django.db import connection

_ONLY_WHEN_ASKED: Final = 1_000_000_000
"""Django switches prepared statements off; this switches them on for statements that ask, and for no other."""


def run(statement: str, parameters: Mapping[str, Any]) -> psycopg.Cursor[Any]:
    """Execute below Django's cursor wrapper; return the cursor. Raises psycopg's own errors. JSON comes as text."""
    connection.close_if_health_check_failed()
    return _execute(statement, parameters)


def read(statement: str, parameters: Mapping[str, Any]) -> psycopg.Cursor[Any]:
    """Execute a statement that changes nothing, as `run` does but without a health check of the connection.

    Where the connection turns out to be lost, the statement runs once more on a new one.
    """
    try:
        cursor = _execute(statement, parameters)
    except psycopg.OperationalError:
        if connection.in_atomic_block or not connection.connection.closed:
            raise
        connection.close()
        cursor = _execute(statement, parameters)
    connection.health_check_done = True  # type: ignore[attr-defined]  # Django's own switch, which the stubs leave out
    return cursor


def _execute(statement: str, parameters: Mapping[str, Any]) -> psycopg.Cursor[Any]:
    connection.ensure_connection()
    connection.connection.prepare_threshold = _ONLY_WHEN_ASKED
    cursor: psycopg.Cursor[Any] = psycopg.Cursor(connection.connection)
    return cursor.execute(statement, parameters, prepare=True)
