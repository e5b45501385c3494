"""E-mail over SMTP: one connection for many letters, and a clear line between "not taken" and "unknown".

The line is the closing dot. Lost before it: the server must forget the letter (RFC 5321, 4.1.1.4), so another
try is safe. Lost after it, without an answer: nobody knows.
"""

import contextlib
import re
import smtplib
from collections.abc import Sequence
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
from notify.channels.deadline import Deadline, Place, places_of
from notify.channels.mail_status import fault_of, is_about_us
from notify.channels.smtp.connection import Connection, SmtpConf, greeted
from notify.channels.smtp.mime import letter

OPEN_SECONDS: Final = 15.0
CALL_SECONDS: Final = 20.0
"""Of a whole call: both tries, with a new connection between them."""
GOODBYE_SECONDS: Final = 2.0

OUR_FAULT: Final = frozenset({530, 534, 535, 538})
"""The server wants a login or stronger protection: nothing about this letter."""
CLOSING: Final = 421
START_INPUT: Final = 354
SYSTEM_STATUS: Final = "4.3."
"""RFC 3463: the mail system itself is full, busy or broken; nothing about a letter or its recipient."""
STEPS: Final = 3
"""MAIL, RCPT, DATA."""

_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")
_QUEUED_AS = re.compile(rb"queued as ([0-9A-Za-z_.-]{1,100})")

Reply = tuple[int, bytes]


class _Lost(Exception):
    """The connection went away, or the time, while the server cannot have taken the letter."""

    def __init__(self, reason: str, *, knew_recipient: bool = True) -> None:
        super().__init__(reason)
        self.reason, self.knew_recipient = reason, knew_recipient


class SmtpChannel:
    """One connection, opened when first needed and again after a loss."""

    capabilities = Capabilities(provider="smtp", html=True, call_seconds=CALL_SECONDS)

    def __init__(self, conf: SmtpConf) -> None:
        self._conf = conf
        self._places: list[Place] = []
        self._smtp: Connection | None = None
        self._pipelining = False

    def open(self) -> None:
        """Connect and greet, unless that is done already."""
        if self._smtp is None:
            self._connect(Deadline(OPEN_SECONDS))

    def _connect(self, deadline: Deadline) -> Connection:
        try:
            self._places = self._places or places_of(self._conf.host, self._conf.port)
        except OSError as error:
            raise TemporarilyUnavailable("no_connection") from error
        self._smtp = smtp = greeted(self._conf, self._places, deadline)
        self._pipelining = smtp.has_extn("pipelining")
        return smtp

    def close(self) -> None:
        """End the conversation and close the connection, which the server may have closed already."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.deadline = Deadline(GOODBYE_SECONDS)
                smtp.quit()
            smtp.close()

    def send(self, message: OutboundMessage) -> Outcome:
        """Hold one conversation, on the same connection as those before it."""
        conf = self._conf
        try:
            payload = letter(message, sender=conf.sender, domain=conf.domain, reply_to=conf.reply_to)
        except Rejected as error:
            return error
        deadline = Deadline(CALL_SECONDS)
        lost = _Lost("connection_lost")
        for _ in range(2):  # the second time on a fresh connection: servers close idle and well-used ones
            if deadline.is_over:
                break
            try:
                return self._converse(self._alive(deadline), message, payload)
            except _Lost as error:
                self._drop()
                lost = error
        if not lost.knew_recipient:
            # Nothing about this letter: the next one would fare no better.
            raise TemporarilyUnavailable(lost.reason)
        return TemporarilyUnavailable(lost.reason)

    def _converse(self, smtp: Connection, message: OutboundMessage, payload: bytes) -> Outcome:
        replies = self._envelope(smtp, message)
        refusal = _refusal(replies)
        if refusal is None:
            return self._deliver(smtp, message.reference, payload)
        try:
            return _outcome(refusal, knew_recipient=refusal is not replies[0])
        finally:
            self._clear(smtp, replies)

    def _envelope(self, smtp: Connection, message: OutboundMessage) -> list[Reply]:
        """Return the answers to MAIL, RCPT and DATA, up to a refusal that came before the connection was lost."""
        commands = (
            f"MAIL FROM:<{self._conf.envelope_sender(message.reference)}>\r\n".encode(),
            f"RCPT TO:<{message.address}>\r\n".encode(),
            b"DATA\r\n",
        )
        if self._pipelining:
            commands = (b"".join(commands), b"", b"")
        replies: list[Reply] = []
        for command in commands:
            try:
                replies.append(_reply(smtp, command, knew_recipient=bool(replies)))
            except _Lost:
                if _refusal(replies) is None:
                    raise
                self._drop()
                break
            if not self._pipelining and _refusal(replies):
                break
        return replies

    def _clear(self, smtp: Connection, replies: Sequence[Reply]) -> None:
        """Make ready for the next letter after a refusal. A server that has hung up by now has said all it had to."""
        if self._smtp is None:
            return
        try:
            if len(replies) == STEPS and replies[-1][0] == START_INPUT:
                # A server that pipelines may ask for input that has nobody to go to: end it empty.
                _reply(smtp, b".\r\n")
            _reply(smtp, b"RSET\r\n")
        except _Lost:
            self._drop()

    def _deliver(self, smtp: Connection, reference: str, payload: bytes) -> Outcome:
        try:
            smtp.send(payload + b".\r\n")
        except OSError as error:
            raise _Lost("connection_lost") from error  # the dot has not left
        try:
            reply = smtp.getreply()
        except (smtplib.SMTPException, OSError):
            self._drop()
            return OutcomeUnknown("connection_lost")
        if reply[0] == CLOSING or reply[0] // 100 not in (2, 4, 5):
            self._drop()
        if reply[0] // 100 in (4, 5):
            return _outcome(reply, knew_recipient=True)
        if reply[0] // 100 != 2:
            return OutcomeUnknown("unreadable_answer")
        queued = _QUEUED_AS.search(reply[1])
        return Accepted(reference, queued.group(1).decode() if queued else "")

    def _alive(self, deadline: Deadline) -> Connection:
        smtp = self._smtp or self._connect(deadline)
        smtp.deadline = deadline
        return smtp

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def _reply(smtp: Connection, command: bytes, *, knew_recipient: bool = True) -> Reply:
    """Send and read one answer. Raises `_Lost`: so never for the closing dot of a letter."""
    try:
        if command:
            smtp.send(command)
        code, text = smtp.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise _Lost("connection_lost", knew_recipient=knew_recipient) from error
    if code == CLOSING or code < 0:
        reason = f"smtp_{CLOSING}" if code == CLOSING else "unreadable_answer"
        raise _Lost(reason, knew_recipient=knew_recipient)
    return code, text


def _refusal(replies: Sequence[Reply]) -> Reply | None:
    """Return the first answer that is a refusal, None without one."""
    for step, reply in enumerate(replies, start=1):
        if reply[0] != START_INPUT if step == STEPS else reply[0] // 100 != 2:
            return reply
    return None


def _outcome(reply: Reply, *, knew_recipient: bool) -> Outcome:
    """Return the outcome of the server's refusal. Its text is not kept: it may repeat the address.

    Raises `Misconfigured`, and `TemporarilyUnavailable` when it is the whole server that cannot take letters now.
    """
    code, text = reply
    if code in OUR_FAULT:
        raise Misconfigured(f"smtp_{code}")
    enhanced = _ENHANCED.match(text)
    status = enhanced.group(1).decode() if enhanced else ""
    reason = f"smtp_{code}" + (f"_{status}" if status else "")
    words = text.decode("utf-8", "replace")
    if is_about_us(status, words) or (code // 100 == 5 and not knew_recipient):
        # Refused at MAIL, it is our own address that the server will not have.
        raise Misconfigured(reason)
    if code // 100 != 4:
        return Rejected(reason, fault_of(status, words))
    later = TemporarilyUnavailable(reason)
    if status.startswith(SYSTEM_STATUS):
        raise later
    return later
