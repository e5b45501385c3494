"""Many rows, one after the other: what one of them breaks costs the others nothing."""

import logging
from collections.abc import Callable
from typing import Final, TypeVar

import psycopg
from django.db import InterfaceError, OperationalError, connection

from consents.errors import fault_place

logger = logging.getLogger(__name__)

T = TypeVar("T")

CONNECTION_ERRORS: Final = (psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError)
"""A statement that was cut off raises psycopg's own; a server that does not let us in again raises Django's."""


def apart(what: str, act: Callable[[], T], broken: T) -> T:
    """Return what ``act`` returns; ``broken`` where it fails, which is logged under ``what`` without the error's words.

    An act is a transaction of its own: nothing of it is left half done. Without a database the error is raised, for
    every other act would fail too.
    """
    try:
        return act()
    except Exception as error:
        # The message of a database error may quote a customer.
        logger.error("%s failed with %s", what, fault_place(error))
        if not database_answers():
            raise
        return broken


def database_answers() -> bool:
    """Return whether there is a database to go on with: the connection as it is, or a new one in its place."""
    if connection.is_usable():
        return True
    connection.close()
    try:
        connection.ensure_connection()
    except CONNECTION_ERRORS:
        return False
    return True
