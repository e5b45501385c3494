"""Calls that really run at once, each over a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

T = TypeVar("T")

CONNECTIONS = 20


def at_once(calls: list[Callable[[], T]]) -> list[T]:
    """Run the calls over real connections, the first of each connection at the same moment."""
    barrier = Barrier(CONNECTIONS)

    def run(number: int, call: Callable[[], T]) -> T:
        if number < CONNECTIONS:
            barrier.wait(timeout=30)
        return call()

    def close(_: int) -> None:
        barrier.wait(timeout=30)
        connection.close()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        results = list(pool.map(run, range(len(calls)), calls))
        list(pool.map(close, range(CONNECTIONS)))
    return results
