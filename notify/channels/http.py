"""One HTTP call to a provider, and what its failure means. No automatic repeat of a POST, ever.

The line is drawn by what the provider may have got: before the request left, "later" is safe; after it left
and no clear answer came, nobody knows. Each step of a call, each read too, takes what is left of one clock.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ssl import SSLCertVerificationError, SSLContext
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore

from notify.channels.base import Misconfigured, OutcomeUnknown, Rejected, TemporarilyUnavailable
from notify.channels.deadline import Deadline, Place, places_of

CALL_SECONDS: Final = 20.0
"""Of a whole call."""
CONNECT_SECONDS: Final = 5.0
"""For each address of the provider."""
KEEPALIVE_SECONDS: Final = 4.0
"""Shorter than any server's own, so that a connection is not reused while the server closes it."""

REFUSED_LATER: Final = frozenset({425, 429, 503})
NOT_OURS: Final = frozenset({401, 402, 403, 404, 405})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """Names in small letters."""
    content: bytes

    @property
    def retry_after(self) -> float | None:
        """Return the seconds of `Retry-After`, at most an hour; None without one."""
        given = self.headers.get("retry-after", "")
        return min(float(given), 3600.0) if given.isascii() and given.isdigit() else None

    def json(self) -> dict[str, Any]:
        """Return the JSON object of the body. Raises `OutcomeUnknown` when it is none."""
        try:
            found = json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise OutcomeUnknown("unreadable_answer") from error
        if not isinstance(found, dict):
            raise OutcomeUnknown("unreadable_answer")
        return found

    def check(self) -> None:
        """Raise what a status other than 2xx means where the provider says nothing more exact in the body."""
        if 200 <= self.status < 300:
            return
        if self.status in REFUSED_LATER:
            raise TemporarilyUnavailable(f"http_{self.status}", self.retry_after)
        if self.status in NOT_OURS:
            raise Misconfigured(f"http_{self.status}")
        if 400 <= self.status < 500:
            raise Rejected(f"http_{self.status}")
        # A 5xx says that something broke, not what was done before it broke.
        raise OutcomeUnknown(f"http_{self.status}")


class Client:
    """Connections kept between calls, without redirects and without proxies from the environment.

    ``may_call`` is asked of each numeric address that a host has, before the first connection to it: a host with one
    that may not be called is `Misconfigured`. What was asked of is what is called; the host is not looked up again.
    """

    def __init__(self, *, ssl_context: SSLContext | None = None, may_call: Callable[[str], bool] | None = None) -> None:
        self._network = _Network(may_call)
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=4,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=self._network,
        )

    def look_up(self, url: str) -> None:
        """Find the provider's address ahead of a call. Raises `TemporarilyUnavailable` or `Misconfigured`."""
        origin = _address(url).origin
        try:
            self._network.look_up(origin.host.decode(), origin.port)
        except OSError as error:
            raise TemporarilyUnavailable("no_connection") from error

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        is_safe: bool = False,
        seconds: float = float("inf"),
    ) -> Answer:
        """Make one call and return the answer with any status. Secrets travel in headers or content, never in ``url``.

        ``seconds`` is what is left of a longer deed; a call never takes more than `CALL_SECONDS`.

        Raises `TemporarilyUnavailable` where the request surely has not left, `OutcomeUnknown` where it may have, and
        `Misconfigured` for an address that is none and for a certificate that is not trusted. Of a call that
        ``is_safe`` to repeat (it only reads) a lost answer is `TemporarilyUnavailable` too.
        """
        address = _address(url)
        self._network.deadline = Deadline(min(seconds, CALL_SECONDS))
        try:
            response = self._pool.request(method, address, headers=list((headers or {}).items()), content=content)
        except _NotTrusted as error:
            raise Misconfigured("tls") from error
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
            raise TemporarilyUnavailable("no_connection") from error
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise (TemporarilyUnavailable if is_safe else OutcomeUnknown)("no_answer") from error
        named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        return Answer(response.status, named, response.content)

    def post_json(self, url: str, headers: Mapping[str, str], payload: Mapping[str, Any]) -> dict[str, Any]:
        """Send one POST and return the JSON object of a 2xx answer, where a status says all that there is to know.

        Raises `TemporarilyUnavailable`, `Rejected`, `OutcomeUnknown` or `Misconfigured`.
        """
        sent = {**headers, "Content-Type": "application/json"}
        answer = self.call("POST", url, headers=sent, content=json.dumps(payload).encode())
        answer.check()
        return answer.json()

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.close()


def _address(url: str) -> httpcore.URL:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError as error:
        raise Misconfigured("bad_address") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise Misconfigured("bad_address")
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    return httpcore.URL(scheme=parts.scheme, host=host, port=port, target=target)


class _Network(httpcore.NetworkBackend):
    """httpcore's own network, with every wait cut to what is left of the call."""

    def __init__(self, may_call: Callable[[str], bool] | None) -> None:
        self.deadline = Deadline(CALL_SECONDS)
        self._may_call = may_call
        self._inner = httpcore.SyncBackend()
        self._places: dict[tuple[str, int], list[Place]] = {}

    def look_up(self, host: str, port: int) -> list[Place]:
        if (host, port) not in self._places:
            found = places_of(host, port)
            if self._may_call is not None and not all(self._may_call(place) for _, place in found):
                raise Misconfigured("bad_address")
            self._places[host, port] = found
        return self._places[host, port]

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the clock says
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        refused: Exception = httpcore.ConnectError("no address")
        try:
            for _, place in self.look_up(host, port):
                try:
                    stream = self._inner.connect_tcp(
                        place, port, self.deadline.left(CONNECT_SECONDS), local_address, socket_options
                    )
                except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                    refused = error
                else:
                    return _Stream(stream, self)
        except OSError as error:
            raise httpcore.ConnectError("not reached") from error
        raise refused


class _NotTrusted(httpcore.ConnectError):
    """The certificate of the other side is not one that we trust."""


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, network: _Network) -> None:
        self._inner, self._network = inner, network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the clock says
        try:
            return self._inner.read(max_bytes, self._network.deadline.left())
        except TimeoutError as error:
            raise httpcore.ReadTimeout("the call is over") from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the clock says
        try:
            self._inner.write(buffer, self._network.deadline.left())
        except TimeoutError as error:
            raise httpcore.WriteTimeout("the call is over") from error

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the clock says
    ) -> httpcore.NetworkStream:
        try:
            left = self._network.deadline.left(CONNECT_SECONDS)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the call is over") from error
        try:
            return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._network)
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, SSLCertVerificationError):
                raise _NotTrusted from error
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
