"""Calls that come at their own pace, from several processes, whether the ones before are answered or not."""

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

END = b"\r\n\r\n"


@dataclass
class Answers:
    """What came back. A latency counts from the moment at which the call was due."""

    latencies: list[float] = field(default_factory=list)
    good: int = 0
    seconds: float = 0.0

    def quantile(self, share: float) -> float:
        """Return the seconds below which this share of the latencies stayed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def calls_made(port: int, parts: Sequence[Sequence[bytes]], *, per_second: float, seconds: float) -> Answers:
    """Send each part from a process of its own, ``per_second`` in all, for so long or until there are no more."""
    rate = per_second / len(parts)
    start = time.time() + 1.0
    with multiprocessing.get_context("fork").Pool(len(parts)) as pool:
        found = pool.starmap(_part, [(port, part, rate, seconds, start) for part in parts])
    return Answers(
        [latency for one in found for latency in one.latencies],
        sum(one.good for one in found),
        max(one.seconds for one in found),
    )


def _part(port: int, requests: Sequence[bytes], rate: float, seconds: float, start: float) -> Answers:
    return asyncio.run(_sent(port, requests, rate, seconds, start))


class _Connection(asyncio.Protocol):
    """One connection with one call at a time."""

    def __init__(self, idle: "asyncio.Queue[_Connection]", answers: Answers) -> None:
        self._idle, self._answers = idle, answers
        self._buffer, self._due = b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._idle.put_nowait(self)

    def call(self, request: bytes, due: float) -> None:
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(END)
        if not found or len(body) < _length(head):
            return
        self._answers.latencies.append(time.perf_counter() - self._due)
        self._answers.good += head[9:12] == b"200"
        self._buffer = b""
        self._idle.put_nowait(self)


async def _sent(port: int, requests: Sequence[bytes], rate: float, seconds: float, start: float) -> Answers:
    answers, idle = Answers(), asyncio.Queue[_Connection]()
    loop = asyncio.get_running_loop()
    connections = 16
    for _ in range(connections):
        await loop.create_connection(lambda: _Connection(idle, answers), "127.0.0.1", port)
    await asyncio.sleep(max(0.0, start - time.time()))
    began = time.perf_counter()
    for number, request in enumerate(requests):
        due = began + number / rate if rate else time.perf_counter()
        if time.perf_counter() - began > seconds:
            break
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        connection = await idle.get()
        connection.call(request, due if rate else time.perf_counter())
    for _ in range(connections):
        await idle.get()
    answers.seconds = time.perf_counter() - began
    return answers


def _length(head: bytes) -> int:
    low = head.lower()
    at = low.find(b"content-length:")
    return int(low[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
