"""An event loop in a thread of its own for synchronous callers, and beside it one thread for what may block."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class Background:
    """Runs from the start to `stop`."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._beside = ThreadPoolExecutor(1, thread_name_prefix=f"{name}-beside")
        self._thread = Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run ``work``, which bounds itself, in the loop and return what it does."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def beside(self, call: Callable[..., T], *given: object) -> T:
        """Make a call that may block, after those before it. Only within the loop."""
        return await self._loop.run_in_executor(self._beside, call, *given)

    def stop(self) -> None:
        """Let go of both threads. Nothing may be running any more."""
        self._beside.shutdown(wait=False, cancel_futures=True)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
