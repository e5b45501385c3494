"""One state of the database for as long as a whole ledger takes to read."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot(*further: str) -> Iterator[None]:
    """See one state of the database from beginning to end; inside a caller's transaction, whatever that sees.

    ``further`` are statements that set up the transaction, where it is this one's own.
    """
    is_own = not connection.in_atomic_block
    with transaction.atomic():
        if is_own:
            with connection.cursor() as cursor:
                for statement in ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", *further):
                    cursor.execute(statement)
        yield
