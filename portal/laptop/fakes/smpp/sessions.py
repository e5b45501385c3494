"""The sessions of a fake SMSC: a socket, binds, requests both ways. What it does with messages: `smsc.py`."""

import asyncio
import socket
import ssl
from abc import abstractmethod
from collections import deque
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from struct import unpack
from typing import Any, Final, Self

from notify.channels.smpp.background import Background
from portal.laptop.fakes.lasting import Running
from portal.laptop.fakes.smpp.pdus import HEADER, pdu, words

BINDS: Final = (1, 2, 9)
SUBMIT: Final = 4
DELIVER: Final = 5
UNBIND: Final = 6
ENQUIRE: Final = 0x15
RESPONSE: Final = 0x80000000
ANSWER_SECONDS: Final = 5.0
DROPPED: Final = -1


@dataclass(slots=True, eq=False)
class SmscSession:
    """One connection."""

    writer: asyncio.StreamWriter
    open: int = 0
    """How many submit_sm wait for their answers."""
    number: int = 0
    answers: dict[int, asyncio.Future[int]] = field(default_factory=dict)

    def write(self, command: int, status: int, sequence: int, body: bytes = b"") -> None:
        """Send one PDU."""
        self.writer.write(pdu(command, status, sequence, body))

    def cut(self) -> None:
        """End the connection without a word."""
        self.writer.transport.abort()


class SmscServer(Running):
    """An SMSC with one account; subclasses say what becomes of a submit_sm (`submitted`)."""

    def __init__(self, *, port: int, system_id: str, password: str, tls: ssl.SSLContext | None) -> None:
        self.system_id, self.password, self._tls = system_id, password, tls
        self.bind_status = self.enquiries = 0
        self.redelivery = 0.5
        self.is_silent = False
        self.binds: list[str] = []
        self.answers: list[int] = []
        """Statuses with which deliver_sm were answered."""
        self.responses: list[tuple[int, int]] = []
        """Commands and statuses of all other answers."""
        self.sessions: list[SmscSession] = []
        self._background: Background | None = None
        self._socket = socket.create_server(("127.0.0.1", port))
        self._outgoing: deque[bytes] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    @abstractmethod
    async def submitted(self, session: SmscSession, sequence: int, body: bytes) -> None:
        """Do with a submit_sm what is to be done, and answer it."""

    @property
    def address(self) -> tuple[str, int]:
        """Return where it listens."""
        host, port = self._socket.getsockname()[:2]
        return str(host), int(port)

    def start(self) -> Self:
        """Begin to listen."""
        self._background = Background("smpp-fake")
        self.run(self._start())
        return self

    def stop(self) -> None:
        """Cut everybody off and close the socket."""
        background, self._background = self._background, None
        if background is not None:
            background.run(self._stop())
            background.stop()
        self._socket.close()

    def drop(self) -> None:
        """Cut every session."""
        self.run(self._drop())

    def ask(self, command: int = ENQUIRE) -> None:
        """Send every session a request without a body."""
        self.run(self._ask(command))

    def bring(self, *bodies: bytes) -> None:
        """Bring bodies of deliver_sm as they are."""
        self.run(self.queue(bodies))

    async def queue(self, bodies: Sequence[bytes]) -> None:
        """Put bodies of deliver_sm behind those that wait."""
        self._outgoing.extend(bodies)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something in the server's loop."""
        if self._background is None:
            work.close()
            raise RuntimeError("not started")
        self._background.run(work)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin something that ends with the server. Only within the loop."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._talk, sock=self._socket, ssl=self._tls)
        self.spawn(self._bring())

    async def _stop(self) -> None:
        self._server.close()
        await self._drop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _drop(self) -> None:
        for session in list(self.sessions):
            session.cut()

    async def _ask(self, command: int) -> None:
        for session in self.sessions:
            session.number += 1
            session.write(command, 0, session.number)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = SmscSession(writer)
        if (task := asyncio.current_task()) is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            await self._listen(session, reader)
        finally:
            self._gone(session)

    async def _listen(self, session: SmscSession, reader: asyncio.StreamReader) -> None:
        with suppress(EOFError, OSError):
            while True:
                length, command, status, sequence = unpack("!IIII", await reader.readexactly(HEADER))
                body = await reader.readexactly(length - HEADER)
                if not self.is_silent and not self._act(session, command, status, sequence, body):
                    return

    def _gone(self, session: SmscSession) -> None:
        if session in self.sessions:
            self.sessions.remove(session)
        for answer in session.answers.values():
            if not answer.done():
                answer.set_result(DROPPED)
        session.writer.close()

    def _act(self, session: SmscSession, command: int, status: int, sequence: int, body: bytes) -> bool:
        """Answer one PDU. False when the conversation is over."""
        if command in BINDS:
            return self._bind(session, command, sequence, body)
        if command == SUBMIT and session in self.sessions:
            self.spawn(self.submitted(session, sequence, body))
        elif command in (ENQUIRE, UNBIND):
            self.enquiries += command == ENQUIRE
            session.write(command | RESPONSE, 0, sequence)
        elif command == DELIVER | RESPONSE:
            self.answers.append(status)
            if (answer := session.answers.pop(sequence, None)) is not None and not answer.done():
                answer.set_result(status)
        elif command & RESPONSE:
            self.responses.append((command, status))
        return command != UNBIND

    def _bind(self, session: SmscSession, command: int, sequence: int, body: bytes) -> bool:
        system_id, password = words(body)[:2]
        self.binds.append(system_id)
        status = self.bind_status
        if not status and system_id != self.system_id:
            status = 0x0F
        elif not status and password != self.password:
            status = 0x0E
        session.write(command | RESPONSE, status, sequence, b"" if status else b"fake\0")
        if not status:
            self.sessions.append(session)
        return not status

    async def _bring(self) -> None:
        """Bring what waits, one after another, until each is answered with 0."""
        while True:
            if not self._outgoing or not self.sessions:
                await asyncio.sleep(0.01)
            elif await self._delivered(self.sessions[-1], self._outgoing[0]):
                self._outgoing.popleft()
            else:
                await asyncio.sleep(self.redelivery)

    async def _delivered(self, session: SmscSession, body: bytes) -> bool:
        session.number += 1
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        session.answers[session.number] = answer
        session.write(DELIVER, 0, session.number, body)
        done, _ = await asyncio.wait([answer], timeout=ANSWER_SECONDS)
        return bool(done) and answer.result() == 0
