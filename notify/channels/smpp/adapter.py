"""SMS over SMPP from synchronous code: one bound session in a thread of its own, up to a window of messages at once."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from notify.channels.base import (
    Accepted,
    Capabilities,
    Misconfigured,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)
from notify.channels.deadline import Deadline
from notify.channels.smpp.background import Background
from notify.channels.smpp.conf import SmppConf
from notify.channels.smpp.handover import Handover, Verdict
from notify.channels.smpp.inbox import Inbox
from notify.channels.smpp.pace import Pace
from notify.channels.smpp.pdu import Pdu
from notify.channels.smpp.session import Session
from notify.channels.smpp.submits import parts_of, submits

OPEN_SECONDS: Final = 15.0
CLOSE_SECONDS: Final = 10.0
TIDY_SECONDS: Final = 30.0


def _kept_by_nobody(body: bytes) -> None:  # noqa: ARG001 - what a `Keep` takes
    raise RuntimeError("nobody keeps what comes in")


class SmppAdapter:
    """One session, bound by `open`, and again by it once the time after a loss has passed.

    What comes in goes to ``keep``, called in a thread of its own: it must have stored the body when it returns. While
    it raises, the SMSC is asked to bring the message again.
    """

    def __init__(self, conf: SmppConf) -> None:
        self.capabilities = Capabilities(
            provider=conf.name, call_seconds=conf.call_seconds, batch=conf.window, per_second=conf.per_second
        )
        self.keep: Callable[[bytes], None] = _kept_by_nobody
        self._conf = conf
        self._pace = Pace(conf.per_second)
        self._references = itertools.count(secrets.randbelow(1 << 16))
        self._inbox = Inbox(self._kept)
        self._background: Background | None = None
        self._session: Session | None = None
        self._tidying: asyncio.Task[None] | None = None
        self._rest: tuple[float, TemporarilyUnavailable | Misconfigured] | None = None

    def open(self) -> None:
        """Connect and bind, unless that is done. Nothing is tried before the SMSC's time of rest is over."""
        self._bound(Deadline(OPEN_SECONDS))

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand over one message."""
        return self.send_batch([message])[0]

    def send_batch(self, messages: Sequence[OutboundMessage]) -> Sequence[Outcome]:
        """Hand over all at once and wait for the answers."""
        deadline = Deadline(self._conf.call_seconds)
        background, session = self._bound(deadline)
        return _outcomes(background.run(self._handed_over(session, messages, deadline)))

    def close(self) -> None:
        """Unbind, keep what has come of unfinished texts, and end the thread."""
        background, self._background = self._background, None
        if background is not None:
            with suppress(TimeoutError):
                background.run(self._closed(background))
            background.stop()

    def _kept(self, body: bytes) -> None:
        self.keep(body)

    def _bound(self, deadline: Deadline) -> tuple[Background, Session]:
        background = self._background = self._background or Background(f"smpp-{self._conf.name}")
        session = self._session
        if session is not None and session.ended_at is None:
            return background, session
        if session is not None and session.ended_at is not None:
            self._session = None
            background.run(session.end())
            self._rest = (session.ended_at + self._conf.after_drop, TemporarilyUnavailable("dropped"))
        self._rested()
        try:
            self._session = session = background.run(self._new(background, deadline.left(OPEN_SECONDS)))
        except (TemporarilyUnavailable, Misconfigured) as error:
            self._rest = (time.monotonic() + self._conf.after_failure, error)
            raise _again(error, self._conf.after_failure) from error
        return background, session

    def _rested(self) -> None:
        """Raise what happened before while its time is not over."""
        if self._rest is None:
            return
        until, error = self._rest
        left = until - time.monotonic()
        if left > 0:
            raise _again(error, left)
        self._rest = None

    async def _new(self, background: Background, seconds: float) -> Session:
        if self._tidying is None:
            self._tidying = asyncio.create_task(self._tidy(background))

        async def taking(pdu: Pdu) -> int:
            return await background.beside(self._inbox.take, pdu)

        session = Session(self._conf, taking)
        try:
            async with asyncio.timeout(seconds):
                await session.bind()
        except TimeoutError as error:
            await session.end()
            raise TemporarilyUnavailable("no_answer") from error
        except (TemporarilyUnavailable, Misconfigured):
            await session.end()
            raise
        return session

    async def _tidy(self, background: Background) -> None:
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            await background.beside(self._inbox.give_up)

    async def _closed(self, background: Background) -> None:
        tidying, self._tidying = self._tidying, None
        if tidying is not None:
            tidying.cancel()
        session, self._session = self._session, None
        if session is not None:
            await session.end()
        async with asyncio.timeout(CLOSE_SECONDS):
            await background.beside(lambda: self._inbox.give_up(everything=True))

    async def _handed_over(
        self, session: Session, messages: Sequence[OutboundMessage], deadline: Deadline
    ) -> list[Verdict]:
        handover = Handover(session=session, pace=self._pace, deadline=deadline, id_format=self._conf.id_format)
        return await asyncio.gather(*(self._one(handover, message) for message in messages))

    async def _one(self, handover: Handover, message: OutboundMessage) -> Verdict:
        try:
            parts = parts_of(message, self._conf)
            made = submits(message, parts, self._conf, next(self._references) & 0xFFFF)
        except Rejected as error:
            return error
        return await handover.message(message.reference, made, len(parts))


def _again(error: TemporarilyUnavailable | Misconfigured, left: float) -> TemporarilyUnavailable | Misconfigured:
    if isinstance(error, Misconfigured):
        return Misconfigured(error.reason)
    return TemporarilyUnavailable(error.reason, left)


def _outcomes(verdicts: Sequence[Verdict]) -> list[Outcome]:
    """Return the outcomes, or raise what is wrong with the set-up.

    It is the set-up only where the SMSC took nothing: one that took another message of the call refuses this one.
    """
    wrong = [verdict for verdict in verdicts if isinstance(verdict, Misconfigured)]
    if wrong and not any(isinstance(verdict, Accepted | OutcomeUnknown) for verdict in verdicts):
        raise wrong[0]
    return [Rejected(verdict.reason) if isinstance(verdict, Misconfigured) else verdict for verdict in verdicts]
