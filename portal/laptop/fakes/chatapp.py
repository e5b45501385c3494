"""ChatApp's part that a sender needs: tokens, licences, texts, callbacks.

``with FakeChatApp() as fake``: one account with the licence 37233 and the messengers ``max``, ``email``, ``vkontakte``
and ``grWhatsApp``. To make it misbehave:

- a dialogue whose id begins with ``error-`` is answered with that error: ``error-ApiSomethingError``;
- ``fake.invalid_status`` (403 or 401) is the status of an invalid token; ``fake.expire()`` ends the access token,
  ``fake.expire(refresh=True)`` the refresh token too; ``fake.access_seconds`` is the lifetime of a new one;
- ``fake.pairs_a_day`` pairs are made and no more (429); each refresh spends the token that it is made with;
- ``fake.closed`` are messengers that the account may not use (403); ``fake.is_paid``, ``fake.paid_until`` the licence.

A callback is registered when its address answers 200 to an empty call. Then a sent text is echoed and reported as sent,
delivered and viewed, in an order that ``fake.order`` shuffles, each report ``fake.copies`` times; `write` lets a person
write, `say` people of the company in the cabinet, or with ``app`` another system of theirs. ``fake.is_flat`` sends what
a person writes as a scenario does; ``fake.names_apps``: messages tell the app that has sent them, as states do.
``fake.taken`` holds what was sent, ``fake.hidden`` the dialogues whose messages the cabinet does not show.
"""

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from portal.laptop.fakes.server import Call, Courier, HttpFake, Reply, call_back

LICENCE: Final = 37233
ERROR: Final = "error-"
MESSENGERS: Final[Mapping[str, str]] = {
    "max": "MAX",
    "email": "Email",
    "vkontakte": "ВКонтакте",
    "grWhatsApp": "[WEB] WhatsApp",
}
_JSON: Final[Mapping[str, str]] = {"Content-Type": "application/json"}


class ChatAppError(Exception):
    """An answer of ChatApp that is an error."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.code, self.status = code, status


@dataclass(frozen=True, slots=True)
class Taken:
    """One text that ChatApp took."""

    id: str
    messenger: str
    chat: str
    text: str
    tracking: str
    at: int
    app: str = ""


class FakeChatApp(HttpFake):
    """One account."""

    def __init__(self, *, port: int = 0, courier: Courier | None = None) -> None:
        super().__init__(port=port)
        self.login = {"email": "bot@example.ru", "password": "pass-word", "appId": "app_111_1"}
        self.invalid_status = 403
        self.access_seconds, self.refresh_seconds = 86_400.0, 14 * 86_400.0
        self.pairs_a_day = 100
        self.pairs_made = 0
        self.closed: set[str] = set()
        self.is_paid, self.paid_until = True, 1_798_761_600
        self.order = random.Random(1)  # noqa: S311 - an order, not a secret
        self.copies = 1
        self.is_flat = False
        self.names_apps = False
        self.taken: list[Taken] = []
        self.hidden: set[str] = set()
        self.callbacks: dict[str, dict[str, Any]] = {}
        self.courier = courier or Courier()
        self._items: list[tuple[str, dict[str, Any]]] = []
        self._access: dict[str, float] = {}
        self._refresh: dict[str, float] = {}

    def addresses(self, call: Call) -> list[str]:
        """Return whose dialogue a call is about."""
        parts = call.path.split("/")
        return [unquote(parts[7])] if len(parts) > 7 else []

    def answer(self, call: Call) -> Reply:
        """Do what a call asks for."""
        try:
            return Reply(body={"success": True, "data": self._done(call)})
        except ChatAppError as error:
            said = {"code": error.code, "message": f"It went wrong for {call.path}"}
            return Reply(body={"success": False, "error": said}, status=error.status)

    def expire(self, *, refresh: bool = False) -> None:
        """End all access tokens, and the refresh tokens too if told so."""
        self._access.clear()
        if refresh:
            self._refresh.clear()

    def write(self, messenger: str, chat: str, text: str, *, kind: str = "text", **more: Any) -> None:
        """Let a person write; ``more`` are further fields of the item, such as ``fromUser``."""
        at = int(time.time())
        item = {
            **_item(f"in-{at}-{len(self.calls)}-{len(self._items)}", chat, text, at, side="in"),
            "type": kind,
            **more,
        }
        self._items.append((messenger, item))
        if self.is_flat:
            flat = {
                "id_chat": chat,
                "sender": "client",
                "message": text,
                "messenger": messenger,
                "license": str(LICENCE),
                "datetime": str(at),
            }
            self._tell(messenger, "message", lambda: flat)
            return
        self._tell(messenger, "message", lambda: self._envelope("message", messenger, [item]))

    def say(self, messenger: str, chat: str, text: str, *, app: str = "", tracking: str = "") -> None:
        """Let people of the company write to a person in the cabinet; with ``app`` another system does."""
        identity = f"BAE6{len(self._items) + 1:08X}"
        self._report(Taken(identity, messenger, chat, text, tracking, int(time.time()), app))

    def history(self, messenger: str, chat: str) -> list[dict[str, Any]]:
        """Return the messages of a dialogue, both ways, the oldest first."""
        return [item for kind, item in self._items if kind == messenger and item["chat"]["id"] == chat]

    def _done(self, call: Call) -> Any:
        if call.path == "/v1/tokens":
            return self._made(call)
        if call.path == "/v1/tokens/refresh":
            return self._refreshed(call)
        if self._access.get(call.headers.get("authorization", ""), 0.0) < time.monotonic():
            raise ChatAppError("ApiInvalidTokenError", self.invalid_status)
        if call.path == "/v1/licenses":
            return [self._licence()]
        if call.path == "/v1/callbackUrls":
            return list(self.callbacks.values())
        return self._of_line(call)

    def _of_line(self, call: Call) -> Any:
        parts = [unquote(part) for part in call.path.split("/")]
        if parts[:4] != ["", "v1", "licenses", str(LICENCE)] or parts[4:5] != ["messengers"]:
            raise ChatAppError("ApiLicenseNotFoundError", 404)
        messenger, rest = parts[5], parts[6:]
        if messenger in self.closed or messenger not in MESSENGERS:
            raise ChatAppError("ApiAccessError", 403)
        if rest == ["callbackUrl"]:
            return self._callback(call, messenger)
        if call.method == "POST" and rest[0] == "chats" and rest[2:] == ["messages", "text"]:
            return self._sent(messenger, rest[1], call.json())
        if call.method == "GET" and rest[0] == "chats" and rest[2:] == ["messages"]:
            shown = [] if rest[1] in self.hidden else self.history(messenger, rest[1])
            return {"items": shown[::-1][: int(call.query.get("limit", ["50"])[0])]}
        raise ChatAppError("ApiNotFoundError", 404)

    def _made(self, call: Call) -> dict[str, Any]:
        if call.json() != self.login:
            raise ChatAppError("ApiCredentialsError", 400)
        if self.pairs_made >= self.pairs_a_day:
            raise ChatAppError("ApiTooManyRequestsError", 429)
        return self._pair()

    def _refreshed(self, call: Call) -> dict[str, Any]:
        if self._refresh.pop(call.headers.get("refresh", ""), 0.0) < time.monotonic():
            raise ChatAppError("ApiInvalidTokenError", self.invalid_status)
        return self._pair()

    def _pair(self) -> dict[str, Any]:
        self.pairs_made += 1
        access, refresh = f"$2y$10$access{self.pairs_made}", f"$2y$10$refresh{self.pairs_made}"
        self._access = {access: time.monotonic() + self.access_seconds}
        self._refresh[refresh] = time.monotonic() + self.refresh_seconds
        now = int(time.time())
        return {
            "cabinetUserId": 14545,
            "accessToken": access,
            "accessTokenEndTime": now + int(self.access_seconds),
            "refreshToken": refresh,
            "refreshTokenEndTime": now + int(self.refresh_seconds),
        }

    def _licence(self) -> dict[str, Any]:
        return {
            "licenseId": LICENCE,
            "licenseTo": self.paid_until,
            "licenseName": "Мостик",
            "status": {"id": 4, "code": "paid"} if self.is_paid else {"id": 5, "code": "failed"},
            "messenger": [{"type": kind, "name": name} for kind, name in MESSENGERS.items()],
            "app": [{"type": "bitrix", "name": "Bitrix24"}],
            "access": [],
        }

    def _sent(self, messenger: str, chat: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        if chat.startswith(ERROR):
            raise ChatAppError(chat.removeprefix(ERROR), 400)
        if not payload.get("text"):
            raise ChatAppError("ApiValidationError", 422)
        message = Taken(
            id=f"BAE5{len(self.taken) + 1:08X}",
            messenger=messenger,
            chat=chat,
            text=payload["text"],
            tracking=payload.get("tracking") or "",
            at=int(time.time()),
            app=self.login["appId"],
        )
        self.taken.append(message)
        self._report(message)
        return {"id": message.id, "chatId": chat}

    def _report(self, message: Taken) -> None:
        echo = _item(message.id, message.chat, message.text, message.at, side="out")
        echo["fromApp"] = _origin(message) if self.names_apps else None
        self._items.append((message.messenger, {**echo, "tracking": message.tracking}))
        self._tell(message.messenger, "message", lambda: self._envelope("message", message.messenger, [echo]))
        states = [_status(message, word, number) for number, word in enumerate(("sent", "delivered", "viewed"))]
        states *= self.copies
        self.order.shuffle(states)
        self._tell(
            message.messenger, "messageStatus", lambda: self._envelope("messageStatus", message.messenger, states)
        )

    def _callback(self, call: Call, messenger: str) -> None:
        if call.method == "DELETE":
            self.callbacks.pop(messenger, None)
            return
        wanted = call.json()
        if call_back(wanted["url"], headers=_JSON, body=b"")[0] != 200:
            raise ChatAppError("ApiCallbackUrlError", 422)
        self.callbacks[messenger] = {"licenseId": LICENCE, "messengerType": messenger, **wanted}

    def _tell(self, messenger: str, event: str, thing: Callable[[], Any]) -> None:
        callback = self.callbacks.get(messenger)
        if callback is not None and event in callback["events"]:
            body = json.dumps(thing()).encode()
            self.courier.send(lambda: (callback["url"], _JSON, body))

    def _envelope(self, event: str, messenger: str, items: list[dict[str, Any]]) -> dict[str, Any]:
        return {"data": items, "meta": {"type": event, "licenseId": LICENCE, "messengerType": messenger}}


def _item(identity: str, chat: str, text: str, at: int, *, side: str) -> dict[str, Any]:
    return {
        "id": identity,
        "internalId": None,
        "fromApi": side == "out",
        "fromMe": side == "out",
        "side": side,
        "time": at,
        "type": "text",
        "message": {"text": text, "caption": None, "file": None},
        "fromUser": {"id": chat, "name": None, "phone": None},
        "chat": {"id": chat, "type": "private", "phone": None, "name": None, "image": None},
    }


def _status(message: Taken, word: str, number: int) -> dict[str, Any]:
    chat = {"id": message.chat, "hash": None, "type": "private", "phone": None, "username": None, "email": None}
    return {
        "id": message.id,
        "type": word,
        "time": message.at + number,
        "chat": chat,
        "fromApp": _origin(message),
        "error": None,
    }


def _origin(message: Taken) -> dict[str, str | None] | None:
    """Return which app has sent a message; None for people in the cabinet."""
    return {"id": message.app, "tracking": message.tracking or None} if message.app else None
