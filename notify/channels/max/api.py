"""A thin client of MAX's Bot API (dev.max.ru/docs-api): one call, and what its answer means."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from notify.channels.base import Misconfigured, OutcomeUnknown, TemporarilyUnavailable
from notify.channels.deadline import Deadline
from notify.channels.http import Answer, Client
from notify.channels.max.trust import context_make
from notify.channels.max.words import failure

BASE_URL: Final = "https://platform-api2.max.ru"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxConf:
    """One bot. ``ca_file`` is a file with roots to trust in place of the one that we ship."""

    name: str
    token: str = field(repr=False)
    url: str = BASE_URL
    ca_file: str = ""
    has_link_preview: bool = False


class MaxApi:
    """Calls as one bot. The token goes in a header, as it is, and to no other host than the API's."""

    def __init__(self, conf: MaxConf) -> None:
        self._conf = conf
        self._client: Client | None = None

    def open(self) -> None:
        """Look MAX up; connections are made by the calls. Raises `TemporarilyUnavailable` or `Misconfigured`."""
        self._opened().look_up(self._conf.url)

    def close(self) -> None:
        """Let go of the connections."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        payload: Mapping[str, Any] | None = None,
        *,
        is_safe: bool = False,
        deadline: Deadline | None = None,
    ) -> dict[str, Any]:
        """Make one call and return the object that MAX answered. Raises what a refusal means.

        Of a call that ``is_safe`` to repeat no outcome is unknown: without a clear answer it is
        `TemporarilyUnavailable`.
        """
        url = self._conf.url.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
        headers = {"Authorization": self._conf.token, "Content-Type": "application/json"}
        content = b"" if payload is None else json.dumps(payload).encode()
        try:
            answer = self._opened().call(
                method, url, headers=headers, content=content, is_safe=is_safe, seconds=_left(deadline)
            )
            return _read(answer)
        except OutcomeUnknown as error:
            raise (TemporarilyUnavailable(error.reason) if is_safe else error) from error.__cause__

    def upload(self, url: str, headers: Mapping[str, str], content: bytes, deadline: Deadline) -> Answer:
        """Send bytes to an address that MAX has named; return the answer as it is."""
        return self._opened().call("POST", url, headers=headers, content=content, is_safe=True, seconds=_left(deadline))

    def _opened(self) -> Client:
        if not self._conf.token.isascii() or not self._conf.token.isprintable():
            raise Misconfigured("verify_token")  # no header can carry it
        if self._client is None:
            self._client = Client(ssl_context=context_make(self._conf.ca_file))
        return self._client


def _read(answer: Answer) -> dict[str, Any]:
    fault = failure(answer)
    if fault is not None:
        raise fault
    return answer.json()


def _left(deadline: Deadline | None) -> float:
    """Return the seconds that are left. Raises `TemporarilyUnavailable` when there are none: nothing has been sent."""
    try:
        return float("inf") if deadline is None else deadline.left()
    except TimeoutError as error:
        raise TemporarilyUnavailable("no_time") from error
