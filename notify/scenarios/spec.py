"""The wording of one scenario, and what keeps it from being saved. Pure. As JSON: `notify.scenarios.spec_json`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import time
from typing import Any, Final, Literal

from consents.normalise.names import name_key
from consents.placeholders import Field, cut
from notify.errors import SpecRefused, TextRefused
from notify.messages.rendering import Compiled, text_compile
from notify.scenarios.matching import stems_of
from notify.types import SpecProblem

Kind = Literal["answer", "status", "hand_over"]

KINDS: Final = ("answer", "status", "hand_over")
PERSONAL_PAGE: Final = "личная страница"
FIELDS: Final = ("имя", "компания", "телефон поддержки", PERSONAL_PAGE)
"""What every text may name."""
NUMBER: Final = "номер"
STATUS: Final = "статус"
"""The number that was looked up, and what it is at; the text of a find may name any value of the look-up."""
FLAGS: Final = ("есть имя",)

PHRASES: Final = range(1, 51)
PHRASE: Final = range(2, 81)
MOST_BUTTONS: Final = 6
CAPTION_LIMIT: Final = 40
TEXT_LIMIT: Final = 2000
NAME_LIMIT: Final = 40
NUMBER_LENGTHS: Final = range(3, 41)
DAYS: Final = range(1, 8)
"""Monday is 1, as in ISO 8601."""

STATUS_TEXTS: Final = ("question", "not_found", "failed")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When the scenario answers as usual; ``answer`` is said at all other times. ``until`` may lie after midnight."""

    since: time
    until: time
    days: tuple[int, ...]
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberForm:
    """What a number of an order looks like: digits, or with letters and dashes, and how long it is."""

    has_letters: bool = True
    shortest: int = 3
    longest: int = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioSpec:
    """One wording. ``answer`` is what is said: in answer, when a number was found, or when a person takes over."""

    kind: Kind
    phrases: tuple[str, ...]
    answer: str
    buttons: tuple[str, ...] = ()
    hours: Hours | None = None
    question: str = ""
    not_found: str = ""
    failed: str = ""
    number: NumberForm = NumberForm()

    @property
    def texts(self) -> dict[str, str]:
        """Return the texts that customers may read, by field."""
        named = {"answer": self.answer}
        if self.kind == "status":
            named |= {name: getattr(self, name) for name in STATUS_TEXTS}
        return named | ({"hours": self.hours.answer} if self.hours else {})


def spec_check(spec: ScenarioSpec) -> ScenarioSpec:
    """Return ``spec`` when it can be saved. Raises `SpecRefused` with every problem."""
    problems = tuple(spec_problems(spec))
    if problems:
        raise SpecRefused(problems=problems)
    return spec


def spec_problems(spec: ScenarioSpec) -> Iterator[SpecProblem]:
    """Yield what keeps the wording from being saved."""
    if spec.kind not in KINDS:
        yield SpecProblem(field="kind", code="unknown_choice", name=spec.kind)
    yield from _phrase_problems(spec.phrases)
    yield from _button_problems(spec)
    for name, text in spec.texts.items():
        yield from _text_problems(name, text, is_status=spec.kind == "status")
    if spec.hours:
        yield from _hours_problems(spec.hours)
    number = spec.number
    if spec.kind == "status" and not (NUMBER_LENGTHS.start <= number.shortest <= number.longest < NUMBER_LENGTHS.stop):
        yield SpecProblem(field="number", code="out_of_range", name=_range(NUMBER_LENGTHS))


def spec_difference(old: ScenarioSpec | None, new: ScenarioSpec) -> list[tuple[str, Any, Any]]:
    """Return the fields in which two wordings differ, each with the old and the new value."""
    names = [field.name for field in fields(ScenarioSpec)]
    pairs = [(name, getattr(old, name) if old else None, getattr(new, name)) for name in names]
    return [(name, before, after) for name, before, after in pairs if before != after]


def compiled(name: str, text: str, *, is_status: bool) -> Compiled:
    """Check and cut one text of a scenario. Raises `TextRefused`."""
    allowed: tuple[str, ...] = FIELDS
    if is_status and name == "not_found":
        allowed = (*FIELDS, NUMBER)
    elif is_status and name == "answer":
        # The company's own system says which values there are; nobody can list them here.
        allowed = (*FIELDS, NUMBER, STATUS, *values_named(text))
    return text_compile(text, fields=allowed, flags=FLAGS)


def values_named(text: str) -> tuple[str, ...]:
    """Return the names in a text that are none of ours: values of the look-up."""
    names = [piece.name.strip() for piece in cut(text) if isinstance(piece, Field)]
    own = {name_key(name) for name in (*FIELDS, NUMBER, STATUS)}
    return tuple(name for name in names if name and len(name) <= NAME_LIMIT and name_key(name) not in own)


def _phrase_problems(phrases: Sequence[str]) -> Iterator[SpecProblem]:
    if len(phrases) not in PHRASES:
        yield SpecProblem(field="phrases", code="phrases_count", name=_range(PHRASES))
    for phrase in phrases:
        if len(phrase) not in PHRASE or not stems_of(phrase) or _CONTROL.search(phrase):
            yield SpecProblem(field="phrases", code="phrase_length", name=phrase[: PHRASE.stop])


def _button_problems(spec: ScenarioSpec) -> Iterator[SpecProblem]:
    if len(spec.buttons) > MOST_BUTTONS:
        yield SpecProblem(field="buttons", code="buttons_count", name=str(MOST_BUTTONS))
    if spec.buttons and spec.kind == "hand_over":
        yield SpecProblem(field="buttons", code="buttons_after_hand_over")
    for caption in spec.buttons:
        if not stems_of(caption) or len(caption) > CAPTION_LIMIT or _CONTROL.search(caption):
            yield SpecProblem(field="buttons", code="caption_length", name=caption[: CAPTION_LIMIT + 1])
    if len(set(spec.buttons)) < len(spec.buttons):
        yield SpecProblem(field="buttons", code="buttons_repeat")


def _text_problems(name: str, text: str, *, is_status: bool) -> Iterator[SpecProblem]:
    if not text.strip():
        yield SpecProblem(field=name, code="missing", name=name)
    if len(text) > TEXT_LIMIT:
        yield SpecProblem(field=name, code="too_long", name=str(TEXT_LIMIT))
    try:
        compiled(name, text, is_status=is_status)
    except TextRefused as error:
        yield SpecProblem(field=name, code=str(error.facts["problem"]), name=str(error.facts["name"]))


def _hours_problems(hours: Hours) -> Iterator[SpecProblem]:
    if hours.since == hours.until:
        yield SpecProblem(field="hours", code="hours_empty")
    if not hours.days or not set(hours.days) <= set(DAYS) or len(set(hours.days)) < len(hours.days):
        yield SpecProblem(field="hours", code="hours_days")


def _range(numbers: range) -> str:
    return f"{numbers.start}-{numbers.stop - 1}"
