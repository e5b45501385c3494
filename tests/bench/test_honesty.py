"""A bench that cannot fail measures nothing: a missed limit and a request without an answer are seen."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat

import pytest

from bench import import_rows
from bench._load import load

REQUEST = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def server(answers: int) -> Iterator[int]:
    """A server that gives each connection so many answers and then hangs up on the next request."""

    def serve(connection: socket.socket) -> None:
        with connection:
            for _ in range(answers):
                connection.recv(4096)
                connection.sendall(ANSWER)
            connection.recv(4096)

    def accept(door: socket.socket) -> None:
        while True:
            try:
                connection, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=accept, args=(door,), daemon=True).start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)


def test_a_request_that_the_server_hangs_up_on_is_counted() -> None:
    with server(answers=2) as port:
        outcome = load(port, 3, lambda _: repeat(REQUEST, 5))

    assert (len(outcome.latencies), outcome.unanswered) == (6, 3)


def test_a_run_that_is_answered_whole_has_nothing_unanswered() -> None:
    with server(answers=5) as port:
        outcome = load(port, 3, lambda _: repeat(REQUEST, 5))

    assert (len(outcome.latencies), outcome.unanswered) == (15, 0)


@pytest.mark.parametrize(
    ("value", "unit", "limit", "is_missed"),
    [
        (9_999, "rows/s", 10_000, True),
        (10_000, "rows/s", 10_000, False),
        (301, "MB", 300, True),
        (300, "MB", 300, False),
        (1, "rows/s", None, False),
    ],
)
def test_a_missed_limit_of_an_import_is_noted(
    value: float, unit: str, limit: float | None, is_missed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    missed: list[str] = []
    monkeypatch.setattr(import_rows, "MISSED", missed)

    import_rows._say("figure", value, unit, limit=limit, peer=None)

    assert missed == (["figure"] if is_missed else [])
