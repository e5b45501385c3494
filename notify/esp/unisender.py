"""Unisender Go: its codes and words beside ours. Web API 1.87; the same platform abroad is called UniOne."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from anymail.backends.unisender_go import EmailBackend
from anymail.webhooks.unisender_go import UnisenderGoTrackingWebhookView

from notify.channels.base import AddressFault, OutboundMessage
from notify.channels.setup import is_on
from notify.esp.service import Json, Meaning, Service, Values, as_object, unsubscribe_headers

MEANINGS: Final[Mapping[str, Meaning]] = {
    "101": ("ours", "key"),
    "102": ("ours", "key"),
    "105": ("ours", "api_off"),
    "106": ("ours", "account_off"),
    "114": ("ours", "wrong_data_centre"),
    "202": ("ours", "sender_not_approved"),
    "205": ("ours", "sender_not_approved"),
    "206": ("ours", "sender_not_approved"),
    "1574": ("ours", "sender_not_approved"),
    "1598": ("ours", "sender_not_approved"),
    "215": ("ours", "sending_not_allowed"),
    "1575": ("ours", "sending_not_allowed"),
    "229": ("ours", "domain_not_set_up"),
    "230": ("ours", "domain_not_set_up"),
    "1520": ("ours", "reply_to"),
    "1588": ("ours", "own_unsubscribing_not_allowed"),
    "902": ("ours", "tariff_limit"),
    "903": ("ours", "tariff_limit"),
    "904": ("ours", "no_money"),
    "905": ("ours", "tariff_limit"),
    "1599": ("later", "daily_limit"),
    "901": ("later", "daily_limit"),
    "906": ("later", "daily_limit"),
    "1573": ("unknown", "repeated"),
    "120": ("unknown", "code_120"),
    "150": ("unknown", "code_150"),
    "908": ("unknown", "code_908"),
}
"""Codes that are not about this letter; any other one is. 1573: a letter with our number came a moment ago."""

REFUSALS: Final[Mapping[str, AddressFault]] = {
    "invalid": "dead",
    "permanent_unavailable": "dead",
    "temporary_unavailable": "soft",
    "unsubscribed": "",
    "complained": "",
    "blocked": "",
}
"""Why it does not even try an address: words of ``failed_emails``."""

FAULTS: Final[Mapping[str, AddressFault]] = {
    "err_user_unknown": "dead",
    "err_user_inactive": "dead",
    "err_mailbox_discarded": "dead",
    "err_unreachable": "dead",
    "skip_dup_unreachable": "dead",
    "err_domain_inactive": "soft",
    "err_mailbox_full": "soft",
    "skip_dup_mailbox_full": "soft",
    "err_skip_letter": "soft",
    "skip_dup_temp_unreachable": "soft",
    "err_destination_misconfigured": "soft",
    "err_spam_rejected": "",
    "err_spam_skipped": "",
    "err_spam_removed": "",
    "err_blacklisted": "",
    "err_too_large": "",
    "err_unsubscribed": "",
    "err_lost": "",
    "err_internal": "",
}
"""``delivery_status`` of a letter that failed. Of one without a word here the answer of the server is read."""


def _headers(message: OutboundMessage, values: Values) -> dict[str, str]:
    """Return what it passes on: headers of unsubscribing, once its support has allowed them. It ignores the others."""
    return unsubscribe_headers(message) if is_on(values.get("own_unsubscribing", "")) else {}


def _own_fields(message: OutboundMessage, values: Values) -> dict[str, Any]:
    """Return its own fields: no substitutions in a text that is ready, and our number against a double."""
    own = {"template_engine": "none", "idempotence_key": message.reference[:64]}
    return own | ({"skip_unsubscribe": 1} if is_on(values.get("own_unsubscribing", "")) else {})


def _refusal_of(answer: Json, address: str) -> str:
    failed = {str(one).lower(): str(word) for one, word in as_object(answer.get("failed_emails")).items()}
    return failed.get(address.lower(), "")


def _events_of(body: Json) -> Sequence[Any]:
    """Return the data of all events of status, in both forms that a webhook can be set up to."""
    if "events_by_user" not in body:
        return [body] if body["event_name"] == "transactional_email_status" else []
    events = [one for by_user in body["events_by_user"] for one in by_user["events"]]
    return [one["event_data"] for one in events if one.get("event_name") == "transactional_email_status"]


def _word_of(event: Json) -> str:
    return str(as_object(event.get("delivery_info")).get("delivery_status") or "")


UNISENDER_SERVICE: Final = Service(
    code="unisender",
    backend=lambda values: EmailBackend(
        api_key=values["api_key"],
        api_url=values["url"],
        generate_message_id=False,
        workaround_display_name_bugs=True,
        debug_api_requests=False,
    ),
    tracking=lambda values, _secrets: UnisenderGoTrackingWebhookView(api_key=values["api_key"]),
    headers=_headers,
    own_fields=_own_fields,
    code_of=lambda answer: str(answer.get("code") or ""),
    meanings=MEANINGS,
    refusals=REFUSALS,
    refusal_of=_refusal_of,
    events_of=_events_of,
    word_of=_word_of,
    faults=FAULTS,
)
