"""What the bot decides, state by state."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from notify.scenarios.engine import (
    MOST_ANSWERS,
    PENDING_LIFE,
    Decision,
    Live,
    State,
    decide,
    decided,
    is_within,
    number_in,
)
from notify.scenarios.spec import Hours, NumberForm, ScenarioSpec

MONDAY = datetime(2026, 11, 30, 12, tzinfo=ZoneInfo("Europe/Moscow"))
NIGHT = MONDAY.replace(hour=23)
HOURS = Hours(since=time(9), until=time(18), days=(1, 2, 3, 4, 5), answer="Мы спим.")
FAQ = Live(code="faq", spec=ScenarioSpec(kind="answer", phrases=("кто вы",), answer="Мы.", buttons=("Где заказ",)))
PERSON = Live(code="person", spec=ScenarioSpec(kind="hand_over", phrases=("оператор",), answer="Зовём."))
STATUS = Live(
    code="status",
    spec=ScenarioSpec(
        kind="status",
        phrases=("где заказ",),
        answer="((статус))",
        question="Номер?",
        not_found="Нет ((номер)).",
        failed="Не вышло.",
        buttons=("Оператор",),
    ),
)
ALL = (PERSON, STATUS, FAQ)


def ask(text: str, *, moment: datetime = MONDAY, scenarios: tuple[Live, ...] = ALL, **state: Any) -> Decision:
    """Decide on one message."""
    return decide(text, moment=moment, state=State(**state), scenarios=scenarios)


def outcome(decision: Decision) -> tuple[bool, str, str]:
    """Return whether a person takes it, which scenario, which text."""
    return decision.is_open, decision.scenario, decision.text


def test_a_question_that_fits_is_answered_with_its_buttons() -> None:
    decision = ask("А кто вы?")

    assert outcome(decision) == (False, "faq", "answer")
    assert (decision.phrase, decision.buttons, decision.pending) == ("кто вы", ("Где заказ",), {})


def test_the_first_that_fits_answers() -> None:
    assert ask("оператор, кто вы").scenario == "person"
    assert ask("оператор, кто вы", scenarios=(FAQ, PERSON)).scenario == "faq"


@pytest.mark.parametrize("text", ["", "привет", "12345"])
def test_what_fits_nothing_waits_for_a_person(text: str) -> None:
    decision = ask(text)

    assert (outcome(decision), decision.why, decision.is_quiet) == ((True, "", ""), "no_match", False)


@pytest.mark.parametrize("text", ["кто вы", "оператор", "где заказ 123"])
@pytest.mark.parametrize(
    ("state", "why"),
    [
        ({"is_claimed": True, "is_closed": False}, "claimed"),
        ({"is_led_there": True}, "cabinet"),
        ({"is_claimed": True, "is_led_there": True}, "claimed"),
    ],
)
def test_a_dialogue_that_a_person_leads_is_left_to_them(text: str, state: dict[str, Any], why: str) -> None:
    decision = ask(text, **state)

    assert (outcome(decision), decision.is_quiet, decision.pending) == ((True, "", ""), True, None)
    assert decision.why == why


def test_after_a_hand_over_the_bot_says_nothing_until_the_dialogue_is_closed() -> None:
    handed = ask("Оператор!")
    assert (outcome(handed), handed.buttons) == ((True, "person", "answer"), ())
    assert handed.pending is not None

    after = ask("кто вы", is_closed=False, pending=handed.pending)
    assert (after.is_open, after.text, after.is_quiet) == (True, "", True)

    closed = ask("кто вы", is_closed=True, pending=handed.pending)
    assert (outcome(closed), closed.pending) == ((False, "faq", "answer"), {})


def test_a_dialogue_that_waits_without_a_hand_over_is_still_answered() -> None:
    assert ask("кто вы", is_closed=False).text == "answer"


def test_after_twenty_answers_within_an_hour_a_person_takes_over() -> None:
    assert ask("кто вы", answers_in_hour=MOST_ANSWERS - 1).text == "answer"
    assert outcome(ask("кто вы", answers_in_hour=MOST_ANSWERS)) == (True, "", "")


@pytest.mark.parametrize(("live", "is_open"), [(FAQ, False), (PERSON, True), (STATUS, False)])
def test_outside_of_its_hours_a_scenario_says_its_other_text(live: Live, is_open: bool) -> None:
    timed = replace(live, spec=replace(live.spec, hours=HOURS))

    assert outcome(ask(live.spec.phrases[0], moment=NIGHT, scenarios=(timed,))) == (is_open, live.code, "hours")
    assert ask(live.spec.phrases[0], scenarios=(timed,)).text in {"answer", "question"}


@pytest.mark.parametrize(
    ("day", "moment", "is_in"),
    [(0, time(9), True), (0, time(8, 59), False), (0, time(18), False), (5, time(12), False), (4, time(17, 59), True)],
)
def test_hours_of_a_day_hold_from_their_beginning_up_to_their_end(day: int, moment: time, is_in: bool) -> None:
    assert is_within(HOURS, datetime.combine(MONDAY.date() + timedelta(days=day), moment)) is is_in


@pytest.mark.parametrize(
    ("day", "hour", "is_in"),
    [(0, 21, True), (1, 1, True), (0, 1, False), (1, 21, False), (0, 12, False), (1, 2, False)],
)
def test_hours_past_midnight_belong_to_the_day_on_which_they_began(day: int, hour: int, is_in: bool) -> None:
    monday_night = Hours(since=time(20), until=time(2), days=(1,), answer="Спим.")

    assert is_within(monday_night, MONDAY.replace(hour=hour) + timedelta(days=day)) is is_in


def test_a_status_asks_for_the_number_and_looks_it_up_when_it_comes() -> None:
    asked = ask("где заказ")
    assert (outcome(asked), asked.buttons) == ((False, "status", "question"), ())

    given = ask("вот: А-1001", moment=MONDAY + timedelta(minutes=14), pending=asked.pending or {})
    assert (given.needs_lookup, given.number, given.scenario) == (True, "А-1001", "status")


def test_a_number_in_the_question_itself_is_looked_up_at_once() -> None:
    decision = ask("Где мой заказ № A-1001?")

    assert (decision.needs_lookup, decision.number) == (True, "A-1001")


def test_a_number_that_comes_too_late_waits_for_a_person() -> None:
    pending = ask("где заказ").pending or {}

    late = ask("1001", moment=MONDAY + PENDING_LIFE, pending=pending)

    assert outcome(late) == (True, "", "")


def test_without_a_number_the_question_is_put_once_more_and_then_a_person_comes() -> None:
    first = ask("где заказ")
    second = ask("сейчас найду", pending=first.pending or {})
    assert outcome(second) == (False, "status", "question")

    third = ask("не могу найти", pending=second.pending or {})
    assert (outcome(third), third.why, third.pending) == ((True, "status", ""), "no_number", {})


def test_another_question_ends_the_wait_for_a_number() -> None:
    decision = ask("кто вы", pending=ask("где заказ").pending or {})

    assert (decision.scenario, decision.pending) == ("faq", {})


@pytest.mark.parametrize(
    "pending",
    [
        {"scenario": "gone", "until": "2099-01-01T00:00:00+03:00"},
        {"scenario": "faq", "until": "2099-01-01T00:00:00+03:00"},
        {"scenario": "status", "until": "2099-01-01"},
        {"scenario": "status"},
        {"until": 5},
        {"x": []},
    ],
)
def test_a_wait_that_means_nothing_any_more_is_passed_over(pending: dict[str, object]) -> None:
    assert outcome(ask("1001", pending=pending)) == (True, "", "")


def test_a_find_is_told_with_its_values_and_the_number() -> None:
    asked = ask("где заказ 1001")

    found = decided(asked, found={"статус": "в пути"}, has_failed=False, moment=MONDAY)

    assert (outcome(found), found.values) == ((False, "status", "answer"), {"статус": "в пути", "номер": "1001"})
    assert (found.needs_lookup, found.buttons, found.pending) == (False, ("Оператор",), {})


def test_an_unknown_number_may_be_corrected_at_once() -> None:
    unknown = decided(ask("где заказ 1001"), found=None, has_failed=False, moment=MONDAY)
    assert (outcome(unknown), unknown.values) == ((False, "status", "not_found"), {"номер": "1001"})

    again = ask("1002", pending=unknown.pending or {})
    assert (again.needs_lookup, again.number) == (True, "1002")


def test_a_look_up_that_fails_is_said_so_and_a_person_takes_the_message() -> None:
    failed = decided(ask("где заказ 1001"), found=None, has_failed=True, moment=MONDAY)

    assert (outcome(failed), failed.pending, failed.is_quiet) == ((True, "status", "failed"), {}, False)


@pytest.mark.parametrize(
    ("text", "form", "number"),
    [
        ("1001", NumberForm(), "1001"),
        ("мой номер A-1001.", NumberForm(), "A-1001"),
        ("№ЗК-15/2", NumberForm(), "ЗК-15"),
        ("нет номера", NumberForm(), ""),
        ("12", NumberForm(), ""),
        ("1" * 41, NumberForm(), ""),
        ("A-1001", NumberForm(has_letters=False), ""),
        ("A-1001 или 2002", NumberForm(has_letters=False), "2002"),
        ("12345", NumberForm(shortest=6), ""),
        ("слово " * 30 + "1001", NumberForm(), ""),
        ("-100-", NumberForm(), "100"),
    ],
)
def test_the_first_number_of_the_right_form_is_taken(text: str, form: NumberForm, number: str) -> None:
    assert number_in(text, form) == number
