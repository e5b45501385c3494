"""What the HTTP fakes have in common: a server on loopback, faults of the wire, and calls back to the site."""

import json
import logging
import socket
import struct
import threading
import time
import urllib.error
import urllib.request
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Final, Literal, Self
from urllib.parse import parse_qs, parse_qsl, urlsplit

from portal.laptop.fakes.lasting import Kept, LastingServer, Running, newest_keep

logger = logging.getLogger(__name__)

Fault = Literal[
    "", "reset", "reset_took", "silent", "silent_took", "drips",
    "not_json", "broke", "broke_took", "busy", "unavailable",
]  # fmt: skip
"""What goes wrong with a call. ``…_took``: the fake has done its work all the same."""

TAKES: Final = frozenset({"", "reset_took", "silent_took", "not_json", "broke_took"})
STATUS: Final[Mapping[str, int]] = {"broke": 500, "broke_took": 500, "busy": 429, "unavailable": 503}
RETRY_AFTER: Final = "7"
HANG_SECONDS: Final = 120.0
"""Longer than any client waits for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as it came. Names of headers are in small letters."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON. Raises ValueError."""
        return json.loads(self.body)

    def json_object(self) -> dict[str, Any]:
        """Return the JSON object of the body; an empty one in place of anything else."""
        try:
            found = self.json()
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def form(self) -> dict[str, str]:
        """Return the fields of a form, the last of each name."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the fake answers: a JSON value, or text as it stands."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """Return the bytes of the body."""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body, ensure_ascii=False).encode()


class HttpFake(Running):
    """One provider. Subclasses say what a call does (`answer`) and whose faults it meets (`addresses`).

    ``with Fake() as fake``: ``fake.fault`` goes wrong with every call, ``fake.faults[address]`` with those to an
    address; ``fake.delay`` is spent on each call; ``fake.calls`` are all calls in their order. `answer` runs under
    ``fake.lock``: one call at a time. With ``fake.most`` only so many of each thing are kept, the newest.
    """

    def __init__(self, *, port: int = 0) -> None:
        self.fault: Fault = ""
        self.faults: dict[str, Fault] = {}
        self.delay = 0.0
        self.most = 0
        self.calls: list[Call] = []
        self.lock = threading.RLock()
        self.released = threading.Event()
        self._server = _Server(("127.0.0.1", port), _Conversation)
        self._server.fake = self
        self._port: int = self._server.server_address[1]
        self._thread: threading.Thread | None = None

    @abstractmethod
    def answer(self, call: Call) -> Reply:
        """Do what the call asks for, and say what the provider would."""

    @abstractmethod
    def addresses(self, call: Call) -> list[str]:
        """Return whom the call is about."""

    def kept(self) -> Iterable[Kept]:
        """Return what grows with each call."""
        return [self.calls]

    @property
    def url(self) -> str:
        """Return where it listens, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    def reply(self, call: Call) -> tuple[Fault, Reply]:
        """Return what goes wrong with this call and what the answer would be."""
        with self.lock:
            self.calls.append(call)
            found = [self.faults[one] for one in self.addresses(call) if one in self.faults] if self.faults else []
            fault = found[0] if found else self.fault
            reply = self.answer(call) if fault in TAKES else Reply(body="")
            for one in self.kept() if self.most else ():
                newest_keep(one, self.most)
            return fault, reply

    def start(self) -> Self:
        """Begin to listen; after a `stop`, again and at the same port."""
        if self._server.is_over:
            self._server = _Server(("127.0.0.1", self._port), _Conversation)
            self._server.fake = self
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    @property
    def is_listening(self) -> bool:
        """Return whether anybody can connect."""
        return not self._server.is_over

    def let_go(self) -> None:
        """End calls that hang, without an answer."""
        self.released.set()
        self.released = threading.Event()

    def stop(self) -> None:
        """Let go of calls that hang, close the socket and cut everybody off."""
        self.let_go()
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join(5)
            self._thread = None
        self._server.server_close()


class _Server(LastingServer):
    request_queue_size = 128
    fake: HttpFake


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _talk(self) -> None:
        fake = self.server.fake
        parts = urlsplit(self.path)
        call = Call(
            method=self.command,
            path=parts.path,
            query=parse_qs(parts.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        if fake.delay:
            time.sleep(fake.delay)
        fault, reply = fake.reply(call)
        self._answer(fault, reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _talk  # noqa: N815 - names of the library

    def _answer(self, fault: Fault, reply: Reply) -> None:
        if fault.startswith("reset"):
            # Linger 0: the client sees a reset, not a calm end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif fault.startswith("silent"):
            self.server.fake.released.wait(HANG_SECONDS)
            self.close_connection = True
        elif fault == "drips":
            self._drip()
        elif fault == "not_json":
            self._write(Reply(body="<html>спасибо</html>"))
        elif fault in STATUS:
            self._write(Reply(body="", status=STATUS[fault], headers={"Retry-After": RETRY_AFTER}))
        else:
            self._write(reply)

    def _drip(self) -> None:
        """Answer byte by byte, without an end."""
        self.close_connection = True
        with suppress(OSError):
            released = self.server.fake.released
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not released.wait(0.05):
                self.wfile.write(b"w")

    def _write(self, reply: Reply) -> None:
        content = reply.content()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json; charset=utf-8", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet: a line of a log could name somebody."""


def call_back(url: str, *, headers: Mapping[str, str], body: bytes, seconds: float = 10.0) -> tuple[int, bytes]:
    """Make one call to the site, as the provider would; return the status and the body, 0 without an answer."""
    request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310 - http on loopback
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310 - as above
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


class Courier:
    """Calls the site back from a thread of its own, each call after its delay, and again while it is not answered.

    ``pauses`` are the seconds before each further try. `wait` returns when nothing is left to do.
    """

    def __init__(self, *, pauses: tuple[float, ...] = (1.0, 5.0, 30.0)) -> None:
        self.pauses = pauses
        self.answers: list[tuple[int, bytes]] = []
        self._waiting = 0
        self._changed = threading.Condition()

    def send(
        self,
        make: Callable[[], tuple[str, Mapping[str, str], bytes]],
        *,
        after: float = 0.0,
        accepts: Callable[[int, bytes], bool] | None = None,
    ) -> None:
        """Call as ``make`` says when the time comes; ``accepts`` says which answer is enough, by default status 200."""
        with self._changed:
            self._waiting += 1
        timer = threading.Timer(after, self._run, (make, accepts or (lambda status, _body: status == 200)))
        timer.daemon = True
        timer.start()

    def wait(self, seconds: float = 30.0) -> bool:
        """Wait until all is delivered or given up. False when the time is over."""
        with self._changed:
            return self._changed.wait_for(lambda: self._waiting == 0, seconds)

    def _run(
        self, make: Callable[[], tuple[str, Mapping[str, str], bytes]], accepts: Callable[[int, bytes], bool]
    ) -> None:
        try:
            for pause in (*self.pauses, None):
                url, headers, body = make()
                answer = call_back(url, headers=headers, body=body)
                self.answers.append(answer)
                if accepts(*answer) or pause is None:
                    return
                time.sleep(pause)
        finally:
            with self._changed:
                self._waiting -= 1
                self._changed.notify_all()
