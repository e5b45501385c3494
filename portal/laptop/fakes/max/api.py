"""The messenger MAX: its Bot API for one bot, and people who use it (dev.max.ru/docs-api).

``with FakeMax() as fake``: the bot's token is ``fake.token``; ``fake.person(212000001)`` is somebody with the app, who
can `start`, `stop`, `remove`, `write`, `press`, `share_contact`, and whose ``screen`` shows what came. ``fake.taken``
are the messages taken. Before a start a message is refused with `dialog.not.found`, after a stop with `chat.denied`
and `error.dialog.suspended`, after a removal with `chat.not.found`. How to make it misbehave, besides `HttpFake`:

- ``fake.refusals[user_id] = (403, "some.code", "some message")``: that answer to messages for a person;
- ``fake.says_no = "why"``: writing calls answer 200 with ``success: false``;
- ``fake.uploads.not_ready = 3``: how often a fresh picture is `attachment.not.ready` (1);
- ``fake.has_rates = False``: no limits of 30 calls a second and 2 to a dialogue; ``clock`` is what they go by,
  ``too_many`` how often one of them was met;
- ``fake.delivery``: ``duplicates``, ``adds_fields``, ``omits_nulls``, ``is_holding`` and `release` with a shuffle;
  ``factor`` of the constructor scales its pauses of 60 s x 2.5 and the 8 hours until it drops an address;
- ``fake.delivery.takes_loopback = True``: addresses of this machine may be subscribed, as http too;
- ``fake.tell({...})``: any update, also of a type that there is not.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Any, Final

from portal.laptop.fakes.lasting import Kept
from portal.laptop.fakes.max import uploads
from portal.laptop.fakes.max.delivery import Delivery
from portal.laptop.fakes.max.limits import PER_DIALOGUE, PER_SECOND, Rates, message_check
from portal.laptop.fakes.max.people import BOT_ID, Moments, Person, Shown
from portal.laptop.fakes.max.replies import Refused, bad_payload, refusal
from portal.laptop.fakes.server import Call, HttpFake, Reply

STATES: Final = {"unknown": "never_started", "stopped": "suspended", "removed": "removed"}
MOST_COMMANDS: Final = 32
MOST_UPDATES: Final = 1000
TOO_MANY: Final = 429


class FakeMax(HttpFake):
    """MAX with one bot."""

    def __init__(
        self,
        *,
        token: str = "f9LHodD0cOL5NY7All_9xJRh5ZhPw6bRvq_0Adm8-1bZZEHdRy6-LHDMNVMt",  # noqa: S107 - made up
        username: str = "id7700000000_bot",
        port: int = 0,
        factor: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(port=port)
        self.token, self.username = token, username
        self.has_rates = True
        self.too_many = 0
        self.says_no = ""
        self.refusals: dict[int, tuple[int, str, str]] = {}
        self.commands: list[dict[str, str]] = []
        self.taken: list[dict[str, Any]] = []
        self.delivery = Delivery(factor=factor, clock=clock)
        self.uploads = uploads.Uploads()
        self._people: dict[int, Person] = {}
        self._rates, self._moments, self._numbers = Rates(clock), Moments(), count(1)
        self._happened = threading.Condition(self.lock)
        self._read = 0

    def person(self, user_id: int) -> Person:
        """Return somebody with the app, the same for the same id."""
        with self.lock:
            if user_id not in self._people:
                self._people[user_id] = Person(self, user_id, self._moments, self._numbers)
            return self._people[user_id]

    def tell(self, update: Mapping[str, Any]) -> None:
        """Pass an update on to the bot."""
        with self._happened:
            self.delivery.tell(update)
            self._happened.notify_all()

    def people(self) -> list[Person]:
        """Return everybody who has ever met the bot, in that order."""
        with self.lock:
            return [one for one in self._people.values() if one.state != "unknown" or one.screen]

    def kept(self) -> Iterable[Kept]:
        """Return what grows with each call."""
        of_people = (kept for one in self._people.values() for kept in (one.screen, one.toasts, one.presses))
        own: list[Kept] = [self.taken, self._people, self.delivery.courier.answers, self.uploads.uploads]
        return [*super().kept(), *own, *of_people]

    def addresses(self, call: Call) -> list[str]:
        """Return the person whom a message goes to."""
        return call.query.get("user_id", [])

    def answer(self, call: Call) -> Reply:
        """Do what the call asks for."""
        try:
            if call.path.startswith(uploads.PATH):
                return self.uploads.take(call)
            if call.headers.get("authorization") != self.token or "access_token" in call.query:
                raise refusal("token")
            if self.has_rates:
                self._rates.count("all", PER_SECOND)
            does = self._routes().get((call.method, call.path))
            if does is None:
                raise refusal("not_found")
            if self.says_no and call.method != "GET":
                return Reply(body={"success": False, "message": self.says_no})
            return does(call)
        except Refused as refused:
            self.too_many += refused.reply.status == TOO_MANY
            return refused.reply
        except (ValueError, LookupError, TypeError, AttributeError):
            return bad_payload("body: cannot be read").reply

    def _routes(self) -> Mapping[tuple[str, str], Callable[[Call], Reply]]:
        return {
            ("GET", "/me"): self._me,
            ("PATCH", "/me/commands"): self._set_commands,
            ("POST", "/messages"): self._message,
            ("POST", "/answers"): self._answered,
            ("GET", "/subscriptions"): self._subscriptions,
            ("POST", "/subscriptions"): self._subscribe,
            ("DELETE", "/subscriptions"): self._unsubscribe,
            ("GET", "/updates"): self._updates,
            ("POST", "/uploads"): lambda call: self.uploads.place(call, self.url),
        }

    def _me(self, _call: Call) -> Reply:
        return Reply(body=self._bot())

    def _bot(self) -> dict[str, Any]:
        return {
            "user_id": BOT_ID,
            "first_name": "Ardent Bot",
            "name": "Ardent Bot",
            "username": self.username,
            "is_bot": True,
            "last_activity_time": int(time.time() * 1000),
        }

    def _set_commands(self, call: Call) -> Reply:
        commands = call.json()["commands"]
        fits = [1 <= len(one["name"]) <= 64 and 1 <= len(one["description"]) <= 128 for one in commands]
        if len(commands) > MOST_COMMANDS or not all(fits):
            raise bad_payload("commands: too many or too long")
        self.commands = commands
        return Reply(body={"commands": commands})

    def _message(self, call: Call) -> Reply:
        person, body = self._recipient(call), call.json()
        if self.has_rates:
            self._rates.count(person.chat_id, PER_DIALOGUE)
        if person.user_id in self.refusals:
            status, code, message = self.refusals[person.user_id]
            return Reply(body={"code": code, "message": message}, status=status)
        if person.state != "open":
            raise refusal(STATES[person.state])
        message_check(body)
        shown = self._show(person, body)
        person.screen.append(shown)
        self.taken.append({**body, "user_id": person.user_id, "mid": shown.mid, "query": dict(call.query)})
        return Reply(body={"message": self._as_message(person, shown)})

    def _recipient(self, call: Call) -> Person:
        by_user, by_chat = call.query.get("user_id"), call.query.get("chat_id")
        if bool(by_user) == bool(by_chat):
            raise bad_payload("one of user_id and chat_id is wanted")
        if by_user:
            return self.person(int(by_user[0]))
        found = [one for one in self._people.values() if by_chat and one.chat_id == int(by_chat[0])]
        if not found:
            raise refusal("removed")
        return found[0]

    def _show(self, person: Person, body: Mapping[str, Any], mid: str = "") -> Shown:
        shown = Shown(mid or f"mid.{person.chat_id:016x}{next(self._numbers):016x}", body.get("text") or "")
        for one in body.get("attachments") or []:
            if one["type"] == "inline_keyboard":
                shown.buttons = one["payload"]["buttons"]
            else:
                shown.image = self.uploads.use(one)
        return shown

    def _as_message(self, person: Person, shown: Shown) -> dict[str, Any]:
        return {
            "recipient": {"chat_id": person.chat_id, "chat_type": "dialog", "user_id": person.user_id},
            "timestamp": self._moments.next(),
            "body": {"mid": shown.mid, "seq": next(self._numbers), "text": shown.text},
            "sender": self._bot(),
        }

    def _answered(self, call: Call) -> Reply:
        pressed, body = call.query["callback_id"][0], call.json()
        person = next((one for one in self._people.values() if pressed in one.presses), None)
        if person is None:
            raise refusal("not_found")
        if self.has_rates:
            self._rates.count(person.chat_id, PER_DIALOGUE)
        if not body.get("notification") and not body.get("message"):
            raise bad_payload("message or notification is wanted")
        if body.get("notification"):
            person.toasts.append(body["notification"])
        if body.get("message"):
            message_check(body["message"])
            old = person.presses[pressed]
            person.screen[person.screen.index(old)] = self._show(person, body["message"], old.mid)
        return Reply(body={"success": True})

    def _subscriptions(self, _call: Call) -> Reply:
        found = [
            {"url": one.url, "time": int(one.at * 1000), "update_types": one.types} for one in self.delivery.subscribed
        ]
        return Reply(body={"subscriptions": found})

    def _subscribe(self, call: Call) -> Reply:
        body = call.json()
        why_not = self.delivery.subscribe(body["url"], body.get("secret") or "", body.get("update_types"))
        return Reply(body={"success": False, "message": why_not} if why_not else {"success": True})

    def _unsubscribe(self, call: Call) -> Reply:
        self.delivery.unsubscribe(call.query["url"][0])
        return Reply(body={"success": True})

    def _updates(self, call: Call) -> Reply:
        """Answer with what has happened since the marker, as soon as something has."""
        if self.delivery.subscribed:
            raise refusal("mode")
        start = min(int(call.query.get("marker", [str(self._read)])[0]), len(self.delivery.happened))
        most, types = int(call.query.get("limit", ["100"])[0]), call.query.get("types", [""])[0]
        seconds = min(float(call.query.get("timeout", ["30"])[0]), 90.0) * self.delivery.factor
        self._happened.wait_for(lambda: len(self.delivery.happened) > start, seconds)
        self._read = start
        found = self.delivery.happened[start : start + min(most, MOST_UPDATES)]
        wanted = [one for one in found if not types or one["update_type"] in types.split(",")]
        return Reply(body={"updates": wanted, "marker": start + len(found)})
