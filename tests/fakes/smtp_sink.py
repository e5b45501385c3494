"""A mail server that takes, refuses or hangs up as the recipient's address tells it, and logs what it took.

The part of the address before ``-`` or ``@`` is the behaviour, see `BEHAVIOURS`; any other word is accepted.
Runs in a thread for tests (`SmtpSink`) or as a process of its own: ``python -m tests.fakes.smtp_sink``.
"""

import argparse
import asyncio
import base64
import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

BEHAVIOURS = {
    "mail550": ("mail", b"550 5.7.1 sender refused\r\n"),
    "mail530": ("mail", b"530 5.7.0 must log in\r\n"),
    "rcpt550": ("rcpt", b"550 5.1.1 <somebody@example.ru> no such user\r\n"),
    "mail5511": ("mail", b"550 5.1.1 no such user\r\n"),
    "rcpt552": ("rcpt", b"552 5.2.2 mailbox full\r\n"),
    "relay554": ("rcpt", b"554 5.7.1 <somebody@example.ru>: Relay access denied\r\n"),
    "relay454": ("rcpt", b"454 4.7.1 <somebody@example.ru>: Relay access denied\r\n"),
    "owned553": ("rcpt", b"553 5.7.1 Sender address rejected: not owned by user bank\r\n"),
    "dkim550": ("dot", b"550 5.7.26 unauthenticated mail is not accepted\r\n"),
    "rcpt451": ("rcpt", b"451 4.7.1 greylisted\r\n"),
    "mail421": ("mail", b"421 4.7.0 not now\r\n"),
    "rcpt421": ("rcpt", b"421 4.3.2 closing\r\n"),
    "cutrcpt": ("rcpt", None),
    "data554": ("data", b"554 5.5.1 no\r\n"),
    "cutdata": ("data", None),
    "dot452": ("dot", b"452 4.3.1 disk full\r\n"),
    "dot554": ("dot", b"554 5.7.1 spam\r\n"),
    "tookcut": ("dot", None),
    "lostcut": ("dot", None),
    "gibberish": ("dot", b"what?\r\n"),
    "silent": ("dot", b""),
}
"""Word -> stage and answer; ``mail...`` are words of the sender's address. ``None`` hangs up: ``tookcut`` takes the
letter first, ``lostcut`` does not."""

_MESSAGE_ID = re.compile(rb"^Message-ID: <([^@>]+)@", re.MULTILINE | re.IGNORECASE)
_ADDRESS = re.compile(rb"<([^>]*)>")


@dataclass
class Taken:
    """One letter that the server took."""

    address: str
    reference: str
    raw: bytes
    sender: str = ""
    """Of the envelope."""

    def parsed(self) -> EmailMessage:
        """The letter as the standard library reads it."""
        return message_from_bytes(self.raw, policy=default)

    def text(self, kind: Literal["plain", "html"] = "plain") -> str:
        """One of its two texts; empty where it has none of that kind."""
        part = self.parsed().get_body((kind,))
        return str(part.get_content()) if part is not None else ""


@dataclass
class SinkLog:
    """What came in. ``path``, if set, gets one JSON line per letter before the answer is given."""

    path: Path | None = None
    keep: bool = True
    taken: list[Taken] = field(default_factory=list)
    count: int = 0
    connections: int = 0
    pipelining: bool = True
    delay: float = 0.0
    """Seconds before the answer to a letter, in which all others wait too."""
    slow: float = 0.0
    """Seconds before the answer to a letter, of its own conversation alone."""
    under_way: int = 0
    most_under_way: int = 0
    """Letters that waited for their answer at one time."""
    on_letter: Callable[[], None] | None = None
    """Called with each letter that was taken, before the answer."""
    per_connection: int = 0
    hangs_up: bool = False
    """After each refusal."""
    password: str = ""
    """Of whoever logs in, as any user; without one nobody is asked to."""
    logins: int = 0
    mute: bool = False
    """Says nothing after the greeting."""
    drips: float = 0.0
    """Seconds between the bytes of the answer to a letter, which never ends."""
    _handle: int | None = None

    def add(self, address: bytes, raw: bytes, sender: bytes = b"") -> None:
        self.count += 1
        if not self.keep and self.path is None:
            return
        match = _MESSAGE_ID.search(raw)
        reference = match.group(1).decode() if match else ""
        if self.keep:
            self.taken.append(Taken(address.decode(), reference, raw, sender.decode()))
        if self.path is not None:
            if self._handle is None:
                self._handle = os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
            line = json.dumps({"to": address.decode(), "reference": reference, "at": time.time()}) + "\n"
            os.write(self._handle, line.encode())


class SinkProtocol(asyncio.Protocol):
    """One conversation, with pipelined commands answered in order."""

    def __init__(self, log: SinkLog) -> None:
        self.log = log
        self.buffer = b""
        self.reading_letter = False
        self.address = self.sender = b""
        self.refused = False
        self.letters = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.log.connections += 1
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        out: list[bytes] = []
        while not self.transport.is_closing() and self._step(out):
            pass
        if out and not self.transport.is_closing():
            self.transport.write(b"".join(out))

    def _step(self, out: list[bytes]) -> bool:
        if self.reading_letter:
            end = 0 if self.buffer.startswith(b".\r\n") else self.buffer.find(b"\r\n.\r\n")
            if end < 0:
                return False
            size = 3 if self.buffer.startswith(b".\r\n") else end + 5
            raw, self.buffer = self.buffer[:end], self.buffer[size:]
            self.reading_letter = False
            return self._letter(raw, out)
        line, found, rest = self.buffer.partition(b"\r\n")
        if not found:
            return False
        self.buffer = rest
        return self._command(line, out)

    def _command(self, line: bytes, out: list[bytes]) -> bool:  # noqa: C901, PLR0911 - one branch per verb of SMTP
        verb = line[:4].upper()
        if verb == b"EHLO":
            out.append(self._greeting())
        elif verb == b"AUTH":
            out.append(self._login(line))
        elif verb == b"MAIL":
            match = _ADDRESS.search(line)
            self.address, self.refused = match.group(1) if match else b"", False
            self.sender = self.address
            if self.log.per_connection and self.letters >= self.log.per_connection:
                return self._hang_up(out, b"421 4.7.0 too many letters\r\n")
            return self._answer("mail", out, b"250 ok\r\n")
        elif verb == b"RCPT":
            match = _ADDRESS.search(line)
            self.address = match.group(1) if match else b""
            return self._answer("rcpt", out, b"250 ok\r\n")
        elif verb == b"DATA":
            if self.refused:
                out.append(b"503 5.5.1 no recipient\r\n")
                return True
            self.reading_letter = True
            return self._answer("data", out, b"354 go\r\n")
        elif verb == b"QUIT":
            return self._hang_up(out, b"221 bye\r\n")
        else:
            out.append(b"250 ok\r\n")
        return True

    def _greeting(self) -> bytes:
        pipelining = b"250-PIPELINING\r\n" if self.log.pipelining else b""
        login = b"250-AUTH PLAIN\r\n" if self.log.password else b""
        return b"250-sink\r\n" + pipelining + login + b"250 8BITMIME\r\n"

    def _login(self, line: bytes) -> bytes:
        self.log.logins += 1
        password = base64.b64decode(line.split()[2]).split(b"\0")[2].decode()
        return b"235 2.7.0 welcome\r\n" if password == self.log.password else b"535 5.7.8 wrong\r\n"

    def _letter(self, raw: bytes, out: list[bytes]) -> bool:
        if self.address and self._word() not in {"lostcut", "dot452", "dot554", "dkim550"}:
            self.log.add(self.address, raw, self.sender)
        self.letters += 1
        if self.log.delay:
            time.sleep(self.log.delay)
        if self.log.on_letter is not None:
            self.log.on_letter()
        if self.log.drips:
            self._drip()
            return True
        if self.log.slow:
            self.log.under_way += 1
            self.log.most_under_way = max(self.log.most_under_way, self.log.under_way)
            asyncio.get_running_loop().call_later(self.log.slow, self._late)
            return True
        return self._answer("dot", out, b"250 2.0.0 Ok: queued as %d\r\n" % self.log.count)

    def _word(self) -> str:
        return re.split(rb"[-@]", self.address)[0].decode()

    def _answer(self, stage: str, out: list[bytes], usual: bytes) -> bool:
        if self.log.mute:
            return True
        wanted, answer = BEHAVIOURS.get(self._word() or "", ("", b""))
        if wanted != stage:
            out.append(usual)
            return True
        if answer is None or answer.startswith(b"421") or (answer and self.log.hangs_up):
            return self._hang_up(out, answer or b"")
        self.refused = True
        self.reading_letter = False
        out.append(answer)
        return True

    def _late(self) -> None:
        self.log.under_way -= 1
        if not self.transport.is_closing():
            self.transport.write(b"250 2.0.0 Ok: queued as late\r\n")

    def _drip(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(b"2")
            asyncio.get_running_loop().call_later(self.log.drips, self._drip)

    def _hang_up(self, out: list[bytes], last: bytes) -> bool:
        self.transport.write(b"".join(out) + last)
        out.clear()
        self.transport.close()
        return False


async def serve(log: SinkLog, host: str, port: int) -> asyncio.Server:
    """Listen until cancelled."""
    return await asyncio.get_running_loop().create_server(lambda: SinkProtocol(log), host, port)


class SmtpSink:
    """The sink in a thread of this process: ``with SmtpSink() as sink: sink.port``."""

    def __init__(self, log: SinkLog | None = None) -> None:
        self.log = log or SinkLog()
        self.host = "127.0.0.1"
        self.port = 0
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def taken(self) -> list[Taken]:
        return self.log.taken

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(serve(self.log, self.host, 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(5)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--slow", type=float, default=0.0)
    options = parser.parse_args()
    log = SinkLog(path=options.log, keep=False, delay=options.delay, slow=options.slow)
    server = await serve(log, "127.0.0.1", options.port)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
