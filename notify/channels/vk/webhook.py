"""What VK tells a community: the Callback API (VKCOM/vk-api-schema, `callback/objects.json`). Pure.

The secret stands in the body of each event. A dialogue is open as soon as a person writes, and only a message carries
the time of its own; the other events are dated when they are read.
"""

import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from notify.channels.base import Rejected
from notify.channels.columns import LONGEST_TEXT, column_word
from notify.channels.events import UNREADABLE, DialogueEvent, Event, InboundText

CHANNEL: Final = "vk"
LINKING_TOKEN: Final = 256
"""Most characters of what a person came with; VK's own limit."""

ATTACHMENTS: Final[Mapping[str, str]] = {
    "photo": "image",
    "graffiti": "image",
    "video": "video",
    "audio": "audio",
    "audio_message": "audio",
    "doc": "file",
    "sticker": "sticker",
}
"""VK's words for what was sent along, and ours; any other is ``other``."""


class VkWebhook:
    """Reads the events of one community. ``clock`` dates those that carry no time."""

    def __init__(
        self,
        *,
        group_id: str,
        secrets: Sequence[str],
        confirmation: str = "",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._group_id, self._secrets, self._confirmation = group_id, secrets, confirmation
        self._clock = clock

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002 - the protocol's signature
        """Compare the group, and the secret with every one in force, in constant time.

        VK confirms the address before a secret need be set: that one call may come without it.
        """
        call = _call_of(body)
        if call is None or str(call.get("group_id")) != self._group_id:
            return False
        if call.get("type") == "confirmation" and not call.get("secret"):
            return True
        given = str(call.get("secret") or "").encode("utf-8", "replace")
        fits = [hmac.compare_digest(given, secret.encode()) for secret in self._secrets if secret]
        return any(fits)

    def read(self, body: bytes) -> list[Event]:
        """Understand one event. Empty for a type that we do not use."""
        call = _call_of(body)
        if call is None:
            raise Rejected("unreadable")
        try:
            return list(self._events(call))
        except UNREADABLE as error:
            raise Rejected("unreadable") from error

    def answer(self, body: bytes) -> str:
        """Return the line that confirms the address, or the ``ok`` without which VK repeats the event."""
        call = _call_of(body)
        return self._confirmation if call is not None and call.get("type") == "confirmation" else "ok"

    def without_secret(self, body: bytes) -> bytes:
        """Return the event as it may be kept; bytes that are none, as they came."""
        call = _call_of(body)
        if call is None or "secret" not in call:
            return body
        return json.dumps({name: value for name, value in call.items() if name != "secret"}).encode()

    def _events(self, call: Mapping[str, Any]) -> Iterator[Event]:
        kind = call["type"]
        if kind == "message_new":
            found = call["object"]
            yield from _message(found.get("message") or found, column_word(call.get("event_id")))
        elif kind == "message_allow":
            found = call["object"]
            yield _turn(_person(found["user_id"]), self._clock(), column_word(found.get("key"), LINKING_TOKEN))
        elif kind == "message_deny":
            account = str(_person(call["object"]["user_id"]))
            yield DialogueEvent(
                channel=CHANNEL, kind="stopped", account=account, chat=account, occurred_at=self._clock()
            )


def _message(message: Mapping[str, Any], event_key: str) -> Iterator[Event]:
    """Read what a person wrote to the community. What it wrote itself, and talks of several, are nothing to us."""
    author = _number(message["from_id"])
    if message.get("out") or author <= 0 or _number(message.get("peer_id") or author) != author:
        return
    at = datetime.fromtimestamp(_number(message["date"]), tz=UTC)
    yield _turn(author, at, column_word(message.get("ref"), LINKING_TOKEN))
    text, attachments = column_word(message.get("text"), LONGEST_TEXT), tuple(_attachments(message))
    if _is_start(message.get("payload")) or not (text or attachments):
        return
    answered = message.get("reply_message") or {}
    yield InboundText(
        channel=CHANNEL,
        account=str(author),
        chat=str(author),
        occurred_at=at,
        text=text,
        event_key=event_key,
        attachments=attachments,
        in_reply_to=column_word(answered.get("id")),
    )


def _turn(account: int, at: datetime, payload: str) -> DialogueEvent:
    return DialogueEvent(
        channel=CHANNEL, kind="started", account=str(account), chat=str(account), occurred_at=at, payload=payload
    )


def _attachments(message: Mapping[str, Any]) -> Iterator[str]:
    for one in message.get("attachments") or ():
        yield ATTACHMENTS.get(str(one.get("type")), "other")
    if message.get("geo"):
        yield "location"


def _is_start(payload: object) -> bool:
    """Return whether a press of «Начать» sent the message: its text is VK's, not the person's."""
    try:
        found = json.loads(payload) if isinstance(payload, str) else payload
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("command") == "start"


def _call_of(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _person(value: object) -> int:
    number = _number(value)
    if number <= 0:
        raise ValueError("not a person")
    return number


def _number(value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError("not a number")
    return int(value)
