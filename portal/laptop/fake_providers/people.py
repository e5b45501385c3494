"""The people of the fake MAX for the pages of the sandbox: their dialogue with the bot, and what their finger does."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from portal.laptop.fakes.lasting import newest_keep
from portal.laptop.fakes.max import FakeMax, Person

FIRST_ACCOUNT: Final = 213_000_001
"""The MAX inside the sandbox begins at 212 000 000."""
MOST_LINES: Final = 200


class MaxPeople:
    """What people have written stands beside what came to them, which `Person` keeps alone."""

    def __init__(self, fake: FakeMax) -> None:
        self._fake = fake
        self._said: dict[int, list[tuple[int, str]]] = {}

    def done(self, path: Sequence[str], values: Mapping[str, str]) -> Any:
        """Do what a path asks for and return the person; raises `LookupError` for what cannot be done."""
        user_id = int(path[0]) if path else self._next()
        known = {one.user_id for one in self._fake.people()}
        if not values and user_id not in known:
            raise LookupError
        person = self._fake.person(user_id)
        opened = self._act(person, **values) if values else ""
        return {**self._summary(person), "lines": self._lines(person), "opened": opened, "toasts": person.toasts[-3:]}

    def listed(self) -> list[dict[str, Any]]:
        """Return everybody, who came last first."""
        return [self._summary(person) for person in reversed(self._fake.people())]

    def _next(self) -> int:
        own = [one.user_id for one in self._fake.people() if one.user_id >= FIRST_ACCOUNT]
        return max(own, default=FIRST_ACCOUNT - 1) + 1

    def _act(self, person: Person, act: str, text: str = "") -> str:
        """Move the finger; return the address of a button that opens one."""
        if act == "start":
            person.start(text)
        elif act == "stop":
            person.stop()
        elif act == "remove":
            person.remove()
        elif act == "write":
            self._say(person, text)
            person.write(text)
        elif act == "share":
            self._say(person, text)
            person.share_contact(text)
        elif act == "press":
            self._say(person, text)
            return person.press(text)
        else:
            raise LookupError
        return ""

    def _say(self, person: Person, text: str) -> None:
        said = self._said.setdefault(person.user_id, [])
        said.append((len(person.screen), text))
        newest_keep(said, MOST_LINES)
        newest_keep(self._said, MOST_LINES)

    def _summary(self, person: Person) -> dict[str, Any]:
        return {"id": person.user_id, "name": person.name, "state": person.state}

    def _lines(self, person: Person) -> list[dict[str, Any]]:
        """Return the dialogue: what a person has said stands behind the messages that were there then."""
        came = [
            (number, {"is_own": False, "text": shown.text, "has_image": bool(shown.image), "buttons": shown.buttons})
            for number, shown in enumerate(person.screen)
        ]
        said = [
            (number - 0.5, {"is_own": True, "text": text, "has_image": False, "buttons": []})
            for number, text in self._said.get(person.user_id, [])
        ]
        return [line for _, line in sorted([*came, *said], key=lambda pair: pair[0])][-MOST_LINES:]
