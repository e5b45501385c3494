"""A made-up channel, carrier pigeons to a ring on a window sill, and its provider: all that a new one consists of.

The provider signs each call with HMAC over the body, shows no buttons, and reports by the words of `STATES`.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from consents.channels.spec import ChannelSpec, ContactKindSpec
from notify.channels.base import Accepted, Capabilities, OutboundMessage, Outcome, OutcomeUnknown, Rejected
from notify.channels.events import DeliveryReport, InboundText, PlainAnswer, ReportState
from notify.channels.http import Client
from notify.channels.setup import Provider

RING: Final = ContactKindSpec(
    code="ring",
    place=10,
    label="Кольцо",
    word="Кольцо",
    own_name="Кольцо на подоконнике",
    in_texts="номер кольца",
    sample="R-1",
    data_term="pd:AccountIdentifier",
)

PIGEON: Final = ChannelSpec(
    code="pigeon",
    contact=RING,
    icon="send",
    label="Голубь",
    short="голуби",
    by="голубем",
    in_texts="записки к кольцу {contact}",
    touchpoint="записка",
    group="Есть куда писать голубем",
    card_name="Голубиная почта",
    card_text="Короткие записки в хорошую погоду.",
    headings={
        "service": "Сервисные сообщения голубем",
        "promotion": "Подбор предложений: голубь",
        "advertising": "Реклама голубем",
    },
    style="dialogue",
    has_buttons=True,
    text_limit=500,
)

PROVIDER: Final = "loft"
SIGNATURE: Final = "X-Loft-Signature"
SECRETS: Final = ("grain", "old grain")
STATES: Final[Mapping[str, ReportState]] = {"landed": "delivered", "eaten": "failed"}


class Loft:
    """Hands notes over by HTTP."""

    capabilities = Capabilities(provider=PROVIDER, text_limit=300)

    def __init__(self, url: str) -> None:
        self._url, self._client = url, Client()

    def open(self) -> None:
        """Look the loft up."""
        self._client.look_up(self._url)

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand one note over."""
        note = {"address": message.address, "text": message.text, "reference": message.reference}
        try:
            answer = self._client.post_json(self._url, {}, note)
        except (Rejected, OutcomeUnknown) as error:
            return error
        return Accepted(message.reference, str(answer["id"]))

    def close(self) -> None:
        """Shut the loft."""
        self._client.close()


class LoftWebhook(PlainAnswer):
    """Calls that are signed as a whole."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        given = headers.get(SIGNATURE, "").encode()
        fits = [hmac.compare_digest(given, signature_of(body, secret).encode()) for secret in SECRETS]
        return any(fits)

    def read(self, body: bytes) -> Sequence[DeliveryReport | InboundText]:
        told = json.loads(body)
        at = datetime.fromisoformat(told["at"])
        if "song" in told:
            return [InboundText(channel="pigeon", account=told["ring"], chat="", occurred_at=at, text=told["song"])]
        return [
            DeliveryReport(event_key=told["key"], state=STATES[told["word"]], occurred_at=at, provider_id=told["note"])
        ]


def signature_of(body: bytes, secret: str) -> str:
    """What the provider signs a call with."""
    return hmac.new(secret.encode(), body, "sha256").hexdigest()


def loft_provider(settings: Any) -> Provider | None:
    """The provider, where the settings say where it lives."""
    url = getattr(settings, "LOFT_URL", "")
    if not url:
        return None
    return Provider(name=PROVIDER, channels=("pigeon",), adapter=lambda _channel: Loft(url), webhook=LoftWebhook())
