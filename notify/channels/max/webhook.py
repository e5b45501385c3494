"""What MAX tells a bot, read from the body of its webhook (dev.max.ru/docs-api/objects/Update). Pure.

Missing means null, unknown fields and unknown types are fine. The person is `user.user_id` or
`message.sender.user_id`; `recipient.user_id` of an incoming message is the bot itself.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal

from notify.channels.base import Rejected
from notify.channels.events import DialogueEvent, InboundText, SecretInHeader

SECRET_HEADER: Final = "X-Max-Bot-Api-Secret"  # noqa: S105 - the name of a header

TURNS: Final[Mapping[str, Literal["started", "stopped"]]] = {
    "bot_started": "started",
    "bot_stopped": "stopped",
    "dialog_removed": "stopped",
}
"""MAX's words for the two ends of a dialogue, and ours. Besides them only `message_created` concerns us."""

_START: Final = re.compile(r"\s*(?:/start\s+)?([A-Za-z0-9_-]{20,128})\s*")
"""`/start TOKEN` or the bare token: what people send when the deep link gave no start event."""


class MaxWebhook(SecretInHeader):
    """Calls with a secret in a header, one update each."""

    header = SECRET_HEADER

    def read(self, body: bytes) -> list[DialogueEvent | InboundText]:
        """Understand one update. Empty for a type that we do not use."""
        try:
            update = json.loads(body)
            word = update["update_type"]
            if word not in TURNS and word != "message_created":
                return []
            at = datetime.fromtimestamp(int(update["timestamp"]) / 1000, tz=UTC)
            return _text(update["message"], at) if word == "message_created" else [_turn(TURNS[word], update, at)]
        except (ValueError, KeyError, TypeError, OverflowError, OSError) as error:
            raise Rejected("unreadable") from error


def _turn(kind: Literal["started", "stopped"], update: Mapping[str, Any], at: datetime) -> DialogueEvent:
    """Read the start or the end of a dialogue."""
    return DialogueEvent(
        channel="max",
        kind=kind,
        account=str(int(update["user"]["user_id"])),
        chat=str(int(update["chat_id"])),
        occurred_at=at,
        payload=str(update.get("payload") or "") if kind == "started" else "",
    )


def _text(message: Mapping[str, Any], at: datetime) -> list[DialogueEvent | InboundText]:
    """Read what a person wrote in a dialogue. A typed token is a start; a group and another bot are nothing to us."""
    sender = message.get("sender") or {}
    recipient = message.get("recipient") or {}
    if sender.get("is_bot") or recipient.get("chat_type", "dialog") != "dialog":
        return []
    text = str((message.get("body") or {}).get("text") or "")
    account = str(int(sender["user_id"]))
    chat = str(int(recipient.get("chat_id") or account))
    typed = _START.fullmatch(text)
    if typed is None:
        return [InboundText(channel="max", account=account, chat=chat, occurred_at=at, text=text)]
    return [DialogueEvent(channel="max", kind="started", account=account, chat=chat, occurred_at=at, payload=typed[1])]
