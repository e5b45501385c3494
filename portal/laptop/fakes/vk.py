"""VK's part that a community needs: `messages.send`, `messages.getHistory`, `groups.getById`, the Callback API.

``with FakeVk() as fake``: it knows nobody. ``fake.allowed`` are the people who take messages; anybody else is refused
with error 901. To make it misbehave:

- the address ``9000000000 + code`` (``vk_error(6)``) answers with that error, as does ``fake.error = 6`` to each call;
- ``fake.token``, ``fake.group_id`` are what it accepts; ``fake.is_blocked`` blocks the community;
- ``fake.per_second`` calls a second are borne, more give error 6; 0: any number;
- a text above 4096 characters gives 914, a bad keyboard 911, a missing ``random_id`` 100.

A repeated ``random_id`` in a dialogue brings the first message's id and no second message; ``fake.taken`` holds each
once. `confirm` asks the site for ``fake.confirmation`` as VK does; only then `allow`, `deny`, `write` and `press_start`
tell it of people, with ``fake.secret``, and again while it does not answer ``ok``.
"""

import json
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from portal.laptop.fakes.server import Call, Courier, HttpFake, Reply, call_back

MAGIC: Final = 9_000_000_000
TEXT_LIMIT: Final = 4096
LABEL_LIMIT: Final = 40
ROWS: Final = 6
INT32: Final = 2**31


class VkError(Exception):
    """An answer of VK that is an error."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One message that VK took."""

    id: int
    user_id: str
    random_id: int
    text: str
    keyboard: dict[str, Any] | None
    at: int


def vk_error(code: int) -> str:
    """Return the address to which a message is answered with the error ``code``."""
    return str(MAGIC + code)


class FakeVk(HttpFake):
    """One community."""

    def __init__(self, *, port: int = 0, courier: Courier | None = None) -> None:
        super().__init__(port=port)
        self.token, self.group_id, self.screen_name = "vk1.a.fake", "777", "mostik_fake"
        self.allowed: set[str] = set()
        self.taken: list[Taken] = []
        self.error = 0
        self.is_blocked = False
        self.per_second = 20
        self.callback_url = ""
        self.confirmation = "c0nf1rm"
        self.secret = ""
        self.is_confirmed = False
        self.courier = courier or Courier()
        self._times: deque[float] = deque(maxlen=1000)
        self._told = 0

    def addresses(self, call: Call) -> list[str]:
        """Return whom a message is for."""
        return [call.form()["user_id"]] if "user_id" in call.form() else []

    def answer(self, call: Call) -> Reply:
        """Do what a method does. Everything is answered with 200."""
        fields = call.form()
        methods = {
            "/method/messages.send": self._send,
            "/method/messages.getHistory": self._history,
            "/method/groups.getById": self._group,
        }
        try:
            self._check(call, fields)
            if call.path not in methods:
                raise VkError(3)
            return Reply(body={"response": methods[call.path](fields)})
        except VkError as error:
            said = [{"key": key, "value": value} for key, value in fields.items()]
            return Reply(
                body={
                    "error": {
                        "error_code": error.code,
                        "error_msg": f"Error {error.code} of {fields.get('user_id', '')}",
                        "request_params": said,
                    }
                }
            )

    def confirm(self) -> bool:
        """Ask the site for the line of confirmation; return whether it was right."""
        body = {"type": "confirmation", **self._envelope()}
        status, answer = call_back(self.callback_url, headers=_JSON, body=json.dumps(body).encode())
        self.is_confirmed = status == 200 and answer.decode("utf-8", "replace").strip() == self.confirmation
        return self.is_confirmed

    def allow(self, user_id: str, *, key: str = "") -> None:
        """Let a person allow messages; ``key`` is what the site's button carried."""
        self.allowed.add(user_id)
        self._tell("message_allow", {"user_id": int(user_id), "key": key})

    def deny(self, user_id: str) -> None:
        """Let a person forbid messages."""
        self.allowed.discard(user_id)
        self._tell("message_deny", {"user_id": int(user_id)})

    def write(self, user_id: str, text: str, *, kinds: Sequence[str] = (), **more: Any) -> None:
        """Let a person write, which allows messages; ``more`` are further fields of VK's message, such as ``ref``."""
        self.allowed.add(user_id)
        message = {
            "id": 5000 + self._told,
            "date": int(time.time()),
            "from_id": int(user_id),
            "peer_id": int(user_id),
            "out": 0,
            "version": 1,
            "conversation_message_id": self._told + 1,
            "text": text,
            "attachments": [{"type": kind, kind: {}} for kind in kinds],
            **more,
        }
        self._tell("message_new", {"message": message, "client_info": {"keyboard": True}})

    def press_start(self, user_id: str, *, ref: str = "") -> None:
        """Let a person come by a link with ``ref`` and press «Начать»."""
        more = {"ref": ref} if ref else {}
        self.write(user_id, "Начать", payload='{"command":"start"}', **more)

    def _check(self, call: Call, fields: Mapping[str, str]) -> None:
        now = time.monotonic()
        self._times.append(now)
        bearer = call.headers.get("authorization", "").removeprefix("Bearer ")
        if (bearer or fields.get("access_token", "")) != self.token:
            raise VkError(5)
        if "v" not in fields:
            raise VkError(8)
        if self.error:
            raise VkError(self.error)
        if self.per_second and sum(now - one < 1.0 for one in self._times) > self.per_second:
            raise VkError(6)

    def _send(self, fields: Mapping[str, str]) -> int:
        user_id, text = fields.get("user_id", ""), fields.get("message", "")
        number = _random_id(fields)
        if not user_id.isdigit() or not text:
            raise VkError(100)
        if MAGIC < int(user_id) < MAGIC + 10_000:
            raise VkError(int(user_id) - MAGIC)
        if user_id not in self.allowed:
            raise VkError(901)
        if len(text) > TEXT_LIMIT:
            raise VkError(914)
        keyboard = _keyboard(fields["keyboard"]) if "keyboard" in fields else None
        for before in self.taken:
            if number and (before.user_id, before.random_id) == (user_id, number):
                return before.id
        message = Taken(
            id=len(self.taken) + 1, user_id=user_id, random_id=number, text=text, keyboard=keyboard, at=int(time.time())
        )
        self.taken.append(message)
        return message.id

    def _history(self, fields: Mapping[str, str]) -> dict[str, Any]:
        mine = [one for one in reversed(self.taken) if one.user_id == fields.get("user_id")]
        items = [
            {
                "id": one.id,
                "date": one.at,
                "from_id": -int(self.group_id),
                "peer_id": int(one.user_id),
                "out": 1,
                "random_id": one.random_id,
                "text": one.text,
            }
            for one in mine
        ]
        return {"count": len(items), "items": items[: int(fields.get("count", "20"))]}

    def _group(self, fields: Mapping[str, str]) -> dict[str, Any]:
        if fields.get("group_id") != self.group_id:
            raise VkError(100)
        group = {"id": int(self.group_id), "name": "Мостик", "screen_name": self.screen_name, "is_closed": 0}
        return {"groups": [{**group, "deactivated": "banned"} if self.is_blocked else group], "profiles": []}

    def _envelope(self) -> dict[str, Any]:
        self._told += 1
        envelope = {"group_id": int(self.group_id), "event_id": f"{self._told:040x}", "v": "5.199"}
        return {**envelope, "secret": self.secret} if self.secret else envelope

    def _tell(self, kind: str, thing: Mapping[str, Any]) -> None:
        if not self.is_confirmed:
            return
        body = json.dumps({"type": kind, "object": thing, **self._envelope()}).encode()
        self.courier.send(lambda: (self.callback_url, _JSON, body), accepts=_is_ok)


_JSON: Final[Mapping[str, str]] = {"Content-Type": "application/json"}


def _is_ok(status: int, body: bytes) -> bool:
    return status == 200 and body.strip() == b"ok"


def _random_id(fields: Mapping[str, str]) -> int:
    try:
        number = int(fields["random_id"])
    except (KeyError, ValueError) as error:
        raise VkError(100) from error
    if not -INT32 <= number < INT32:
        raise VkError(100)
    return number


def _keyboard(text: str) -> dict[str, Any]:
    """Read an inline keyboard. Raises error 911."""
    try:
        found: dict[str, Any] = json.loads(text)
        actions = [button["action"] for row in found["buttons"] for button in row]
        fits = found["inline"] is True and 0 < len(found["buttons"]) <= ROWS and all(map(_is_action, actions))
    except (ValueError, LookupError, TypeError) as error:
        raise VkError(911) from error
    if not fits:
        raise VkError(911)
    return found


def _is_action(action: Mapping[str, str]) -> bool:
    if not 0 < len(action["label"]) <= LABEL_LIMIT:
        return False
    return action["type"] == "text" or (action["type"] == "open_link" and action["link"].startswith("http"))
