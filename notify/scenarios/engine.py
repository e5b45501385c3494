"""What the bot does with one message: values in, a decision out. Pure; who calls it reads and writes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from notify.scenarios.matching import MOST_WORDS, fitting_phrase
from notify.scenarios.spec import NUMBER, Hours, NumberForm, ScenarioSpec
from notify.spelling import words_of

PENDING_LIFE: Final = timedelta(minutes=15)
"""How long a number is waited for after it was asked for."""
ASKED_AGAIN: Final = 1
"""How often the question is put once more before a person takes the message."""
MOST_ANSWERS: Final = 20
"""Of the bot to one contact within an hour: two robots that answer each other end there."""

WITH_BUTTONS: Final = frozenset({"answer", "hours", "not_found"})
"""Texts below which the buttons stand; a question is answered by typing."""

TextName = Literal["", "answer", "hours", "question", "not_found", "failed"]
Why = Literal["", "claimed", "cabinet", "handed_over", "too_many", "no_match", "no_number"]

_NUMBER: Final = re.compile(r"[0-9a-zа-яё]+(?:-+[0-9a-zа-яё]+)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """One scenario in force."""

    code: str
    spec: ScenarioSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The dialogue as it was when the message came. ``pending`` is what `Decision.pending` has left there."""

    is_claimed: bool = False
    is_closed: bool = True
    is_led_there: bool = False
    """People lead it in the cabinet of the provider that brought the message."""
    pending: Mapping[str, Any] = field(default_factory=dict)
    answers_in_hour: int = 0

    @property
    def person(self) -> Why:
        """Return why the dialogue belongs to a person now; empty where the bot may answer."""
        if self.is_claimed:
            return "claimed"
        if self.is_led_there:
            return "cabinet"
        return "handed_over" if self.pending.get("handed_over") and not self.is_closed else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of a message.

    ``is_open``: a person takes it. ``text`` names which text of ``scenario`` is said, if any. ``pending`` is kept in
    the dialogue; None leaves there what there is. ``number`` is to be looked up before the rest is known.
    """

    is_open: bool
    scenario: str = ""
    spec: ScenarioSpec | None = None
    phrase: str = ""
    text: TextName = ""
    number: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    pending: Mapping[str, Any] | None = field(default_factory=dict)
    why: Why = ""

    @property
    def is_quiet(self) -> bool:
        """Return whether a person is in the dialogue already, so that not even «получено» is said."""
        return self.why in {"claimed", "cabinet", "handed_over"}

    @property
    def buttons(self) -> tuple[str, ...]:
        """Return what is offered below the text."""
        return self.spec.buttons if self.spec and self.text in WITH_BUTTONS else ()

    @property
    def needs_lookup(self) -> bool:
        """Return whether the number has still to be looked up."""
        return bool(self.number) and not self.text


def decide(text: str, *, moment: datetime, state: State, scenarios: Sequence[Live]) -> Decision:
    """Decide on one message. ``moment`` is by the clock of the company; the first of ``scenarios`` that fits answers.

    A status scenario with a number in hand is decided by `decided` after the look-up.
    """
    if state.person:
        return left_to_person(state.person)
    if state.answers_in_hour >= MOST_ANSWERS:
        return Decision(is_open=True, why="too_many")
    for live in scenarios:
        if phrase := fitting_phrase(live.spec.phrases, text):
            return _begun(live, phrase, text, moment)
    return _continued(text, moment, state.pending, scenarios)


def left_to_person(why: Why) -> Decision:
    """Return the decision of a dialogue that belongs to a person: the bot says nothing in it."""
    return Decision(is_open=True, pending=None, why=why)


def decided(decision: Decision, *, found: Mapping[str, str] | None, has_failed: bool, moment: datetime) -> Decision:
    """Return the decision after the look-up: ``found`` are its values, None for a number that nobody knows.

    After a failure the customer is told so, and a person takes the message.
    """
    if has_failed:
        return replace(decision, text="failed", is_open=True)
    values = {**(found or {}), NUMBER: decision.number}
    if found is None:
        return replace(decision, text="not_found", values=values, pending=_waiting(decision.scenario, moment))
    return replace(decision, text="answer", values=values)


def is_within(hours: Hours | None, moment: datetime) -> bool:
    """Return whether ``moment`` lies within the hours. Those past midnight belong to the day on which they began."""
    if hours is None:
        return True
    now = moment.time()
    if hours.since < hours.until:
        return moment.isoweekday() in hours.days and hours.since <= now < hours.until
    yesterday = (moment - timedelta(days=1)).isoweekday()
    return (moment.isoweekday() in hours.days and now >= hours.since) or (yesterday in hours.days and now < hours.until)


def number_in(text: str, form: NumberForm) -> str:
    """Return the first number of the form in a text that is short enough to be an answer; empty without one."""
    if len(words_of(text)) > MOST_WORDS:
        return ""
    for match in _NUMBER.finditer(text):
        number = match.group()
        is_fit = form.has_letters or number.isdecimal()
        if is_fit and form.shortest <= len(number) <= form.longest and any(sign.isdecimal() for sign in number):
            return number
    return ""


def _begun(live: Live, phrase: str, text: str, moment: datetime) -> Decision:
    """Return what a scenario says to the message that called for it."""
    decision = Decision(is_open=live.spec.kind == "hand_over", scenario=live.code, spec=live.spec, phrase=phrase)
    if decision.is_open:
        decision = replace(decision, pending={"handed_over": True})
    if not is_within(live.spec.hours, moment):
        return replace(decision, text="hours")
    if live.spec.kind != "status":
        return replace(decision, text="answer")
    number = number_in(text, live.spec.number)
    if number:
        return replace(decision, number=number)
    return replace(decision, text="question", pending=_waiting(live.code, moment))


def _continued(text: str, moment: datetime, pending: Mapping[str, Any], scenarios: Sequence[Live]) -> Decision:
    """Return what a message means after a question of ours; without one, or after its time, a person reads it."""
    asked = next((live for live in scenarios if live.code == pending.get("scenario")), None)
    if asked is None or asked.spec.kind != "status" or not _is_awaited(pending, moment):
        return Decision(is_open=True, why="no_match")
    decision = Decision(is_open=False, scenario=asked.code, spec=asked.spec)
    number = number_in(text, asked.spec.number)
    if number:
        return replace(decision, number=number)
    misses = int(pending.get("misses", 0))
    if misses >= ASKED_AGAIN:
        return replace(decision, is_open=True, why="no_number")
    return replace(decision, text="question", pending=_waiting(asked.code, moment, misses + 1))


def _waiting(code: str, moment: datetime, misses: int = 0) -> dict[str, Any]:
    return {"scenario": code, "until": (moment + PENDING_LIFE).isoformat(), "misses": misses}


def _is_awaited(pending: Mapping[str, Any], moment: datetime) -> bool:
    try:
        return moment < datetime.fromisoformat(str(pending.get("until")))
    except (ValueError, TypeError):
        return False
