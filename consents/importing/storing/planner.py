"""What the planner is told for some statements of a load, and forgets after them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.utils import CursorWrapper


@contextmanager
def planner_told(cursor: CursorWrapper, **settings: str) -> Iterator[None]:
    """Set planner settings for the statements of the block, inside a transaction.

    They are taken back by hand: the transaction may go on with statements that these settings would ruin, as a
    rehearsal does, whose whole run is one transaction.
    """
    cursor.execute("; ".join(f"SET LOCAL {name} = {value}" for name, value in settings.items()))
    yield
    cursor.execute("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in settings))
