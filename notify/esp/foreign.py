"""Mailgun and Postmark: what anymail needs to know, and their words beside ours."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from anymail.backends.mailgun import EmailBackend as MailgunBackend
from anymail.backends.postmark import EmailBackend as PostmarkBackend
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView

from notify.channels.base import AddressFault, Misconfigured, OutboundMessage
from notify.esp.service import Json, Meaning, Service, Values, as_object, standard_headers

WEBHOOK_USER: Final = "mostik"
"""Postmark signs nothing: the address of the webhook is given to it with this name and one of our secrets."""

POSTMARK_MEANINGS: Final[Mapping[str, Meaning]] = {
    "10": ("ours", "key"),
    "400": ("ours", "sender_not_approved"),
    "401": ("ours", "sender_not_approved"),
    "405": ("ours", "no_money"),
    "412": ("ours", "account_not_approved"),
    "413": ("ours", "account_not_approved"),
    "100": ("later", "maintenance"),
    "429": ("later", "too_many"),
}

POSTMARK_FAULTS: Final[Mapping[str, AddressFault]] = {
    "HardBounce": "dead",
    "BadEmailAddress": "dead",
    "SoftBounce": "soft",
    "SpamNotification": "",
    "Blocked": "",
    "DMARCPolicy": "",
    "VirusNotification": "",
    "ManuallyDeactivated": "",
    "SMTPApiError": "",
    "Unconfirmed": "",
}

MAILGUN_FAULTS: Final[Mapping[str, AddressFault]] = {"suppress-bounce": "dead", "suppress-complaint": "", "old": "soft"}


def _postmark_headers(message: OutboundMessage, values: Values) -> dict[str, str]:
    return standard_headers(message, values) | {"X-PM-KeepID": "true"}


def _postmark_view(_values: Values, secrets: Sequence[str]) -> Any:
    allowed = [f"{WEBHOOK_USER}:{secret}" for secret in secrets if secret]
    if not allowed:
        raise Misconfigured("no_webhook_secret")
    return PostmarkTrackingWebhookView(webhook_secret=allowed)


def _mailgun_word(event: Json) -> str:
    return str(as_object(event.get("event-data")).get("reason") or "")


MAILGUN_SERVICE: Final = Service(
    code="mailgun",
    backend=lambda values: MailgunBackend(
        api_key=values["api_key"], api_url=values["url"], sender_domain=None, debug_api_requests=False
    ),
    tracking=lambda values, _secrets: MailgunTrackingWebhookView(
        api_key=None, webhook_signing_key=values["signing_key"], webhook_secret=[]
    ),
    headers=standard_headers,
    word_of=_mailgun_word,
    faults=MAILGUN_FAULTS,
)

POSTMARK_SERVICE: Final = Service(
    code="postmark",
    backend=lambda values: PostmarkBackend(
        server_token=values["api_key"],
        api_url=values["url"],
        message_stream=values.get("stream") or None,
        use_bulk_api=False,
        generate_message_id=False,
        debug_api_requests=False,
    ),
    tracking=_postmark_view,
    headers=_postmark_headers,
    code_of=lambda answer: str(answer.get("ErrorCode") or ""),
    meanings=POSTMARK_MEANINGS,
    word_of=lambda event: str(event.get("Type") or ""),
    faults=POSTMARK_FAULTS,
)
