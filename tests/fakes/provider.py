"""An HTTP provider of the sandbox's shape on a real socket, honest or not as told, with a log of its own.

What it took stands in ``log`` (and in a SQLite file if given one), whatever it answered: the truth that a
test compares our rows with.
"""

import json
import socket
import sqlite3
import struct
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from portal.laptop.fakes.lasting import PromptServer

Mode = Literal[
    "accept", "reject", "later", "forbidden", "broke", "broke_took", "reset", "reset_took",
    "silent", "silent_took", "drips", "no_id", "not_json",
]  # fmt: skip
TAKES = frozenset({"accept", "broke_took", "reset_took", "silent_took", "no_id", "not_json"})

STATUS: Mapping[str, int] = {"reject": 422, "later": 429, "forbidden": 403, "broke": 500, "broke_took": 500}


@dataclass
class ProviderLog:
    """Messages in the order in which they were taken."""

    path: Path | None = None
    taken: list[dict[str, Any]] = field(default_factory=list)
    calls: int = 0
    secrets: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, payload: dict[str, Any]) -> str:
        with self._lock:
            self.taken.append(payload)
            if self.path is not None:
                with sqlite3.connect(self.path) as database:
                    database.execute("CREATE TABLE IF NOT EXISTS taken (reference TEXT, address TEXT)")
                    database.execute("INSERT INTO taken VALUES (?, ?)", (payload["reference"], payload["address"]))
            return f"p{len(self.taken)}"


class _Server(PromptServer, ThreadingHTTPServer):
    daemon_threads = True
    log: ProviderLog
    mode: Mode
    modes: dict[str, Mode]
    released: threading.Event


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        log = self.server.log
        log.calls += 1
        log.secrets.append(self.headers.get("X-Sandbox-Secret", ""))
        mode = self.server.modes.get(payload["address"], self.server.mode)
        provider_id = log.add(payload) if mode in TAKES else ""
        self._answer(mode, provider_id)

    def _answer(self, mode: Mode, provider_id: str) -> None:
        if mode.startswith("reset"):
            # Linger 0: the client sees a reset, not a calm end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif mode.startswith("silent"):
            self.server.released.wait()
            self.close_connection = True
        elif mode == "drips":
            self._drip()
        elif mode == "not_json":
            self._write(200, b"thank you")
        else:
            body: dict[str, str] = {} if mode == "no_id" else {"id": provider_id}
            self._write(STATUS.get(mode, 200), json.dumps(body).encode())

    def _drip(self) -> None:
        """Answer byte by byte, without an end."""
        self.close_connection = True
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not self.server.released.wait(0.05):
                self.wfile.write(b"w")

    def _write(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Keep quiet."""


class FakeProvider:
    """``with FakeProvider() as provider``: set ``provider.mode``, or ``provider.modes[address]``."""

    def __init__(self, path: Path | None = None) -> None:
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.log = ProviderLog(path)
        self._server.mode = "accept"
        self._server.modes = {}
        self._server.released = threading.Event()
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/send"

    @property
    def log(self) -> ProviderLog:
        return self._server.log

    @property
    def taken(self) -> list[dict[str, Any]]:
        return self._server.log.taken

    @property
    def modes(self) -> dict[str, Mode]:
        return self._server.modes

    @property
    def mode(self) -> Mode:
        return self._server.mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._server.mode = mode

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def receipt(reference: str, state: str, *, key: str = "", minutes: int = 0) -> dict[str, str]:
    """One event as the sandbox would call back with it."""
    at = datetime(2026, 11, 24, 12, tzinfo=UTC) + timedelta(minutes=minutes)
    return {
        "key": key or f"{reference}:{state}",
        "reference": reference,
        "id": "",
        "state": state,
        "at": at.isoformat(),
        "detail": "",
    }


def webhook(*events: dict[str, str]) -> bytes:
    """The body of a call with ``events``."""
    return json.dumps({"events": list(events)}).encode()
