"""What MAX tells a bot, read from the body of its webhook (dev.max.ru/docs-api/objects/Update). Pure.

Missing means null, unknown fields and unknown types are fine. The person is `user.user_id`, `message.sender.user_id` or
`callback.user.user_id`; `recipient.user_id` of an incoming message is the bot itself.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal

from notify.channels.base import Rejected
from notify.channels.columns import LONGEST_TEXT, column_word
from notify.channels.events import UNREADABLE, DialogueEvent, InboundText, PhoneProof, SecretInHeader
from notify.channels.max.contact import phone_proved

SECRET_HEADER: Final = "X-Max-Bot-Api-Secret"  # noqa: S105 - the name of a header
CHANNEL: Final = "max"

TURNS: Final[Mapping[str, Literal["started", "stopped"]]] = {
    "bot_started": "started",
    "bot_stopped": "stopped",
    "dialog_removed": "stopped",
}
"""MAX's words for the two ends of a dialogue, and ours."""

KINDS: Final = frozenset({"image", "video", "audio", "file", "contact", "location", "sticker"})
"""Kinds of attachments that MAX and we call alike; the rest is `other`."""

LONGEST_PAYLOAD: Final = 512
MOST_ATTACHMENTS: Final = 13
LARGEST_ID: Final = 2**63 - 1

_START: Final = re.compile(r"\s*(?:/start\s+)?([A-Za-z0-9_-]{20,128})\s*")
"""`/start TOKEN` or the bare token: what people send when the deep link gave no start event."""

MaxEvent = DialogueEvent | InboundText | PhoneProof


class MaxWebhook(SecretInHeader):
    """Calls with a secret in a header, one update each. Without the bot's ``token`` no number is proved."""

    header = SECRET_HEADER

    def __init__(self, secrets: Sequence[str], *, token: str = "") -> None:
        """Take the secrets in force and the token of the bot."""
        super().__init__(secrets)
        self._token = token

    def read(self, body: bytes) -> list[MaxEvent]:
        """Understand one update. Empty for a type that we do not use."""
        try:
            update = json.loads(body)
            reader = self._reader(update["update_type"])
            if reader is None:
                return []
            return reader(update, datetime.fromtimestamp(int(update["timestamp"]) / 1000, tz=UTC))
        except UNREADABLE as error:
            raise Rejected("unreadable") from error

    def _reader(self, word: str) -> Callable[[Mapping[str, Any], datetime], list[MaxEvent]] | None:
        if word in TURNS:
            return lambda update, at: [_turn(TURNS[word], update, at)]
        return {"message_created": self._message, "message_callback": _pressed}.get(word)

    def _message(self, update: Mapping[str, Any], at: datetime) -> list[MaxEvent]:
        """Read what a person wrote in a dialogue. A typed token is a start; a group and another bot are left alone."""
        message = update["message"]
        sender = message.get("sender") or {}
        if not _is_ours(sender, message):
            return []
        account = _id(sender["user_id"])
        chat = _chat(message, account)
        body = message.get("body") or {}
        text = column_word(body.get("text"), LONGEST_TEXT)
        typed = _START.fullmatch(text)
        if typed is not None:
            return [_started(account, chat, at, typed[1])]
        attachments = body.get("attachments") or []
        phone = self._phone(attachments, int(account))
        proof = PhoneProof(channel=CHANNEL, account=account, chat=chat, phone=phone, occurred_at=at)
        written = InboundText(
            channel=CHANNEL,
            account=account,
            chat=chat,
            occurred_at=at,
            text=text,
            event_key=column_word(body.get("mid")),
            attachments=tuple(_kind(one) for one in attachments[:MOST_ATTACHMENTS]),
            in_reply_to=_answered(message),
        )
        return [*([proof] if phone else []), *([written] if text or not phone else [])]

    def _phone(self, attachments: Sequence[Mapping[str, Any]], user_id: int) -> str:
        """Return the number that is proved by the one thing that was sent, a card."""
        if len(attachments) != 1 or attachments[0].get("type") != "contact":
            return ""
        return phone_proved(attachments[0], user_id=user_id, token=self._token)


def _turn(kind: Literal["started", "stopped"], update: Mapping[str, Any], at: datetime) -> DialogueEvent:
    """Read the start or the end of a dialogue."""
    account, chat = _id(update["user"]["user_id"]), _id(update["chat_id"], is_chat=True)
    if kind == "started":
        return _started(account, chat, at, column_word(update.get("payload"), LONGEST_PAYLOAD))
    return DialogueEvent(channel=CHANNEL, kind=kind, account=account, chat=chat, occurred_at=at)


def _started(account: str, chat: str, at: datetime, payload: str) -> DialogueEvent:
    return DialogueEvent(channel=CHANNEL, kind="started", account=account, chat=chat, occurred_at=at, payload=payload)


def _pressed(update: Mapping[str, Any], at: datetime) -> list[MaxEvent]:
    """Read a pressed button as the text that it carries. The message is null when it was removed meanwhile."""
    callback, message = update["callback"], update.get("message") or {}
    if not _is_ours(callback["user"], message):
        return []
    account = _id(callback["user"]["user_id"])
    body = message.get("body") or {}
    pressed = InboundText(
        channel=CHANNEL,
        account=account,
        chat=_chat(message, account),
        occurred_at=at,
        text=column_word(callback.get("payload"), LONGEST_TEXT) or _only_button(body),
        event_key=column_word(f"cb:{callback['callback_id']}"),
        in_reply_to=column_word(body.get("mid")),
    )
    return [pressed]


def _only_button(body: Mapping[str, Any]) -> str:
    """Return the words of the one button that could have been pressed, an empty string where there are several."""
    keyboards = [one for one in body.get("attachments") or () if one.get("type") == "inline_keyboard"]
    rows = [row for one in keyboards for row in (one.get("payload") or {}).get("buttons") or ()]
    buttons = [button for row in rows for button in row if button.get("type") == "callback"]
    return column_word(buttons[0].get("text"), LONGEST_TEXT) if len(buttons) == 1 else ""


def _is_ours(person: Mapping[str, Any], message: Mapping[str, Any]) -> bool:
    """Return whether a person, not a bot, did this in a dialogue, not in a group."""
    return not person.get("is_bot") and (message.get("recipient") or {}).get("chat_type", "dialog") == "dialog"


def _chat(message: Mapping[str, Any], account: str) -> str:
    given = (message.get("recipient") or {}).get("chat_id")
    return _id(given, is_chat=True) if given else account


def _answered(message: Mapping[str, Any]) -> str:
    link = message.get("link") or {}
    return column_word((link.get("message") or {}).get("mid")) if link.get("type") == "reply" else ""


def _kind(attachment: Mapping[str, Any]) -> str:
    kind = str(attachment.get("type"))
    return kind if kind in KINDS else "other"


def _id(value: Any, *, is_chat: bool = False) -> str:
    """Return an id as MAX forms them: that of a group is below zero. Raises ValueError for another."""
    number = int(value)
    if not (-LARGEST_ID if is_chat else 1) <= number <= LARGEST_ID:
        raise ValueError("no id of MAX")
    return str(number)
