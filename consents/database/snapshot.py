"""Reads for the check of the whole ledger: of one state of the database, and of values that no program wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.types.datetime import TimestamptzLoader


@contextmanager
def snapshot(*further: str) -> Iterator[None]:
    """Read one state of the database in the block; inside a caller's transaction, what that one reads.

    ``further`` are statements that set up the transaction; they are left out inside a caller's.
    """
    is_own = not connection.in_atomic_block
    with transaction.atomic():
        if is_own:
            with connection.cursor() as cursor:
                for statement in ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", *further):
                    cursor.execute(statement)
        yield


class _AnyMoment(TimestamptzLoader):
    """Read a moment that Python has (until the year 9999), and any other, ``infinity`` too, as text."""

    def load(self, data: bytes | bytearray | memoryview) -> datetime | str:  # type: ignore[override]  # or it raises
        try:
            return super().load(data)
        except psycopg.DataError:
            return bytes(data).decode()


@contextmanager
def plain_cursor(*, is_chunked: bool = False) -> Iterator[CursorWrapper]:
    """Open a cursor that reads rows whatever moment stands in them: one such row hides no other from a check."""
    with connection.chunked_cursor() if is_chunked else connection.cursor() as cursor:
        cursor.cursor.adapters.register_loader("timestamptz", _AnyMoment)
        yield cursor
