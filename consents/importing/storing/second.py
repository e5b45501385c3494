"""A second connection beside that of the run, with the same staged rows: it stores every other batch of a long file.

The later of two batches stores its new customers while the earlier one is stored, waits for it, and only then does what
may depend on it and commits. So the batches become visible in their order, and a run that is killed loses both or the
later one.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, ParamSpec, TypeVar

from django.db import OperationalError, connection

from consents.importing import conf

_PROCESSORS: Final = 2
_P = ParamSpec("_P")
_T = TypeVar("_T")


class Second:
    """Does one thing at a time over a connection of its own, in a thread of its own."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def begin(self, act: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> "Future[_T]":
        """Begin to do something; the result is waited for by its reader."""
        return self._pool.submit(act, *args, **kwargs)


@contextmanager
def second_connection(*, rows: int) -> Iterator[Second | None]:
    """Have a second connection during the block where a file of so many rows deserves one; it ends with the block.

    None within a transaction, whose rows no other connection sees, and where the server gives no second connection.
    """
    if rows < conf.SIDE_BY_SIDE_FROM or (os.cpu_count() or 1) < _PROCESSORS or connection.in_atomic_block:
        yield None
        return
    with ThreadPoolExecutor(1, thread_name_prefix="import") as pool:
        second = Second(pool)
        try:
            yield second if second.begin(_opened).result() else None
        finally:
            pool.submit(_close).result()


def _opened() -> bool:
    """Connect for the thread that calls; return whether the server had a place."""
    try:
        connection.ensure_connection()
    except OperationalError:
        return False
    return True


def _close() -> None:
    connection.close()  # that of the thread which calls


def both(second: Second | None, act: Callable[_P, object], *args: _P.args, **kwargs: _P.kwargs) -> None:
    """Do the same over this connection and, at the same time, over the second where there is one."""
    done = second.begin(act, *args, **kwargs) if second else None
    act(*args, **kwargs)
    if done:
        done.result()
