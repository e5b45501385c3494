"""What the company's backend tells us: one event a call, signed like our own calls."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal

from notify.channels.base import AddressFault, Rejected
from notify.channels.columns import LONGEST_TEXT, LONGEST_WORD, column_word
from notify.channels.events import DeliveryReport, DialogueEvent, Event, InboundText, PlainAnswer, ReportState
from notify.channels.signing import is_signed

CHANNEL: Final = "app"
STATES: Final[Mapping[str, tuple[ReportState, str]]] = {
    "message.delivered": ("delivered", ""),
    "message.read": ("delivered", "read"),
    "message.failed": ("failed", ""),
}
"""The backend's words for what became of a message, our state and detail."""

FAULTS: Final[Mapping[str, AddressFault]] = {
    "unknown_customer": "dead",
    "no_device": "soft",
    "stopped": "closed",
    "expired": "",
}
"""Reasons of a failure, and what each says of the contact. Another reason is `other`."""

TURNS: Final[Mapping[str, Literal["started", "stopped"]]] = {
    "dialogue.started": "started",
    "dialogue.stopped": "stopped",
}

MOST_ATTACHMENTS: Final = 120
ATTACHMENTS: Final = frozenset({"image", "video", "audio", "file", "contact", "location", "sticker"})


class OwnAppWebhook(PlainAnswer):
    """Calls signed after Standard Webhooks. ``clock`` is ours, in seconds since the epoch."""

    def __init__(self, keys: Sequence[bytes], clock: Callable[[], float] = time.time) -> None:
        """Take the keys in force; without one nothing is theirs."""
        self._keys, self._clock = keys, clock

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Compare each signature of the header with each key in force, and the time of the call with ours."""
        return is_signed(self._keys, headers, body, now=self._clock())

    def read(self, body: bytes) -> list[Event]:
        """Understand one event ``{"id", "type", "timestamp", "data": {}}``. Empty for a type that we do not use."""
        try:
            event = json.loads(body)
            word = event["type"]
            if word not in STATES and word not in TURNS and word != "message.reply":
                return []
            key = _word(event.get("id")) or hashlib.sha256(body).hexdigest()
            at = _moment(event["timestamp"])
            return [_event(word, key, at, event["data"])]
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise Rejected("unreadable") from error


def _event(word: str, key: str, at: datetime, data: Mapping[str, Any]) -> Event:
    if word in STATES:
        return _report(word, key, at, data)
    account = _account(data["customer"])
    chat = _account(data.get("chat") or account)
    if word in TURNS:
        payload = _word(data.get("payload"))
        return DialogueEvent(
            channel=CHANNEL, kind=TURNS[word], account=account, chat=chat, occurred_at=at, payload=payload
        )
    return InboundText(
        channel=CHANNEL,
        account=account,
        chat=chat,
        occurred_at=at,
        text=_word(data.get("text"), LONGEST_TEXT),
        event_key=key,
        attachments=tuple(_kinds(data.get("attachments"))),
        in_reply_to=_word(data.get("message_id")),
    )


def _report(word: str, key: str, at: datetime, data: Mapping[str, Any]) -> DeliveryReport:
    state, detail = STATES[word]
    fault: AddressFault = ""
    if state == "failed":
        reason = _word(data.get("reason"))
        detail, fault = (reason, FAULTS[reason]) if reason in FAULTS else ("other", "")
    reference = _word(data["message_id"])
    if not reference:
        raise ValueError("a report of nothing")
    return DeliveryReport(
        event_key=key, state=state, occurred_at=at, reference=reference, detail=detail, address_fault=fault
    )


def _kinds(attachments: object) -> list[str]:
    """Read ``[{"type": "image"}, …]``."""
    found = attachments if isinstance(attachments, list) else []
    words = [one.get("type") if isinstance(one, dict) else one for one in found]
    return [word if isinstance(word, str) and word in ATTACHMENTS else "other" for word in words[:MOST_ATTACHMENTS]]


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise TypeError("a time is written in ISO 8601")
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC)


def _account(value: object) -> str:
    """Return whom an event is about. A name that is cut would be another's: it is refused."""
    account = _word(value, LONGEST_WORD + 1).strip()
    if not account or len(account) > LONGEST_WORD:
        raise ValueError("nobody's name")
    return account


def _word(value: object, longest: int = LONGEST_WORD) -> str:
    """Return a text, or a number as text, as a column takes it. Raises TypeError for anything else but None."""
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise TypeError("neither a text nor a number")
    return column_word(value, longest)
