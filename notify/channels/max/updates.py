"""What MAX tells a bot, read from the body of its webhook (dev.max.ru/docs-api/objects/Update). Pure.

Missing means null, unknown fields and unknown types are fine. The person is `user.user_id` or
`message.sender.user_id`; `recipient.user_id` of an incoming message is the bot itself.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from notify.channels.base import Rejected

UpdateKind = Literal["started", "stopped", "text"]

KINDS: Final[Mapping[str, UpdateKind]] = {
    "bot_started": "started",
    "bot_stopped": "stopped",
    "dialog_removed": "stopped",
    "message_created": "text",
}
"""MAX's words and ours. Every other type is ignored."""

_START: Final = re.compile(r"\s*(?:/start\s+)?([A-Za-z0-9_-]{20,128})\s*")
"""`/start TOKEN` or the bare token: what people send when the deep link gave no start event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxUpdate:
    """One update that concerns us. `payload` is a linking token, or empty."""

    kind: UpdateKind
    user_id: int
    chat_id: int
    at: datetime
    payload: str = ""


def read_update(body: str) -> MaxUpdate | None:
    """Understand one update. None for a type that we do not use; `Rejected` for what is no update at all."""
    try:
        update = json.loads(body)
        kind = KINDS.get(update["update_type"])
        if kind is None:
            return None
        at = datetime.fromtimestamp(int(update["timestamp"]) / 1000, tz=UTC)
        return _text(update["message"], at) if kind == "text" else _turn(kind, update, at)
    except (ValueError, KeyError, TypeError, OverflowError, OSError) as error:
        raise Rejected("unreadable") from error


def _turn(kind: UpdateKind, update: Mapping[str, Any], at: datetime) -> MaxUpdate:
    """Read the start or the end of a dialogue."""
    return MaxUpdate(
        kind=kind,
        user_id=int(update["user"]["user_id"]),
        chat_id=int(update["chat_id"]),
        at=at,
        payload=str(update.get("payload") or "") if kind == "started" else "",
    )


def _text(message: Mapping[str, Any], at: datetime) -> MaxUpdate | None:
    """Read what a person wrote in a dialogue; a group, a bot and a text without a token are nothing to us."""
    sender = message.get("sender") or {}
    recipient = message.get("recipient") or {}
    if sender.get("is_bot") or recipient.get("chat_type", "dialog") != "dialog":
        return None
    match = _START.fullmatch(str((message.get("body") or {}).get("text") or ""))
    if match is None:
        return None
    return MaxUpdate(
        kind="text",
        user_id=int(sender["user_id"]),
        chat_id=int(recipient.get("chat_id") or sender["user_id"]),
        at=at,
        payload=match[1],
    )
