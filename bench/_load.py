"""A small load generator: raw HTTP over kept connections, so that it costs the machine little."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

END = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass
class Outcome:
    """The result of a run of requests."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    unanswered: int = 0
    """Requests whose connection ended before their answer."""
    heads: dict[bytes, int] = field(default_factory=dict)
    """Status and Location of the answers, counted."""
    body_bytes: int = 0

    @property
    def per_second(self) -> float:
        """Return the answers a second."""
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """Return the latency in milliseconds below which this share of the answers stayed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class _Connection(asyncio.Protocol):
    """One connection that sends its next request as soon as the last is answered."""

    _transport: asyncio.Transport

    def __init__(self, requests: Iterator[bytes], outcome: Outcome, over: asyncio.Future[None]) -> None:
        self._requests = requests
        self._outcome = outcome
        self._over = over
        self._buffer = b""
        self._waits = False
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast(asyncio.Transport, transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        """Collect one answer and send the next request."""
        self._buffer += data
        head, found, body = self._buffer.partition(END)
        if not found or len(body) < _length(head):
            return
        self._note(head, body)
        self._buffer = b""
        self._next()

    def connection_lost(self, _exc: Exception | None) -> None:
        """End the connection, also when the server closed it; count a request without an answer."""
        self._outcome.unanswered += self._waits
        if not self._over.done():
            self._over.set_result(None)

    def _note(self, head: bytes, body: bytes) -> None:
        outcome = self._outcome
        self._waits = False
        outcome.latencies.append(time.perf_counter() - self._sent)
        status = int(head[9:12])
        outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
        key = head[9:12] + b" " + _header(head, b"location:")
        outcome.heads[key] = outcome.heads.get(key, 0) + 1
        outcome.body_bytes = len(body)

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
            return
        self._waits = True
        self._sent = time.perf_counter()
        self._transport.write(request)


def load(port: int, connections: int, requests: Callable[[int], Iterator[bytes]]) -> Outcome:
    """Send the requests of each connection, all connections at once; wait for the last answer."""
    return asyncio.run(_load(port, connections, requests))


async def _load(port: int, connections: int, requests: Callable[[int], Iterator[bytes]]) -> Outcome:
    loop = asyncio.get_running_loop()
    outcome = Outcome()
    overs = [loop.create_future() for _ in range(connections)]
    began = time.perf_counter()
    for number, over in enumerate(overs):
        await loop.create_connection(
            lambda number=number, over=over: _Connection(requests(number), outcome, over),  # type: ignore[misc]  # bound at once
            "127.0.0.1",
            port,
        )
    await asyncio.gather(*overs)
    outcome.seconds = time.perf_counter() - began
    return outcome


def _length(head: bytes) -> int:
    return int(_header(head, LENGTH) or b"0")


def _header(head: bytes, name: bytes) -> bytes:
    low = head.lower()
    at = low.find(name)
    if at < 0:
        return b""
    end = head.find(b"\r\n", at)
    return head[at + len(name) : end if end > 0 else None].strip()
