"""What lets a fake run, and for long: it keeps the newest things alone, and its server ends for everybody at once."""

import socket
import socketserver
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from types import TracebackType
from typing import Any, Self

Kept = list[Any] | dict[Any, Any]


def newest_keep(kept: Kept, most: int) -> None:
    """Take the oldest out of a list or a dictionary until ``most`` are left."""
    over = max(0, len(kept) - most)
    if isinstance(kept, list):
        del kept[:over]
        return
    for key in list(islice(kept, over)):
        del kept[key]


class Running(ABC):
    """A fake that listens from the beginning of a ``with`` to its end."""

    @abstractmethod
    def start(self) -> Self:
        """Begin to listen."""

    @abstractmethod
    def stop(self) -> None:
        """Cut everybody off and close the socket."""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class PromptServer(socketserver.BaseServer):
    """A server that waits for callers alone: `shutdown` wakes it, so it needs no clock to look for its end."""

    address_family: int
    socket_type: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_ending = False
        self._has_ended = threading.Event()

    def serve_forever(self, poll_interval: float = 0) -> None:  # noqa: ARG002 - the library's own
        """Answer callers until `shutdown`; ``poll_interval`` says nothing here."""
        while not self._is_ending:
            self.handle_request()
        self._has_ended.set()

    def shutdown(self) -> None:
        """End `serve_forever`, which runs in another thread, and wait for its end."""
        self._is_ending = True
        with suppress(OSError), socket.socket(self.address_family, self.socket_type) as call:
            call.connect(self.server_address)
            if self.socket_type == socket.SOCK_DGRAM:
                call.send(b"")
        self._has_ended.wait(5)

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002 - the library's own
        """Let nobody in once the end has begun: that caller is `shutdown` itself."""
        return not self._is_ending


class LastingServer(PromptServer, ThreadingHTTPServer):
    """A server whose end cuts its connections too: a client that keeps one gets no answer from it afterwards."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], conversation: type[BaseHTTPRequestHandler]) -> None:
        self.is_over = False
        self._open: set[socket.socket] = set()
        super().__init__(address, conversation)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember a connection until its end."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that has ended."""
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close the socket and every connection."""
        self.is_over = True
        super().server_close()
        for request in list(self._open):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)
