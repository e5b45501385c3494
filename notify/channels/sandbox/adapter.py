"""The sandbox provider: a phone, and MAX, inside Mostik, that answer like a real provider."""

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any, Final

from notify.channels.base import (
    Accepted,
    Capabilities,
    ImageLimits,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
)
from notify.channels.columns import column_word
from notify.channels.http import CALL_SECONDS
from notify.channels.http_channel import HttpChannel
from notify.channels.sandbox.webhook import SECRET_HEADER

LIMITS: Final = ImageLimits(size=50 * 1024 * 1024, side=7680)
"""Those of MAX."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxConf:
    """Where the sandbox listens. ``secret`` goes with each call in both directions."""

    url: str
    secret: str = field(repr=False)


class SandboxChannel(HttpChannel):
    """Sends over HTTP, one message a call."""

    def __init__(self, conf: SandboxConf, channel: str) -> None:
        super().__init__(
            conf.url, Capabilities(provider="sandbox", buttons=True, images=LIMITS, call_seconds=CALL_SECONDS)
        )
        self._conf, self._channel = conf, channel

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand over the message by a call of its own."""
        payload: dict[str, Any] = {
            "channel": self._channel,
            "address": message.address,
            "text": message.text,
            "buttons": [{"text": button.text, "url": button.url} for button in message.buttons],
            "reference": message.reference,
        }
        if message.image is not None:
            payload["image"] = b64encode(message.image.read()).decode()
        try:
            # "Later" is said to us, not about this message: it goes up as it is.
            answer = self._client.post_json(self._conf.url, {SECRET_HEADER: self._conf.secret}, payload)
        except (Rejected, OutcomeUnknown) as error:
            return error
        provider_id = answer.get("id")
        if not isinstance(provider_id, str | int) or provider_id == "":
            return OutcomeUnknown("no_id")
        return Accepted(message.reference, column_word(provider_id))
