"""Letters over IMAP, by their UIDs. Nothing is marked, moved or deleted before the caller says that it is done."""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Literal, TypeVar

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder

from notify.channels.base import Misconfigured, TemporarilyUnavailable

STEP_SECONDS: Final = 20.0
"""Of each wait for the server."""
LETTER_BYTES: Final = 5 * 1024 * 1024
HEAD_BYTES: Final = 256 * 1024
"""Of a longer letter: its headers, and its text or status, which stand before what is attached."""

Security = Literal["tls", "starttls", "none"]
T = TypeVar("T")

_LITERAL: Final = 2
_LATER: Final = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|OVERQUOTA)\]|too many|try again", re.IGNORECASE)
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d{1,12})")
_VALIDITY: Final = re.compile(rb"(\d{1,20})")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxConf:
    """A mailbox and the folder with what is new. Done letters go to ``done_folder``, or are marked as read."""

    host: str
    port: int
    security: Security = "tls"
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    done_folder: str = ""


class Mailbox:
    """One connection, opened when first needed and again after a loss. It is used by one thread."""

    def __init__(self, conf: MailboxConf) -> None:
        self._conf = conf
        self._box: BaseMailBox | None = None
        self._validity = ""
        self._moves = self._expunges = False

    def open(self) -> None:
        """Connect, log in and choose the folder. Raises `TemporarilyUnavailable` or `Misconfigured`."""
        if self._box is not None:
            return
        self._box = box = self._connected()
        try:
            self._protect(box)
            self._log_in(box)
            self._choose(box)
        except (Misconfigured, TemporarilyUnavailable):
            self.close()
            raise
        except (imaplib.IMAP4.error, ImapToolsError, OSError) as error:
            self.close()
            raise TemporarilyUnavailable("no_greeting") from error

    def close(self) -> None:
        """Let go of the connection. Never raises."""
        box, self._box = self._box, None
        if box is not None:
            with suppress(imaplib.IMAP4.error, ImapToolsError, OSError):
                box.client.shutdown()

    def read_new(self, limit: int) -> Iterator[tuple[str, bytes]]:
        """Return up to ``limit`` letters that are not done, the oldest first, each with its name for `done`.

        A letter that the server cannot give is left for the next time. Raises `TemporarilyUnavailable` or
        `Misconfigured`, also between two letters.
        """
        for uid in self._try_twice(self._new_uids)[:limit]:
            raw = self._guarded(partial(self._fetched, uid))
            if raw:
                yield f"{self._validity}:{uid}", raw

    def done(self, name: str) -> None:
        """Put a letter away. A repeat is harmless, and so is a name from before the server has numbered anew.

        Raises `TemporarilyUnavailable`: then the letter comes again.
        """
        validity, _, uid = name.partition(":")
        self._try_twice(lambda: self._put_away(uid) if validity == self._validity and uid.isdigit() else None)

    def _connected(self) -> BaseMailBox:
        conf = self._conf
        try:
            if conf.security == "tls":
                return MailBox(conf.host, conf.port, STEP_SECONDS, ssl_context=ssl.create_default_context())
            return MailBoxUnencrypted(conf.host, conf.port, STEP_SECONDS)
        except ssl.SSLError as error:
            raise Misconfigured("tls") from error
        except (imaplib.IMAP4.error, OSError) as error:
            raise TemporarilyUnavailable("no_connection") from error

    def _protect(self, box: BaseMailBox) -> None:
        """Begin TLS on a connection that began without; never go on in clear."""
        if self._conf.security != "starttls":
            return
        if "STARTTLS" not in box.client.capabilities:
            raise Misconfigured("tls")
        try:
            box.client.starttls(ssl.create_default_context())
        except (imaplib.IMAP4.error, OSError) as error:
            raise Misconfigured("tls") from error

    def _log_in(self, box: BaseMailBox) -> None:
        conf = self._conf
        is_plain = (conf.user + conf.password).isascii()
        try:
            (box.login if is_plain else box.login_utf8)(conf.user, conf.password, initial_folder=None)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, ImapToolsError) as error:
            if _LATER.search(str(error)):
                raise TemporarilyUnavailable("login_later") from None
            raise Misconfigured("login") from None
        # What a server can do it often tells only after the login.
        able = b" ".join(one for one in box.client.capability()[1] if isinstance(one, bytes)).upper().split()
        self._moves, self._expunges = b"MOVE" in able, b"UIDPLUS" in able

    def _choose(self, box: BaseMailBox) -> None:
        try:
            box.folder.set(self._conf.folder)
            if self._conf.done_folder and not box.folder.exists(self._conf.done_folder):
                box.folder.create(self._conf.done_folder)
        except ImapToolsError as error:
            raise Misconfigured("no_folder") from error
        answer = box.client.response("UIDVALIDITY")[1]
        found = _VALIDITY.search(answer[0]) if answer and isinstance(answer[0], bytes) else None
        self._validity = found[1].decode() if found else ""

    def _alive(self) -> BaseMailBox:
        self.open()
        if self._box is None:
            raise TemporarilyUnavailable("connection_lost")
        return self._box

    def _guarded(self, step: Callable[[], T]) -> T:
        """Take a step of the conversation; one that is lost ends the connection."""
        try:
            return step()
        except (imaplib.IMAP4.error, ImapToolsError, OSError) as error:
            self.close()
            raise TemporarilyUnavailable("connection_lost") from error

    def _try_twice(self, step: Callable[[], T]) -> T:
        """Take a step that may be repeated, the second time on a fresh connection: servers close idle ones."""
        was_open = self._box is not None
        try:
            return self._guarded(step)
        except TemporarilyUnavailable:
            if not was_open:
                raise
        return self._guarded(step)

    def _new_uids(self) -> list[str]:
        wanted = "UNDELETED" if self._conf.done_folder else "UNSEEN UNDELETED"
        return sorted(self._alive().uids(wanted, charset=None), key=int)

    def _fetched(self, uid: str) -> bytes:
        """Return a letter, or the beginning of a very long one; empty when the server has none of that name."""
        box = self._alive()
        size = _SIZE.search(_flat(box.client.uid("FETCH", uid, "(RFC822.SIZE)")))
        if size is None:
            return b""
        most = LETTER_BYTES if int(size[1]) <= LETTER_BYTES else HEAD_BYTES
        _, found = box.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{most}>)")
        literals = [one[1] for one in found if isinstance(one, tuple) and len(one) == _LITERAL]
        return bytes(literals[0]) if literals else b""

    def _put_away(self, uid: str) -> None:
        box, folder = self._alive(), encode_folder(self._conf.done_folder).decode()
        if not self._conf.done_folder:
            _done(box.client.uid("STORE", uid, "+FLAGS", r"(\Seen)"))
        elif self._moves:
            _done(box.client.uid("MOVE", uid, folder))
        else:
            # Not expunged as a whole: that would take what others have marked in the same folder.
            _done(box.client.uid("COPY", uid, folder))
            _done(box.client.uid("STORE", uid, "+FLAGS", r"(\Deleted)"))
            if self._expunges:
                _done(box.client.uid("EXPUNGE", uid))


def _flat(answer: tuple[str, list[Any]]) -> bytes:
    """Return what a FETCH said, literals and all."""
    pieces = [piece for one in answer[1] for piece in (one if isinstance(one, tuple) else (one,))]
    return b" ".join(piece for piece in pieces if isinstance(piece, bytes))


def _done(answer: tuple[str, list[Any]]) -> None:
    if answer[0] != "OK":
        raise TemporarilyUnavailable("not_put_away")
