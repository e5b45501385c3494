"""One clock for a whole call: each step takes what is left. A call that ends in time is never taken for a lost one."""

import socket
import time
from collections.abc import Sequence

Place = tuple[int, str]
"""Family and numeric address of a host."""


class Deadline:
    """The moment at which a call is over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        """Return whether no time is left."""
        return time.monotonic() >= self._end

    def left(self, most: float = float("inf")) -> float:
        """Return the seconds for the next step. Raises `TimeoutError` when there are none."""
        seconds = min(most, self._end - time.monotonic())
        if seconds <= 0:
            raise TimeoutError("the call is over")
        return seconds


def places_of(host: str, port: int) -> list[Place]:
    """Look a host up. The one step that no clock bounds: so it is done before a call. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))


def connected(places: Sequence[Place], port: int, deadline: Deadline, each: float) -> socket.socket:
    """Connect to the first place that answers, ``each`` of them in so many seconds. Raises `OSError`."""
    refused: OSError = TimeoutError("no address")
    for family, address in places:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(deadline.left(each))
            sock.connect((address, port))
        except OSError as error:
            sock.close()
            refused = error
        else:
            return sock
    raise refused
