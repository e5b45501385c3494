"""The sandbox provider: a phone, and MAX, that live inside Mostik and answer like a real provider."""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from notify.channels.base import (
    TEXT_LIMITS,
    Accepted,
    Capabilities,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    Report,
    ReportState,
)
from notify.channels.http import CALL_SECONDS, Call, Client, post_json

SECRET_HEADER: Final = "X-Sandbox-Secret"  # noqa: S105 - the name of a header

STATES: Final[Mapping[str, ReportState]] = {
    "accepted": "accepted",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "rejected": "failed",
    "expired": "failed",
}
"""The sandbox's words, and ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxConf:
    """Where the sandbox listens. ``secret`` goes with each call in both directions."""

    url: str
    secret: str = field(repr=False)
    channel: str


class SandboxChannel:
    """Sends over HTTP, one message a call."""

    def __init__(self, conf: SandboxConf) -> None:
        self._conf = conf
        self._client: Client | None = None
        self.capabilities = Capabilities(
            provider="sandbox",
            buttons=conf.channel == "max",
            text_limit=TEXT_LIMITS.get(conf.channel, 0),
            call_seconds=CALL_SECONDS,
        )

    def open(self) -> None:
        """Look the provider up; connections are made by the call itself."""
        if self._client is None:
            client = Client()
            client.look_up(self._conf.url)
            self._client = client

    def close(self) -> None:
        """Close the client; the next call opens another."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def send(self, batch: Sequence[OutboundMessage]) -> list[Outcome]:
        """Hand over each message by a call of its own."""
        if self._client is None:
            self._client = Client()
        return [self._send_one(self._client, message) for message in batch]

    def _send_one(self, client: Client, message: OutboundMessage) -> Outcome:
        call = Call(self._conf.url, {SECRET_HEADER: self._conf.secret})
        payload = {
            "channel": self._conf.channel,
            "address": message.address,
            "text": message.text,
            "buttons": [{"text": button.text, "url": button.url} for button in message.buttons],
            "reference": message.reference,
        }
        try:
            # "Later" is said to us, not about this message: it ends the whole batch.
            answer = post_json(client, call, payload)
        except (Rejected, OutcomeUnknown) as error:
            return error
        provider_id = answer.get("id")
        if not isinstance(provider_id, str | int) or provider_id == "":
            return OutcomeUnknown("no_id")
        return Accepted(message.reference, str(provider_id))

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> list[Report]:
        """Read ``{"events": [{"key", "reference", "id", "state", "at", "detail"}]}``."""
        given = {name.lower(): value for name, value in headers.items()}.get(SECRET_HEADER.lower(), "")
        if not hmac.compare_digest(given.encode(), self._conf.secret.encode()):
            raise Rejected("bad_secret")
        try:
            events = json.loads(body)["events"]
            return [_report(event) for event in events]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Rejected("unreadable") from error


def _report(event: Mapping[str, Any]) -> Report:
    at = datetime.fromisoformat(event["at"])
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return Report(
        event_key=_word(event["key"]),
        state=STATES.get(str(event["state"]), "unknown"),
        occurred_at=at,
        reference=_word(event.get("reference", "")),
        provider_id=_word(event.get("id", "")),
        detail=_word(event.get("detail", "")),
    )


def _word(value: object) -> str:
    """What a column takes: no longer than that, and without the one character that PostgreSQL refuses."""
    return str(value).replace("\0", "")[:120]
