"""Anymail's calls over our own client: one clock for a whole call, no repeats, no redirects, no proxies."""

from typing import Any

from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from notify.channels.base import OutcomeUnknown
from notify.channels.http import Client


class _Transport(BaseAdapter):
    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client

    def send(self, request: PreparedRequest, *_args: Any, **_options: Any) -> Response:
        """Make the call. Raises what `Client.call` raises, and for a 3xx: requests would repeat the call elsewhere."""
        body: Any = request.body or b""
        headers = {name: str(value) for name, value in request.headers.items() if name.lower() not in MADE_BY_CLIENT}
        answer = self._client.call(
            request.method or "POST",
            request.url or "",
            headers=headers,
            content=body.encode() if isinstance(body, str) else body,
        )
        if 300 <= answer.status < 400:
            raise OutcomeUnknown(f"http_{answer.status}")
        response = Response()
        response.status_code, response.url, response.request = answer.status, request.url or "", request
        response.headers = CaseInsensitiveDict(answer.headers)
        response.encoding = "utf-8"
        response._content = answer.content
        return response

    def close(self) -> None:
        """Leave the client open: its owner closes it."""


MADE_BY_CLIENT = frozenset({"content-length", "connection", "accept-encoding", "transfer-encoding"})
"""Headers that our client writes itself; and what it cannot unpack, it does not ask for."""


def session(client: Client) -> Session:
    """Return a session whose calls go by ``client`` alone."""
    made = Session()
    made.trust_env = False
    made.mount("https://", _Transport(client))
    made.mount("http://", _Transport(client))
    return made
