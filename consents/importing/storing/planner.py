"""Settings of the planner for some statements of a load."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.utils import CursorWrapper


@contextmanager
def planner_settings(cursor: CursorWrapper, **settings: str) -> Iterator[None]:
    """Set planner settings for the statements of the block, inside a transaction.

    They are reset after the block: the transaction may go on with statements that these settings would slow down, as
    in a rehearsal, whose whole run is one transaction.
    """
    cursor.execute("; ".join(f"SET LOCAL {name} = {value}" for name, value in settings.items()))
    yield
    cursor.execute("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in settings))
