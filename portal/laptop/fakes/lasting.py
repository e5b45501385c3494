"""What lets a fake run for long: it keeps the newest things alone, and its server ends for everybody at once."""

import socket
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from typing import Any

Kept = list[Any] | dict[Any, Any]


def newest_keep(kept: Kept, most: int) -> None:
    """Take the oldest out of a list or a dictionary until ``most`` are left."""
    over = max(0, len(kept) - most)
    if isinstance(kept, list):
        del kept[:over]
        return
    for key in list(islice(kept, over)):
        del kept[key]


class LastingServer(ThreadingHTTPServer):
    """A server whose end cuts its connections too: a client that keeps one gets no answer from it afterwards."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], conversation: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, conversation)
        self.is_over = False
        self._open: set[socket.socket] = set()

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
