"""Waiting in tests: with a deadline that only a fault reaches, however loaded the machine is."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")

PATIENCE_S: Final = 60.0


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait until something has come to be. Fails with ``what`` when it does not."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


def ended(call: Callable[[], T]) -> T:
    """What a call gives that must come back by itself. Raises `TimeoutError` when it would hang for ever."""
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(call).result(PATIENCE_S)
    finally:
        pool.shutdown(wait=False)
