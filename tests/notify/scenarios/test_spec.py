"""The form of a wording: what can be saved, what is refused with which code, and that nothing is lost on the way."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.errors import SpecRefused
from notify.scenarios.ready import READY
from notify.scenarios.spec import Hours, NumberForm, ScenarioSpec, spec_check, spec_difference, spec_problems
from notify.scenarios.spec_json import spec_from_json, spec_to_json

ANSWER = ScenarioSpec(kind="answer", phrases=("где вы",), answer="Мы здесь.")
STATUS = ScenarioSpec(
    kind="status",
    phrases=("где заказ",),
    answer="Заказ ((номер)): ((статус)), ждите ((Дата доставки)).",
    question="Какой номер?",
    not_found="Номера ((номер)) нет.",
    failed="Не вышло.",
    number=NumberForm(has_letters=False, shortest=4, longest=8),
)
HOURS = Hours(since=time(9), until=time(18), days=(1, 2, 3), answer="Завтра.")


def codes(spec: ScenarioSpec) -> set[tuple[str, str]]:
    """Fields and codes of the problems."""
    return {(problem.field, problem.code) for problem in spec_problems(spec)}


def refused(data: object) -> set[tuple[str, str]]:
    """Fields and codes of the problems of a JSON form."""
    with pytest.raises(SpecRefused) as error:
        spec_from_json(data)
    problems: Any = error.value.facts["problems"]
    return {(problem.field, problem.code) for problem in problems}


@pytest.mark.parametrize("spec", [ANSWER, STATUS, replace(ANSWER, hours=HOURS), *(ready.spec for ready in READY)])
def test_what_is_written_is_read_back(spec: ScenarioSpec) -> None:
    assert codes(spec) == set()
    assert spec_from_json(spec_to_json(spec)) == spec


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "poem"}, ("kind", "unknown_choice")),
        ({"phrases": ()}, ("phrases", "phrases_count")),
        ({"phrases": ("где",) * 51}, ("phrases", "phrases_count")),
        ({"phrases": ("я",)}, ("phrases", "phrase_length")),
        ({"phrases": ("?!",)}, ("phrases", "phrase_length")),
        ({"phrases": ("я" * 81,)}, ("phrases", "phrase_length")),
        ({"phrases": ("где\nты",)}, ("phrases", "phrase_length")),
        ({"answer": "  "}, ("answer", "missing")),
        ({"answer": "я" * 2001}, ("answer", "too_long")),
        ({"answer": "((номер))"}, ("answer", "unknown_placeholder")),
        ({"answer": "((имя"}, ("answer", "not_closed")),
        ({"answer": "((контакт подтверждён??да))"}, ("answer", "unknown_flag")),
        ({"answer": "а\x07"}, ("answer", "control_character")),
        ({"buttons": ("Да", "Нет", "Да-да", "Нет-нет", "1", "2", "3")}, ("buttons", "buttons_count")),
        ({"buttons": ("я" * 41,)}, ("buttons", "caption_length")),
        ({"buttons": ("…",)}, ("buttons", "caption_length")),
        ({"buttons": ("Да", "Да")}, ("buttons", "buttons_repeat")),
        ({"kind": "hand_over", "buttons": ("Да",)}, ("buttons", "buttons_after_hand_over")),
        ({"hours": replace(HOURS, until=time(9))}, ("hours", "hours_empty")),
        ({"hours": replace(HOURS, days=())}, ("hours", "hours_days")),
        ({"hours": replace(HOURS, days=(0,))}, ("hours", "hours_days")),
        ({"hours": replace(HOURS, days=(1, 1))}, ("hours", "hours_days")),
        ({"hours": replace(HOURS, answer="")}, ("hours", "missing")),
    ],
)
def test_what_cannot_be_saved_is_named_by_field_and_code(change: dict[str, Any], problem: tuple[str, str]) -> None:
    assert codes(replace(ANSWER, **change)) == {problem}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"question": ""}, ("question", "missing")),
        ({"question": "((номер))?"}, ("question", "unknown_placeholder")),
        ({"not_found": "((статус))"}, ("not_found", "unknown_placeholder")),
        ({"failed": "((номер))"}, ("failed", "unknown_placeholder")),
        ({"number": NumberForm(shortest=2)}, ("number", "out_of_range")),
        ({"number": NumberForm(longest=41)}, ("number", "out_of_range")),
        ({"number": NumberForm(shortest=9, longest=8)}, ("number", "out_of_range")),
        ({"answer": f"(({'я' * 41}))"}, ("answer", "unknown_placeholder")),
    ],
)
def test_texts_of_a_status_name_only_what_is_known_by_then(change: dict[str, Any], problem: tuple[str, str]) -> None:
    assert codes(replace(STATUS, **change)) == {problem}


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (None, {("", "wrong_type")}),
        ([], {("", "wrong_type")}),
        ({}, {("kind", "missing"), ("phrases", "missing"), ("answer", "missing")}),
        ({**spec_to_json(ANSWER), "colour": 1}, {("colour", "unknown_field")}),
        ({**spec_to_json(ANSWER), "answer": 5}, {("answer", "wrong_type")}),
        ({**spec_to_json(ANSWER), "phrases": "где вы"}, {("phrases", "wrong_type")}),
        ({**spec_to_json(ANSWER), "buttons": [1]}, {("buttons", "wrong_type")}),
        ({**spec_to_json(ANSWER), "hours": {"from": "9"}}, {("hours", "bad_time")}),
        (
            {**spec_to_json(ANSWER), "hours": {"from": "09:00+03:00", "until": "18:00", "days": [1], "answer": "а"}},
            {("hours", "bad_time")},
        ),
        ({**spec_to_json(ANSWER), "number": {"min": "3"}}, {("number", "wrong_type")}),
        ({**spec_to_json(ANSWER), "number": {"min": True}}, {("number", "wrong_type")}),
    ],
)
def test_a_form_of_another_shape_is_refused_with_every_problem(data: object, problems: set[tuple[str, str]]) -> None:
    assert refused(data) == problems


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_KEYS = st.sampled_from(["kind", "phrases", "answer", "buttons", "hours", "question", "not_found", "failed", "number"])
_TEXT = st.text(st.characters(blacklist_categories=["Cc", "Cs"], blacklist_characters="()?"), min_size=1, max_size=60)
_WORDS = _TEXT.map(lambda text: f"да {text}"[:40])


@given(_JSON | st.dictionaries(_KEYS, _JSON))
def test_any_json_is_read_or_refused(data: object) -> None:
    try:
        spec = spec_from_json(data)
    except SpecRefused:
        return
    assert spec_check(spec) == spec


@given(
    st.builds(
        ScenarioSpec,
        kind=st.sampled_from(["answer", "status", "hand_over"]),
        phrases=st.lists(_WORDS, min_size=1, max_size=5).map(tuple),
        answer=_TEXT,
        buttons=st.lists(_WORDS, max_size=7).map(tuple),
        question=st.just("Какой номер?"),
        not_found=_TEXT,
        failed=_TEXT,
        hours=st.none()
        | st.builds(
            Hours,
            since=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
            until=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
            days=st.lists(st.integers(0, 8), max_size=7).map(tuple),
            answer=_TEXT,
        ),
        number=st.builds(NumberForm, shortest=st.integers(2, 41), longest=st.integers(2, 41)),
    )
)
def test_a_wording_without_problems_comes_back_whole_and_any_other_is_refused(spec: ScenarioSpec) -> None:
    expected = (
        spec if spec.kind == "status" else replace(spec, question="", not_found="", failed="", number=NumberForm())
    )
    if codes(spec):
        assert refused(spec_to_json(spec)) <= codes(spec)
    else:
        assert spec_from_json(spec_to_json(spec)) == expected


def test_the_difference_names_changed_fields_alone() -> None:
    changed = replace(ANSWER, answer="Мы там.", buttons=("Где",))

    assert spec_difference(ANSWER, changed) == [("answer", "Мы здесь.", "Мы там."), ("buttons", (), ("Где",))]
    assert spec_difference(ANSWER, ANSWER) == []
    assert {name for name, _, _ in spec_difference(None, ANSWER)} >= {"kind", "phrases", "answer"}
