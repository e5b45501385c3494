"""The people of the fake MAX: what they do becomes updates of the real shape, what they get stands on their screen."""

import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, Literal, Protocol

BOT_ID: Final = 900_001
CHAT_OFFSET: Final = 260_000_000
"""In real dialogues `chat_id` differs from `user_id`."""

State = Literal["unknown", "open", "stopped", "removed"]


class Bot(Protocol):
    """What people need of the platform."""

    token: str
    username: str

    def tell(self, update: Mapping[str, Any]) -> None:
        """Pass an update on to the bot."""


@dataclass(slots=True)
class Shown:
    """One message as a person sees it. ``buttons`` are rows as the bot sent them; ``image`` the bytes of a picture."""

    mid: str
    text: str
    buttons: list[list[dict[str, Any]]] = field(default_factory=list)
    image: bytes = b""


class Moments:
    """The time of updates in milliseconds: each later than the one before."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        """Return the next moment."""
        self._last = max(self._last + 1, int(time.time() * 1000))
        return self._last


class Person:
    """One person with the app. Every method acts as the finger would; `tell` of the platform does the rest."""

    def __init__(self, bot: Bot, user_id: int, moments: Moments, numbers: "count[int]") -> None:
        self._bot, self._moments, self._numbers = bot, moments, numbers
        self.user_id, self.chat_id = user_id, user_id + CHAT_OFFSET
        self.name = f"Клиент {user_id % 1000:03d}"
        self.state: State = "unknown"
        self.screen: list[Shown] = []
        self.toasts: list[str] = []
        self.presses: dict[str, Shown] = {}

    def start(self, payload: str = "") -> None:
        """Press «Начать», by a link with ``payload``. MAX drops one of more than 128 signs."""
        self.state = "open"
        self._turn("bot_started", payload=payload if payload and len(payload) <= 128 else None, user_id=self.user_id)

    def stop(self) -> None:
        """Stop the bot."""
        self.state = "stopped"
        self._turn("bot_stopped")

    def remove(self) -> None:
        """Remove the dialogue; MAX tells of both."""
        self.state = "removed"
        self._turn("bot_stopped")
        self._turn("dialog_removed")

    def mute(self) -> None:
        """Switch the sound of the dialogue off; messages still come."""
        self._turn("dialog_muted", muted_until=self._moments.next() + 3_600_000)

    def write(self, text: str, *, reply_to: str = "") -> str:
        """Write to the bot, as an answer to the message ``reply_to``; return the id of what was written."""
        link = {"type": "reply", "message": {"mid": reply_to, "seq": 1, "text": ""}} if reply_to else None
        return self._write(text, None, link)

    def send(self, kind: str) -> str:
        """Send a thing of that type of attachment, without words."""
        return self._write(None, [{"type": kind, "payload": {"url": "https://example.org/thing", "token": "t"}}])

    def share_contact(self, phone: str, *, forged: bool = False, is_signed: bool = True) -> str:
        """Press the button that shares one's own number.

        ``forged``: with a hash that the platform did not make. Not ``is_signed``: a card from the phone book.
        """
        card = "\r\n".join(
            (
                "BEGIN:VCARD",
                "VERSION:3.0",
                "PRODID:ez-vcard 0.10.3",
                f"TEL;TYPE=cell:{phone.lstrip('+')}",
                f"FN:{self.name}",
                "END:VCARD",
                "",
            )
        )
        key = "somebody else" if forged else self._bot.token
        made = hmac.new(key.encode(), card.encode(), hashlib.sha256).hexdigest() if is_signed else None
        payload = {"vcf_info": card, "max_info": self._user(), "hash": made}
        return self._write(None, [{"type": "contact", "payload": payload}])

    def press(self, text: str) -> str:
        """Press the newest button with these words; return the address that it opens, or nothing.

        Raises LookupError where the screen shows no such button.
        """
        shown, button = self._button(text)
        if button["type"] == "link":
            return str(button["url"])
        if button["type"] == "message":
            self.write(text)
        elif button["type"] == "callback":
            self._press(shown, button)
        return ""

    def _button(self, text: str) -> tuple[Shown, dict[str, Any]]:
        for shown in reversed(self.screen):
            for button in (one for row in shown.buttons for one in row):
                if button["text"] == text:
                    return shown, button
        raise LookupError(f"no such button: {text}")

    def _press(self, shown: Shown, button: Mapping[str, Any]) -> None:
        at, pressed = self._moments.next(), f"cb-{self.user_id}-{next(self._numbers)}"
        self.presses[pressed] = shown
        keyboard = {"type": "inline_keyboard", "payload": {"buttons": shown.buttons}}
        self._bot.tell(
            {
                "update_type": "message_callback",
                "timestamp": at,
                "user_locale": "ru",
                "callback": {
                    "timestamp": at,
                    "callback_id": pressed,
                    "payload": button["payload"],
                    "user": self._user(),
                },
                "message": {
                    "recipient": {"chat_id": self.chat_id, "chat_type": "dialog", "user_id": self.user_id},
                    "timestamp": at,
                    "body": {"mid": shown.mid, "seq": 1, "text": shown.text, "attachments": [keyboard]},
                    "sender": {
                        "user_id": BOT_ID, "first_name": "Bot", "username": self._bot.username,
                        "is_bot": True, "name": "Bot",
                    },
                },
            }
        )  # fmt: skip

    def _write(
        self, text: str | None, attachments: Sequence[Mapping[str, Any]] | None, link: Mapping[str, Any] | None = None
    ) -> str:
        at, seq = self._moments.next(), 116_993_690_450_000_000 + next(self._numbers)
        mid = f"mid.{self.chat_id:016x}{seq:016x}"
        message = {
            "recipient": {"chat_id": self.chat_id, "chat_type": "dialog", "user_id": BOT_ID},
            "timestamp": at,
            "body": {"mid": mid, "seq": seq, "text": text, "attachments": attachments, "markup": None},
            "sender": self._user(),
            "link": link,
            "stat": None,
        }
        self._bot.tell({"update_type": "message_created", "timestamp": at, "user_locale": "ru", "message": message})
        return mid

    def _turn(self, word: str, **more: Any) -> None:
        update = {"update_type": word, "timestamp": self._moments.next(), "chat_id": self.chat_id}
        self._bot.tell({**update, "user_locale": "ru", "user": self._user(), **more})

    def _user(self) -> dict[str, Any]:
        return {
            "user_id": self.user_id,
            "first_name": self.name,
            "last_name": None,
            "username": None,
            "is_bot": False,
            "last_activity_time": int(time.time() * 1000),
            "name": self.name,
        }
