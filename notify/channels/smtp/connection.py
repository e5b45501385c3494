"""One conversation with a mail server, every step of it under the clock of the call."""

import io
import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from notify.channels.base import Misconfigured, TemporarilyUnavailable
from notify.channels.deadline import Deadline, Place, connected
from notify.channels.verp import verp_address, verp_check

CONNECT_SECONDS: Final = 10.0
"""For each address of the server, within what is left of the call."""
READY: Final = 220

Security = Literal["none", "starttls", "tls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpConf:
    """The company's mail server and who the letters are from. ``domain`` ends each ``Message-ID``.

    With a ``bounce_address`` what cannot be delivered comes back there, to an address that names the message
    (`notify.channels.verp`, made with ``bounce_key``); without one to ``sender``.
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    security: Security = "none"
    sender: str
    domain: str
    reply_to: str = ""
    bounce_address: str = ""
    bounce_key: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        """Raise `Misconfigured` for an address of return that cannot carry a token, or has no key."""
        if self.bounce_address:
            verp_check(self.bounce_address)
            if not self.bounce_key:
                raise Misconfigured("no_bounce_key")

    def envelope_sender(self, reference: str) -> str:
        """Return whom the server shall tell of a failure of this message."""
        if not self.bounce_address:
            return self.sender
        return verp_address(self.bounce_address, reference, self.bounce_key)


class Connection(smtplib.SMTP):
    """smtplib waits anew for each byte that a slow server sends; this one waits as long as the call may last."""

    def __init__(self, conf: SmtpConf, places: Sequence[Place], deadline: Deadline) -> None:
        self.deadline = deadline
        self._conf, self._places = conf, places
        super().__init__(conf.host, conf.port, local_hostname=conf.domain, timeout=CONNECT_SECONDS)

    def _get_socket(self, _host: str, port: int, timeout: float) -> socket.socket:
        sock = connected(self._places, port, self.deadline, timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._wrapped(sock) if self._conf.security == "tls" else sock

    def protect(self) -> None:
        """Begin TLS by STARTTLS or raise; what was read in clear before it is discarded."""
        self.ehlo_or_helo_if_needed()
        if not self.has_extn("starttls"):
            raise smtplib.SMTPNotSupportedError("no STARTTLS")
        if self.docmd("STARTTLS")[0] != READY:
            raise smtplib.SMTPNotSupportedError("STARTTLS refused")
        self.sock = self._wrapped(self.sock_open())
        self.file = None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features, self.does_esmtp = {}, False

    def send(self, s: Any) -> None:
        """Hand over all of ``s``. After an error its last byte has surely not left."""
        sock = self.sock_open()
        rest = memoryview(s.encode("ascii") if isinstance(s, str) else s)
        while rest:
            sock.settimeout(self.deadline.left())
            rest = rest[sock.send(rest) :]

    def getreply(self) -> tuple[int, bytes]:
        """Read one answer, however many pieces it comes in."""
        if self.file is None:
            self.file = io.BufferedReader(_Reader(self, self.sock_open()))
        return super().getreply()

    def sock_open(self) -> socket.socket:
        """Return the socket. Raises `OSError` once it is closed."""
        if self.sock is None:
            raise OSError("closed")
        return self.sock

    def _wrapped(self, sock: socket.socket) -> socket.socket:
        try:
            sock.settimeout(self.deadline.left(CONNECT_SECONDS))
            return ssl.create_default_context().wrap_socket(sock, server_hostname=self._conf.host)
        except OSError:
            sock.close()
            raise


class _Reader(io.RawIOBase):
    def __init__(self, connection: Connection, sock: socket.socket) -> None:
        self._connection, self._sock = connection, sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._connection.deadline.left())
        return self._sock.recv_into(buffer)


def greeted(conf: SmtpConf, places: Sequence[Place], deadline: Deadline) -> Connection:
    """Return a connection that is ready for letters. Raises `TemporarilyUnavailable` or `Misconfigured`."""
    try:
        smtp = Connection(conf, places, deadline)
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


def _greet(smtp: Connection, conf: SmtpConf) -> None:
    smtp.ehlo_or_helo_if_needed()
    if conf.security == "starttls":
        smtp.protect()
        smtp.ehlo()
    if conf.user:
        smtp.login(conf.user, conf.password)
