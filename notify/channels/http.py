"""One HTTP call to a provider, and what its failure means. No automatic repeat of a POST, ever.

The line is drawn by what the provider may have got: before the request left, "later" is safe; after it left
and no clear answer came, nobody knows. Each step of a call, each read too, takes what is left of one clock.
"""

import json
from collections.abc import Iterable, Mapping
from ssl import SSLContext
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore

from notify.channels.base import (
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)
from notify.channels.deadline import Deadline, Place, places_of

CALL_SECONDS: Final = 20.0
"""Of a whole call."""
CONNECT_SECONDS: Final = 5.0
"""For each address of the provider."""
KEEPALIVE_SECONDS: Final = 4.0
"""Shorter than any server's own, so that a connection is not reused while the server closes it."""

REFUSED_LATER: Final = frozenset({425, 429, 503})
NOT_OURS: Final = frozenset({401, 403, 404, 405})


class Client:
    """Connections kept between calls, without redirects and without proxies from the environment."""

    def __init__(self) -> None:
        self._network = _Network()
        self._pool = httpcore.ConnectionPool(
            max_connections=4, keepalive_expiry=KEEPALIVE_SECONDS, network_backend=self._network
        )

    def look_up(self, url: str) -> None:
        """Find the provider's address ahead of a call. Raises `TemporarilyUnavailable` or `Misconfigured`."""
        origin = _address(url).origin
        try:
            self._network.look_up(origin.host.decode(), origin.port)
        except OSError as error:
            raise TemporarilyUnavailable("no_connection") from error

    def post_json(self, url: str, headers: Mapping[str, str], payload: Mapping[str, Any]) -> dict[str, Any]:
        """Send one POST and return the JSON object of a 2xx answer. Secrets travel in ``headers``, never in ``url``.

        Raises `TemporarilyUnavailable`, `Rejected`, `OutcomeUnknown` or `Misconfigured`.
        """
        address = _address(url)
        sent = [*headers.items(), ("Content-Type", "application/json")]
        self._network.deadline = Deadline(CALL_SECONDS)
        try:
            response = self._pool.request("POST", address, headers=sent, content=json.dumps(payload).encode())
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
            raise TemporarilyUnavailable("no_connection") from error
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise OutcomeUnknown("no_answer") from error
        _status_check(response)
        try:
            answer = json.loads(response.content)
        except ValueError as error:
            raise OutcomeUnknown("unreadable_answer") from error
        if not isinstance(answer, dict):
            raise OutcomeUnknown("unreadable_answer")
        return answer

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


def _status_check(response: httpcore.Response) -> None:
    status = response.status
    if 200 <= status < 300:
        return
    if status in REFUSED_LATER:
        raise TemporarilyUnavailable(f"http_{status}", _retry_after(response))
    if status in NOT_OURS:
        raise Misconfigured(f"http_{status}")
    if 400 <= status < 500:
        raise Rejected(f"http_{status}")
    # A 5xx says that something broke, not what was done before it broke.
    raise OutcomeUnknown(f"http_{status}")


def _retry_after(response: httpcore.Response) -> float | None:
    given = {name.lower(): value for name, value in response.headers}.get(b"retry-after", b"")
    return min(float(given), 3600.0) if given.isdigit() else None


class _Network(httpcore.NetworkBackend):
    """httpcore's own network, with every wait cut to what is left of the call."""

    def __init__(self) -> None:
        self.deadline = Deadline(CALL_SECONDS)
        self._inner = httpcore.SyncBackend()
        self._places: dict[tuple[str, int], list[Place]] = {}

    def look_up(self, host: str, port: int) -> list[Place]:
        if (host, port) not in self._places:
            self._places[host, port] = places_of(host, port)
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
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
