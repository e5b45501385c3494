"""What a person does in the in-built MAX, as the updates that MAX would send (dev.max.ru/docs-api/objects/Update)."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import BooleanField, ExpressionWrapper, Q

from consents.enums import Channel
from notify.channels.max.provider import NAME as MAX
from portal.models import SandboxCallback, SandboxMessage

FIRST_ACCOUNT: Final = 212_000_000
ACCOUNTS: Final = 1_000_000
CHAT_OFFSET: Final = 260_000_000
"""In real dialogues `chat_id` differs from `user_id`; ours does too."""
BOT_ID: Final = 900_001


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a dialogue; `is_own` when the person wrote it."""

    text: str
    at: datetime
    is_own: bool
    buttons: tuple[dict[str, str], ...] = ()
    image_of: int | None = None
    """The number of the message whose picture it shows."""


def account_for(payload: str) -> int:
    """Return the account that a fresh start payload is opened with: the same one for the same payload."""
    digest = hashlib.sha256(payload.encode()).digest()
    return FIRST_ACCOUNT + int.from_bytes(digest[:4]) % ACCOUNTS


def accounts_known() -> list[int]:
    """Return the accounts that have ever talked with the bot, newest first."""
    seen: dict[int, None] = {}
    for body in SandboxCallback.objects.filter(provider=MAX).order_by("-id").values_list("body", flat=True):
        seen.setdefault(_user_id(body))
    return list(seen)


def start_press(*, account: int, payload: str) -> None:
    """Press «Начать», with the payload of the deep link if there was one."""
    _turn("bot_started", account, user_id=account, **({"payload": payload} if payload else {}))


def stop_press(*, account: int) -> None:
    """Stop the bot; MAX sends two updates about it."""
    for word in ("bot_stopped", "dialog_removed"):
        _turn(word, account)


def text_write(*, account: int, text: str) -> None:
    """Write a line to the bot."""
    number = SandboxCallback.objects.filter(provider=MAX).count()
    message = {
        "sender": _user(account),
        "recipient": {"chat_id": account + CHAT_OFFSET, "chat_type": "dialog", "user_id": BOT_ID},
        "timestamp": _now_ms(),
        "body": {"mid": f"mid.{account:012x}{number:08x}", "seq": number, "text": text},
    }
    _owe({"update_type": "message_created", "message": message, "timestamp": message["timestamp"]})


def is_open(account: int) -> bool:
    """Return whether the person has pressed «Начать» and not stopped the bot since."""
    turns = ("bot_started", "bot_stopped", "dialog_removed")
    rows = SandboxCallback.objects.filter(provider=MAX, body__user__user_id=account, body__update_type__in=turns)
    last = rows.order_by("-id").values_list("body__update_type", flat=True).first()
    return last == "bot_started"


def dialogue(account: int) -> list[Line]:
    """Return the lines of a dialogue in the order of time."""
    addresses = [str(account), str(account + CHAT_OFFSET)]
    received = SandboxMessage.objects.filter(channel=Channel.MAX, address__in=addresses)
    lines = [
        Line(text=text, at=at, is_own=False, buttons=tuple(buttons), image_of=pk if has_image else None)
        for pk, text, at, buttons, has_image in received.annotate(
            has_image=ExpressionWrapper(Q(image__isnull=False), output_field=BooleanField())
        ).values_list("pk", "text", "received_at", "buttons", "has_image")
    ]
    return sorted([*lines, *_own_lines(account)], key=lambda line: line.at)


def image_received(message_id: int) -> bytes | None:
    """Return the picture of a message; None where it has none."""
    image = SandboxMessage.objects.filter(pk=message_id, channel=Channel.MAX).values_list("image", flat=True).first()
    return None if image is None else bytes(image)


def _own_lines(account: int) -> Iterator[Line]:
    for row in SandboxCallback.objects.filter(provider=MAX).order_by("id"):
        if _user_id(row.body) == account and (text := _words(row.body)):
            yield Line(text=text, at=row.created_at, is_own=True)


def _words(body: dict[str, Any]) -> str:
    """Return an update the way a dialogue shows it."""
    if body["update_type"] == "message_created":
        return str(body["message"]["body"]["text"])
    return {"bot_started": "/start", "bot_stopped": "/stop"}.get(body["update_type"], "")


def _user_id(body: dict[str, Any]) -> int:
    user = body["user"] if "user" in body else body["message"]["sender"]
    return int(user["user_id"])


def _user(account: int) -> dict[str, Any]:
    name = f"Клиент {account % 1000:03d}"
    return {"user_id": account, "first_name": name, "is_bot": False, "name": name}


def _turn(word: str, account: int, **more: Any) -> None:
    update = {"update_type": word, "chat_id": account + CHAT_OFFSET, "user": _user(account)}
    _owe({**update, **more, "timestamp": _now_ms()})


def _owe(update: dict[str, Any]) -> None:
    SandboxCallback.objects.create(provider=MAX, body=update)


def _now_ms() -> int:
    return int(time.time() * 1000)
