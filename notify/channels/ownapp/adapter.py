"""Hands each message to the company's own backend by one signed POST."""

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from notify.channels.base import (
    Accepted,
    Capabilities,
    Misconfigured,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)
from notify.channels.columns import column_word
from notify.channels.http import CALL_SECONDS, Answer, Client
from notify.channels.http_channel import HttpChannel
from notify.channels.ownapp.address import may_call
from notify.channels.signing import signed_headers

GONE: Final = 410
"""The receiver wants no calls any more (Standard Webhooks, "Delivery success and failure")."""
UNKNOWN_CUSTOMER: Final = "unknown_customer"
SAYS_WHO: Final = frozenset({404, 422})
"""Statuses with which the receiver may say that it has no such customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAppConf:
    """Where the backend listens, and the keys that sign what we send, those of a rotation together."""

    name: str
    url: str
    keys: tuple[bytes, ...] = field(repr=False)


class OwnAppChannel(HttpChannel):
    """Sends over HTTP, one message a call.

    The backend has promised to know a repeat by `webhook-id`, which is our reference, and to answer it like the first
    call. So a repeat is safe, and a lost or broken answer (a time-out, a 5xx) is `TemporarilyUnavailable` here, where
    other providers have `OutcomeUnknown`.
    """

    def __init__(self, conf: OwnAppConf) -> None:
        carries = Capabilities(provider=conf.name, buttons=True, call_seconds=CALL_SECONDS)
        super().__init__(conf.url, carries, Client(may_call=may_call))
        self._conf = conf

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand over the message by a call of its own."""
        now = int(time.time())
        body = json.dumps(_payload(message, now), separators=(",", ":")).encode()
        headers = signed_headers(self._conf.keys, identifier=message.reference, at=now, body=body)
        try:
            answer = self._client.call(
                "POST", self._conf.url, headers={**headers, "Content-Type": "application/json"}, content=body
            )
            _check(answer)
        except Rejected as error:
            return error
        except OutcomeUnknown as error:
            # The backend knows a repeat by its id.
            return TemporarilyUnavailable(error.reason)
        return Accepted(message.reference, column_word(_object(answer).get("id") or message.reference))


def _payload(message: OutboundMessage, now: int) -> dict[str, Any]:
    links = [button.url for button in message.buttons if button.url]
    return {
        "type": "message.send",
        "timestamp": _moment(now),
        "data": {
            "id": message.reference,
            "customer": message.address,
            "title": message.subject,
            "text": message.text,
            "link": links[0] if links else "",
            "buttons": [{"text": button.text, "url": button.url} for button in message.buttons],
            "expires_at": _moment(now + message.valid_seconds) if message.valid_seconds else None,
        },
    }


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat()


def _check(answer: Answer) -> None:
    """Raise what a status other than 2xx means."""
    if answer.status in SAYS_WHO and _object(answer).get("error") == UNKNOWN_CUSTOMER:
        raise Rejected(UNKNOWN_CUSTOMER, "dead")
    if answer.status == GONE:
        raise Misconfigured("gone")
    if 300 <= answer.status < 400:
        # Not followed, so nobody has got it: the address of the set-up is to be changed.
        raise Misconfigured("redirect")
    answer.check()


def _object(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of the body; empty where there is none: the status has said what matters."""
    try:
        return answer.json()
    except (OutcomeUnknown, RecursionError):
        return {}
