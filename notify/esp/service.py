"""What has to be known of one e-mail service besides what django-anymail knows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from notify.channels.base import (
    AddressFault,
    ChannelError,
    Misconfigured,
    OutboundMessage,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)

Values = Mapping[str, str]
"""The fields of a set-up."""
Json = Mapping[str, Any]

Meaning = tuple[Literal["ours", "later", "never", "unknown"], str]
"""Whose fault a code is, and our word for it."""

REFERENCE: Final = "reference"
"""Our number of the message among the metadata that a service keeps and gives back."""


def nothing_more(_message: OutboundMessage, _values: Values) -> dict[str, Any]:
    """Return no fields of the service's own."""
    return {}


def no_code(_answer: Json) -> str:
    """Return nothing: this service has no codes in its answers."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service of django-anymail.

    ``backend`` makes anymail's backend and ``tracking`` its reader of webhooks from the values of a set-up.
    """

    code: str
    backend: Callable[[Values], Any]
    tracking: Callable[[Values, Sequence[str]], Any]
    headers: Callable[[OutboundMessage, Values], dict[str, str]]
    own_fields: Callable[[OutboundMessage, Values], dict[str, Any]] = nothing_more
    code_of: Callable[[Json], str] = no_code
    meanings: Mapping[str, Meaning] = field(default_factory=dict)
    refusals: Mapping[str, AddressFault] = field(default_factory=dict)
    """Words for a recipient that is refused at once, and what they say of the address."""
    refusal_of: Callable[[Json, str], str] = lambda _answer, _address: ""
    events_of: Callable[[Json], Sequence[Any]] = lambda body: [body]
    """Cuts the body of a call into what the reader understands one by one."""
    word_of: Callable[[Json], str] = no_code
    """Returns why a letter failed, of one event."""
    faults: Mapping[str, AddressFault] = field(default_factory=dict)


def error_of(meaning: Meaning) -> ChannelError:
    """Return the error that a meaning stands for."""
    kind, reason = meaning
    if kind == "ours":
        return Misconfigured(reason)
    if kind == "later":
        return TemporarilyUnavailable(reason)
    return Rejected(reason) if kind == "never" else OutcomeUnknown(reason)


def as_object(found: Any) -> Json:
    """Return a JSON object, an empty one in place of anything else."""
    return found if isinstance(found, dict) else {}


def standard_headers(message: OutboundMessage, values: Values) -> dict[str, str]:
    """Return the headers that a letter by SMTP has, for services that pass them on."""
    domain = values["sender"].rpartition("@")[2]
    headers = {"Message-ID": f"<{message.reference}@{domain}>"}
    if message.feedback_id:
        headers["Feedback-ID"] = message.feedback_id
    if message.is_automatic:
        headers["Auto-Submitted"] = "auto-generated"
    return headers | unsubscribe_headers(message)


def unsubscribe_headers(message: OutboundMessage) -> dict[str, str]:
    """Return the headers of one-click unsubscribing (RFC 8058)."""
    if not message.unsubscribe_url:
        return {}
    return {
        "List-Unsubscribe": f"<{message.unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
