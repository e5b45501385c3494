"""E-mail over SMTP: one connection for many letters, and a clear line between "not taken" and "unknown".

The line is the closing dot. Lost before it: the server must forget the letter (RFC 5321, 4.1.1.4), so another
try is safe. Lost after it, without an answer: nobody knows.
"""

import contextlib
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from notify.channels.base import (
    Accepted,
    Capabilities,
    Misconfigured,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    Report,
    TemporarilyUnavailable,
)
from notify.channels.mime import letter

CONNECT_SECONDS: Final = 10.0
CALL_SECONDS: Final = 20.0
GOODBYE_SECONDS: Final = 2.0

OUR_FAULT: Final = frozenset({530, 534, 535, 538})
"""The server wants a login or stronger protection: nothing about this letter."""
CLOSING: Final = 421
START_INPUT: Final = 354

_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")
_QUEUED_AS = re.compile(rb"queued as ([0-9A-Za-z_.-]{1,100})")

Security = Literal["none", "starttls", "tls"]
Reply = tuple[int, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpConf:
    """The company's mail server and who the letters are from. ``domain`` ends each ``Message-ID``."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    security: Security = "none"
    sender: str
    domain: str


class _Lost(Exception):
    """The connection went away while the server cannot have taken the letter."""


class SmtpChannel:
    """One connection, opened when first needed and again after a loss."""

    capabilities = Capabilities(provider="smtp", html=True, buttons=True, call_seconds=CALL_SECONDS)

    def __init__(self, conf: SmtpConf) -> None:
        self._conf = conf
        self._smtp: smtplib.SMTP | None = None
        self._pipelining = False

    def open(self) -> None:
        """Connect and greet, unless that is done already."""
        if self._smtp is None:
            self._smtp = _connect(self._conf)
            self._pipelining = self._smtp.has_extn("pipelining")

    def close(self) -> None:
        """Say goodbye if the server still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                _sock(smtp).settimeout(GOODBYE_SECONDS)
                smtp.quit()
            smtp.close()

    def send(self, batch: Sequence[OutboundMessage]) -> list[Outcome]:
        """One conversation per letter on the same connection."""
        return [self._send_one(message) for message in batch]

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> list[Report]:  # noqa: ARG002 - the protocol's signature
        """SMTP calls nobody back."""
        raise Rejected("no_webhook")

    def _send_one(self, message: OutboundMessage) -> Outcome:
        conf = self._conf
        try:
            payload = letter(message, sender=conf.sender, domain=conf.domain)
        except Rejected as error:
            return error
        for _ in range(2):  # the second time on a fresh connection: servers close idle and well-used ones
            self.open()
            try:
                return self._converse(message, payload)
            except _Lost:
                self._drop()
        return TemporarilyUnavailable("connection_lost")

    def _converse(self, message: OutboundMessage, payload: bytes) -> Outcome:
        deadline = time.monotonic() + CALL_SECONDS
        mail, rcpt, data = self._envelope(message.address, deadline)
        refusal = next((reply for reply in (mail, rcpt) if reply[0] // 100 != 2), None)
        if refusal is None and data[0] != START_INPUT:
            refusal = data
        if refusal is None:
            return self._deliver(message.reference, payload, deadline)
        if data[0] == START_INPUT:
            # A server that pipelines may ask for input that has nobody to go to: end it empty.
            self._reply(b".\r\n", deadline)
        self._reply(b"RSET\r\n", deadline)
        return _outcome(refusal)

    def _envelope(self, address: str, deadline: float) -> tuple[Reply, Reply, Reply]:
        commands = (
            f"MAIL FROM:<{self._conf.sender}>\r\n".encode(),
            f"RCPT TO:<{address}>\r\n".encode(),
            b"DATA\r\n",
        )
        if self._pipelining:
            replies = [self._reply(b"".join(commands), deadline)]
            replies += [self._reply(b"", deadline), self._reply(b"", deadline)]
            return replies[0], replies[1], replies[2]
        not_asked: Reply = (503, b"")
        mail = self._reply(commands[0], deadline)
        rcpt = self._reply(commands[1], deadline) if mail[0] // 100 == 2 else not_asked
        data = self._reply(commands[2], deadline) if rcpt[0] // 100 == 2 else not_asked
        return mail, rcpt, data

    def _reply(self, command: bytes, deadline: float) -> Reply:
        """Send and read one answer. Raises `_Lost`: so never for the closing dot of a letter."""
        smtp = self._alive()
        try:
            _sock(smtp).settimeout(max(0.1, deadline - time.monotonic()))
            if command:
                _sock(smtp).sendall(command)
            code, text = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise _Lost from error
        if code == CLOSING or code < 0:
            raise _Lost
        return code, text

    def _deliver(self, reference: str, payload: bytes, deadline: float) -> Outcome:
        smtp = self._alive()
        try:
            _sock(smtp).settimeout(max(0.1, deadline - time.monotonic()))
            _sock(smtp).sendall(payload + b".\r\n")
            reply = smtp.getreply()
        except (smtplib.SMTPException, OSError):
            self._drop()
            return OutcomeUnknown("connection_lost")
        if reply[0] == CLOSING or reply[0] // 100 not in (2, 4, 5):
            self._drop()
        if reply[0] // 100 in (4, 5):
            return _outcome(reply)
        if reply[0] // 100 != 2:
            return OutcomeUnknown("unreadable_answer")
        queued = _QUEUED_AS.search(reply[1])
        return Accepted(reference, queued.group(1).decode() if queued else "")

    def _alive(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise _Lost
        return self._smtp

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def _sock(smtp: smtplib.SMTP) -> socket.socket:
    if smtp.sock is None:
        raise OSError("closed")
    return smtp.sock


def _connect(conf: SmtpConf) -> smtplib.SMTP:
    """A greeted connection. Raises `TemporarilyUnavailable` or `Misconfigured`."""
    try:
        if conf.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                conf.host,
                conf.port,
                local_hostname=conf.domain,
                timeout=CONNECT_SECONDS,
                context=ssl.create_default_context(),
            )
        else:
            smtp = smtplib.SMTP(conf.host, conf.port, local_hostname=conf.domain, timeout=CONNECT_SECONDS)
    except ssl.SSLError as error:
        raise Misconfigured("tls") from error
    except (smtplib.SMTPException, OSError) as error:
        raise TemporarilyUnavailable("no_connection") from error
    try:
        _greet(smtp, conf)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
        smtp.close()
        raise Misconfigured("login" if isinstance(error, smtplib.SMTPAuthenticationError) else "tls") from error
    except (smtplib.SMTPException, OSError) as error:
        smtp.close()
        raise TemporarilyUnavailable("no_greeting") from error
    return smtp


def _greet(smtp: smtplib.SMTP, conf: SmtpConf) -> None:
    _sock(smtp).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    smtp.ehlo_or_helo_if_needed()
    if conf.security == "starttls":
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo()
    if conf.user:
        smtp.login(conf.user, conf.password)


def _outcome(reply: Reply) -> Outcome:
    """The server's refusal in our words. Its text is not kept: it may repeat the address."""
    code, text = reply
    if code in OUR_FAULT:
        raise Misconfigured(f"smtp_{code}")
    enhanced = _ENHANCED.match(text)
    reason = f"smtp_{code}" + (f"_{enhanced.group(1).decode()}" if enhanced else "")
    return TemporarilyUnavailable(reason) if code // 100 == 4 else Rejected(reason)
