"""One bound session: PDUs out, their answers by number, the SMSC's own requests answered. Belongs to one event loop."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from aiosmpplib import BindTransceiver, EnquireLink, SmppMessage, Unbind
from aiosmpplib.state import SmppCommand

from notify.channels.base import Misconfigured, TemporarilyUnavailable
from notify.channels.smpp.conf import SmppConf
from notify.channels.smpp.pdu import LONGEST, Pdu, pdu_read
from notify.channels.smpp.words import bind_refusal

ANSWER_SECONDS: Final = 15.0
"""For an answer to enquire_link."""
END_SECONDS: Final = 2.0
LAST_NUMBER: Final = 0x7FFFFFFF
NOT_SUPPORTED: Final = 0x03

Taking = Callable[[Pdu], Awaitable[int]]
"""Takes an incoming message and returns the status of the answer."""


class NotSent(Exception):
    """The session had ended before: the SMSC has nothing."""


class Lost(Exception):
    """The session ended before the answer came."""


class _Bind(BindTransceiver):
    """A bind with the password as it was given: not every SMSC keeps to the eight characters of the specification."""

    def __post_init__(self) -> None:
        pass


class Session:
    """A transceiver that binds once. ``ended_at`` is set when it is over."""

    def __init__(self, conf: SmppConf, taking: Taking) -> None:
        self.ended_at: float | None = None
        self._conf, self._taking = conf, taking
        self._pending: dict[int, asyncio.Future[Pdu]] = {}
        self._number = 0
        self._heard = 0.0
        self._is_bound = False
        self._incoming: asyncio.Queue[Pdu] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter | None = None

    async def bind(self) -> None:
        """Connect and bind. Raises `TemporarilyUnavailable` or `Misconfigured`."""
        try:
            await self._connect()
            answer = await self.ask(self._bind())
        except ssl.SSLError as error:
            raise Misconfigured("tls") from error
        except (OSError, TimeoutError) as error:
            raise TemporarilyUnavailable("no_connection") from error
        except (Lost, NotSent) as error:
            raise TemporarilyUnavailable("no_answer") from error
        if answer.status:
            raise bind_refusal(answer.status)
        self._is_bound = True
        self._tasks += [asyncio.create_task(self._watch()), asyncio.create_task(self._take())]

    async def _connect(self) -> None:
        context = ssl.create_default_context() if self._conf.tls else None
        self._reader, self._writer = await asyncio.open_connection(
            self._conf.host, self._conf.port, ssl=context, limit=LONGEST
        )
        self._tasks = [asyncio.create_task(self._read())]

    def _bind(self) -> SmppMessage:
        conf = self._conf
        return _Bind(system_id=conf.system_id, password=conf.password, system_type=conf.system_type)

    async def ask(self, request: SmppMessage) -> Pdu:
        """Send a request and return its answer. Raises `NotSent`, or `Lost` where it may have left."""
        if self.ended_at is not None or self._writer is None:
            raise NotSent
        content = self._numbered(request)
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._pending[request.sequence_num] = answer
        try:
            self._writer.write(content)
            return await answer
        finally:
            del self._pending[request.sequence_num]

    def _numbered(self, request: SmppMessage) -> bytes:
        request.sequence_num = self._number = self._number % LAST_NUMBER + 1
        return request.pdu()

    async def end(self) -> None:
        """Unbind and close. Harmless after the end."""
        if self._is_bound:
            with suppress(NotSent, Lost, TimeoutError):
                async with asyncio.timeout(END_SECONDS):
                    await self.ask(Unbind())
        self._end()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._writer is not None:
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(END_SECONDS):
                    await self._writer.wait_closed()

    def _end(self) -> None:
        if self.ended_at is not None:
            return
        self.ended_at = time.monotonic()
        for answer in self._pending.values():
            if not answer.done():
                answer.set_exception(Lost())
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        if self._writer is not None:
            self._writer.close()

    async def _read(self) -> None:
        try:
            while True:
                pdu = await pdu_read(self._reader)
                self._heard = time.monotonic()
                if pdu.is_response:
                    self._answered(pdu)
                elif not self._requested(pdu):
                    return
        except (OSError, EOFError, ValueError):
            return
        finally:
            self._end()

    def _answered(self, pdu: Pdu) -> None:
        answer = self._pending.get(pdu.sequence)
        if answer is not None and not answer.done():
            answer.set_result(pdu)

    def _requested(self, pdu: Pdu) -> bool:
        """Answer a request, or leave it to `_take`. False when the SMSC has ended the session."""
        if pdu.command in (SmppCommand.DELIVER_SM, SmppCommand.DATA_SM):
            self._incoming.put_nowait(pdu)
        elif pdu.command in (SmppCommand.ENQUIRE_LINK, SmppCommand.UNBIND):
            self._write(pdu.response())
        else:
            # Never generic_nack: SMSCs end the session upon it.
            self._write(pdu.response(NOT_SUPPORTED))
        return pdu.command != SmppCommand.UNBIND

    async def _take(self) -> None:
        """Answer incoming messages one after another, each when it has been taken."""
        while True:
            pdu = await self._incoming.get()
            self._write(pdu.response(await self._taking(pdu)))

    async def _watch(self) -> None:
        """Ask whether the SMSC is there whenever nothing has come for long, and end the session when it is not."""
        while self.ended_at is None:
            idle = time.monotonic() - self._heard
            if idle < self._conf.silence:
                await asyncio.sleep(self._conf.silence - idle)
            elif not await self._is_there():
                self._write(self._numbered(Unbind()))
                self._end()

    async def _is_there(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self.ask(EnquireLink())
        except (TimeoutError, Lost, NotSent):
            return False
        return True

    def _write(self, data: bytes) -> None:
        if self._writer is not None and self.ended_at is None:
            self._writer.write(data)
