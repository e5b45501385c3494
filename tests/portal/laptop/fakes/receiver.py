"""A site that a fake calls back."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self

from portal.laptop.fakes.lasting import LastingServer


class Receiver:
    """Keeps the bodies of calls in ``bodies``; ``answer`` says the status and the body of the answer to each."""

    def __init__(self, answer: Callable[[int], tuple[int, bytes]] = lambda _number: (200, b"ok")) -> None:
        self.bodies: list[bytes] = []
        receiver = self

        class Conversation(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                status, body = answer(len(receiver.bodies))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = LastingServer(("127.0.0.1", 0), Conversation)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/webhooks/x/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
