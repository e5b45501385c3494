"""MAX's limits: how often it may be called, and what a message may hold."""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from portal.laptop.fakes.max.replies import bad_payload, refusal

PER_SECOND: Final = 30
PER_DIALOGUE: Final = 2
LONGEST_TEXT: Final = 4000
MOST_BUTTONS, MOST_ROWS, MOST_IN_ROW, MOST_IN_WIDE_ROW = 210, 30, 7, 3
WIDE: Final = frozenset({"link", "open_app", "request_geo_location", "request_contact"})
FIELDS: Final[Mapping[str, tuple[str, int]]] = {
    "link": ("url", 2048),
    "callback": ("payload", 1024),
    "clipboard": ("payload", 1024),
    "message": ("text", 128),
    "request_contact": ("text", 128),
    "request_geo_location": ("text", 128),
    "open_app": ("web_app", 256),
}
"""What a button of a type must have, and how long it may be."""
PICTURES: Final = 12


class Rates:
    """Calls of the last second: 30 of all, 2 of a dialogue."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._calls: dict[object, deque[float]] = defaultdict(deque)

    def count(self, key: object, most: int) -> None:
        """Count a call. Raises `Refused` with 429 when there were too many."""
        now, calls = self._clock(), self._calls[key]
        while calls and calls[0] <= now - 1:
            calls.popleft()
        if len(calls) >= most:
            raise refusal("too_many")
        calls.append(now)


def message_check(body: Any) -> None:
    """Raise `Refused` for a message that MAX would not take, whoever gets it."""
    if not isinstance(body, dict):
        raise bad_payload("body: must be an object")
    text, attachments = body.get("text") or "", body.get("attachments") or []
    if len(text) > LONGEST_TEXT:
        raise refusal("text_size")
    if not text and not attachments:
        raise bad_payload("message: must not be empty")
    if body.get("format") not in {None, "html", "markdown"}:
        raise bad_payload("format: unknown")
    keyboards = [one for one in attachments if one.get("type") == "inline_keyboard"]
    if len(keyboards) > 1 or len(attachments) - len(keyboards) > PICTURES:
        raise bad_payload("attachments: too many")
    for one in keyboards:
        _keyboard_check(one["payload"]["buttons"])


def _keyboard_check(rows: Sequence[Sequence[Mapping[str, Any]]]) -> None:
    if len(rows) > MOST_ROWS or sum(map(len, rows)) > MOST_BUTTONS or not all(rows):
        raise bad_payload("buttons: too many or an empty row")
    for row in rows:
        most = MOST_IN_WIDE_ROW if any(one.get("type") in WIDE for one in row) else MOST_IN_ROW
        if len(row) > most:
            raise bad_payload("buttons: too many in a row")
        for button in row:
            _button_check(button)


def _button_check(button: Mapping[str, Any]) -> None:
    name, longest = FIELDS.get(str(button.get("type")), ("", 0))
    if not name:
        raise bad_payload("button: unknown type")
    if not 1 <= len(str(button.get("text", ""))) <= 128 or not 1 <= len(str(button.get(name, ""))) <= longest:
        raise bad_payload(f"button: {name} is missing or too long")
    if name == "url" and not re.match(r"https?://", str(button["url"])):
        raise bad_payload("button: url is none")
