"""A way to a server that can be refused, hung and cut, without touching the server itself."""

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Final

_CHUNK: Final = 65_536
_JOIN_SECONDS: Final = 10


class TcpProxy:
    """Listens on a port of its own and passes bytes to a server; the host may be the folder of PostgreSQL's socket.

    ``refuse`` ends all connections and takes no new one; ``hang`` keeps all and passes nothing until ``heal``;
    ``cut`` swallows what old connections say, both ways and for ever, while new ones are as before.
    """

    def __init__(self, host: str, port: int, *, own_port: int) -> None:
        self._server, self.port = (host, port), own_port
        self._listener: socket.socket | None = None
        self._pairs: set[_Pair] = set()
        self._threads: list[threading.Thread] = []
        self._goes_on = threading.Event()

    def __enter__(self) -> "TcpProxy":
        """Begin to listen."""
        self.heal()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._goes_on.set()
        until = time.monotonic() + _JOIN_SECONDS
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < until:
            # A connection that was held up by a hang is made only now.
            self.refuse()
            time.sleep(0.02)

    def refuse(self) -> None:
        """Be a server that is down."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for pair in list(self._pairs):
            pair.end()

    def hang(self) -> None:
        """Be a server that stands still: it takes connections and says nothing."""
        self._goes_on.clear()

    def cut(self) -> None:
        """Lose the connections that there are, without a word to either side."""
        for pair in list(self._pairs):
            pair.is_cut = True

    def heal(self) -> None:
        """Be as before; what was cut stays so."""
        self._goes_on.set()
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self._start(self._take, self._listener)

    def _start(self, work: object, *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)  # type: ignore[arg-type]  # a method of ours
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()

    def _take(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                self._start(self._connect, near)

    def _connect(self, near: socket.socket) -> None:
        self._goes_on.wait()
        try:
            far = self._far()
        except OSError:
            near.close()
            return
        pair = _Pair(near, far)
        self._pairs.add(pair)
        self._start(self._pass, far, near, pair)
        self._pass(near, far, pair)
        self._pairs.discard(pair)

    def _far(self) -> socket.socket:
        host, port = self._server
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        far = socket.socket(socket.AF_UNIX)
        far.connect(f"{host}/.s.PGSQL.{port}")
        return far

    def _pass(self, here: socket.socket, there: socket.socket, pair: "_Pair") -> None:
        with suppress(OSError):
            while data := here.recv(_CHUNK):
                self._goes_on.wait()
                if not pair.is_cut:
                    there.sendall(data)
        if pair.is_cut:
            # The end of one side is not told to the other.
            pair.over.wait()
        pair.end()


class _Pair:
    """Both sides of one connection."""

    def __init__(self, *sockets: socket.socket) -> None:
        self._sockets, self.is_cut, self.over = sockets, False, threading.Event()

    def end(self) -> None:
        self.over.set()
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
