"""A transaction that reads one state of the database, for the check of the whole ledger."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


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
