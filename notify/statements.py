"""Statements that run too often to be planned each time, prepared on Django's connection and bound by the server.

psycopg keeps the account of what a session has prepared: it starts anew after whatever makes the server forget.
"""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from django.db import connection

_ONLY_WHEN_ASKED: Final = 1_000_000_000
"""Django switches prepared statements off; this switches them on for statements that ask, and for no other."""


def run(statement: str, parameters: Mapping[str, Any]) -> psycopg.Cursor[Any]:
    """Execute below Django's cursor wrapper; give the cursor. Raises psycopg's own errors. JSON comes as text."""
    connection.close_if_health_check_failed()
    return _execute(statement, parameters)


def read(statement: str, parameters: Mapping[str, Any]) -> psycopg.Cursor[Any]:
    """Do as `run` for a statement that changes nothing, without asking first whether the server is still there.

    Its answer says that. Where the connection turns out to be lost, a new one is asked once more.
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
