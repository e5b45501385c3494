"""A mailbox over IMAP4rev1 (RFC 3501, 6851, 4315), as much of it as a reader of letters needs.

``with ImapFake() as fake``: ``fake.deliver(raw)`` puts a letter into INBOX, ``fake.folders`` shows what lies where.
How to make it misbehave:

- ``fake.password = "other"``: the login is refused; ``fake.login_answer`` is the refusal that is given to anybody.
- ``fake.drop_on["UID FETCH"] = 2``: it hangs up instead of the second answer to that command, and then works again.
- ``fake.able = ("UIDPLUS",)``: what it says it can, told only after the login; without MOVE it refuses to move.
- ``fake.broken.add(uid)``: a letter that it cannot give. ``fake.sizes[uid]``: the size that it states for a letter.
- ``fake.validity += 1``: it has numbered anew. ``fake.mute = True``: it takes commands and answers nothing.
- ``fake.folders.pop("INBOX")``: a folder that is not there.
"""

import re
import socketserver
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from portal.laptop.fakes.lasting import PromptServer, Running

_ARGUMENTS: Final = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\([^)]*\)|[^\s"]+)')
_PARTIAL: Final = re.compile(rb"BODY\.PEEK\[\](?:<(\d+)\.(\d+)>)?")


@dataclass(slots=True)
class Kept:
    """One letter in a folder."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


class _HungUp(Exception):
    """The server ends the conversation."""


class ImapFake(Running):
    """One mailbox with folders, for any number of connections."""

    def __init__(self, *, port: int = 0, user: str = "bounce", password: str = "secret") -> None:  # noqa: S107 - of a fake
        self.user, self.password = user, password
        self.folders: dict[str, list[Kept]] = {"INBOX": []}
        self.validity = 7
        self.able: tuple[str, ...] = ("MOVE", "UIDPLUS")
        self.login_answer = ""
        self.drop_on: dict[str, int] = {}
        self.broken: set[int] = set()
        self.sizes: dict[int, int] = {}
        self.mute = False
        self.commands: list[str] = []
        self.lock = threading.RLock()
        self.released = threading.Event()
        self._last_uid = 0
        self._server = _Server(("127.0.0.1", port), _Conversation)
        self._server.fake = self
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        """Return where it listens."""
        return int(self._server.server_address[1])

    def deliver(self, raw: bytes, folder: str = "INBOX", flags: tuple[str, ...] = ()) -> int:
        """Put a letter into a folder and return its UID."""
        with self.lock:
            self._last_uid += 1
            self.folders[folder].append(Kept(self._last_uid, raw, set(flags)))
            return self._last_uid

    def named(self, folder: str) -> list[bytes]:
        """Return the letters of a folder that are not marked as deleted."""
        with self.lock:
            return [one.raw for one in self.folders.get(folder, []) if r"\Deleted" not in one.flags]

    def start(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End all conversations and close the socket."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Server(PromptServer, socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    fake: ImapFake

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet: a client that hangs up is no fault of the server."""


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server
    disable_nagle_algorithm = True
    folder = ""
    is_known = False

    def handle(self) -> None:
        """Answer commands until one side hangs up."""
        self.fake = self.server.fake
        try:
            self._say(b"* OK [CAPABILITY IMAP4rev1] fake")
            while line := self.rfile.readline():
                self._command(line.rstrip(b"\r\n"))
        except (_HungUp, OSError):
            return

    def _command(self, line: bytes) -> None:
        tag, _, rest = line.partition(b" ")
        given = [found[1] if found[1] is not None else found[2] for found in _ARGUMENTS.finditer(rest)]
        name = given.pop(0).decode().upper()
        if name == "UID":
            name = f"UID {given.pop(0).decode().upper()}"
        with self.fake.lock:
            self.fake.commands.append(name)
            self._maybe_drop(name)
            act = COMMANDS.get(name)
            answer = act(self, given) if act and (self.is_known or name in BEFORE_LOGIN) else "BAD what?"
        self._say(tag + b" " + answer.encode())
        if name == "LOGOUT":
            raise _HungUp

    def _maybe_drop(self, name: str) -> None:
        if self.fake.mute:
            self.fake.lock.release()
            self.fake.released.wait()
            self.fake.lock.acquire()
            raise _HungUp
        if name in self.fake.drop_on:
            self.fake.drop_on[name] -= 1
            if self.fake.drop_on[name] <= 0:
                del self.fake.drop_on[name]
                raise _HungUp

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def capability(self, _given: list[bytes]) -> str:
        able = " ".join(self.fake.able) if self.is_known else ""
        self._say(f"* CAPABILITY IMAP4rev1 {able}".strip().encode())
        return "OK done"

    def login(self, given: list[bytes]) -> str:
        if self.fake.login_answer:
            return self.fake.login_answer
        user, password = (one.replace(b'\\"', b'"').replace(b"\\\\", b"\\").decode() for one in given)
        self.is_known = (user, password) == (self.fake.user, self.fake.password)
        return "OK hello" if self.is_known else "NO [AUTHENTICATIONFAILED] wrong"

    def select(self, given: list[bytes]) -> str:
        name = given[0].decode()
        if name not in self.fake.folders:
            return "NO [NONEXISTENT] no such folder"
        self.folder = name
        self._say(f"* {len(self.fake.folders[name])} EXISTS".encode())
        self._say(f"* OK [UIDVALIDITY {self.fake.validity}] numbers".encode())
        return "OK [READ-WRITE] done"

    def list_folders(self, given: list[bytes]) -> str:
        for name in self.fake.folders:
            if given[1].decode() in ("*", name):
                self._say(f'* LIST (\\HasNoChildren) "/" "{name}"'.encode())
        return "OK done"

    def create(self, given: list[bytes]) -> str:
        self.fake.folders.setdefault(given[0].decode(), [])
        return "OK done"

    def search(self, given: list[bytes]) -> str:
        wanted = {word.decode().strip("()").upper() for word in given}
        hidden = {flag for word, flag in (("UNSEEN", r"\Seen"), ("UNDELETED", r"\Deleted")) if word in wanted}
        found = [one for one in self._letters() if not hidden & one.flags]
        # Servers need not sort.
        self._say(" ".join(["* SEARCH", *(str(one.uid) for one in reversed(found))]).encode())
        return "OK done"

    def fetch(self, given: list[bytes]) -> str:
        uid, what = int(given[0]), b" ".join(given[1:])
        if uid in self.fake.broken and b"BODY" in what:
            return "NO [SERVERBUG] cannot"
        for at, one in enumerate(self._letters(), start=1):
            if one.uid != uid:
                continue
            if b"RFC822.SIZE" in what:
                size = self.fake.sizes.get(uid, len(one.raw))
                self._say(b"* %d FETCH (UID %d RFC822.SIZE %d)" % (at, uid, size))
            elif partial := _PARTIAL.search(what):
                start, count = int(partial[1] or 0), int(partial[2] or len(one.raw))
                piece = one.raw[start : start + count]
                self._say(b"* %d FETCH (UID %d BODY[]<%d> {%d}\r\n%b)" % (at, uid, start, len(piece), piece))
        return "OK done"

    def store(self, given: list[bytes]) -> str:
        for one in self._letters():
            if one.uid == int(given[0]):
                one.flags |= set(given[2].decode().strip("()").split())
        return "OK done"

    def copy(self, given: list[bytes]) -> str:
        if given[1].decode() not in self.fake.folders:
            return "NO [TRYCREATE] no such folder"
        for one in self._letters():
            if one.uid == int(given[0]):
                self.fake.deliver(one.raw, given[1].decode())
        return "OK done"

    def move(self, given: list[bytes]) -> str:
        if "MOVE" not in self.fake.able:
            return "BAD what?"
        answer = self.copy(given)
        return answer if answer.startswith("NO") else self._remove(lambda one: one.uid == int(given[0]))

    def expunge_one(self, given: list[bytes]) -> str:
        return self._remove(lambda one: one.uid == int(given[0]) and r"\Deleted" in one.flags)

    def expunge(self, _given: list[bytes]) -> str:
        return self._remove(lambda one: r"\Deleted" in one.flags)

    def logout(self, _given: list[bytes]) -> str:
        self._say(b"* BYE")
        return "OK bye"

    def noop(self, _given: list[bytes]) -> str:
        return "OK done"

    def _letters(self) -> list[Kept]:
        return self.fake.folders.get(self.folder, [])

    def _remove(self, is_gone: Callable[[Kept], bool]) -> str:
        self.fake.folders[self.folder] = [one for one in self._letters() if not is_gone(one)]
        return "OK done"


BEFORE_LOGIN: Final = frozenset({"CAPABILITY", "LOGIN", "LOGOUT", "NOOP"})

COMMANDS: Final[Mapping[str, Callable[[_Conversation, list[bytes]], str]]] = {
    "CAPABILITY": _Conversation.capability,
    "LOGIN": _Conversation.login,
    "LOGOUT": _Conversation.logout,
    "NOOP": _Conversation.noop,
    "SELECT": _Conversation.select,
    "LIST": _Conversation.list_folders,
    "CREATE": _Conversation.create,
    "EXPUNGE": _Conversation.expunge,
    "UID SEARCH": _Conversation.search,
    "UID FETCH": _Conversation.fetch,
    "UID STORE": _Conversation.store,
    "UID COPY": _Conversation.copy,
    "UID MOVE": _Conversation.move,
    "UID EXPUNGE": _Conversation.expunge_one,
}
