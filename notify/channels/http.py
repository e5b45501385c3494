"""One HTTP call to a provider, and what its failure means. No automatic repeat of a POST, ever.

The line is drawn by what the provider may have got: before the request left, "later" is safe; after it left
and no clear answer came, nobody knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from notify.channels.base import (
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 15.0
KEEPALIVE_SECONDS: Final = 4.0
"""Shorter than any server's own, so that a connection is not reused while the server closes it."""

REFUSED_LATER: Final = frozenset({425, 429, 503})
NOT_OURS: Final = frozenset({401, 403, 404, 405})


@dataclass(frozen=True, slots=True)
class Call:
    """Where to and with which secret. The secret travels in a header, never in the address."""

    url: str
    headers: Mapping[str, str]


def client_open() -> httpx.Client:
    """A client with our time limits, without redirects and without proxies from the environment."""
    return httpx.Client(
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        limits=httpx.Limits(max_connections=4, keepalive_expiry=KEEPALIVE_SECONDS),
        follow_redirects=False,
        trust_env=False,
    )


def post_json(client: httpx.Client, call: Call, payload: Mapping[str, Any]) -> dict[str, Any]:
    """POST once and give the JSON object of a 2xx answer.

    Raises `TemporarilyUnavailable`, `Rejected`, `OutcomeUnknown` or `Misconfigured`.
    """
    try:
        response = client.post(call.url, json=payload, headers=dict(call.headers))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise TemporarilyUnavailable("no_connection") from error
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise Misconfigured("bad_address") from error
    except httpx.HTTPError as error:
        raise OutcomeUnknown("no_answer") from error
    _status_check(response)
    try:
        answer = response.json()
    except ValueError as error:
        raise OutcomeUnknown("unreadable_answer") from error
    if not isinstance(answer, dict):
        raise OutcomeUnknown("unreadable_answer")
    return answer


def _status_check(response: httpx.Response) -> None:
    status = response.status_code
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


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return min(float(value), 3600.0) if value.isdigit() else None
