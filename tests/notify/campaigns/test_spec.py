"""From JSON to a campaign that can be saved, or every reason why not."""

from datetime import date, time
from typing import Any

import pytest

from notify.campaigns.spec import spec_read
from notify.errors import SpecRefused

GOOD: dict[str, Any] = {
    "name": "Переезд в MAX",
    "channel": "email",
    "subject": "((имя)), выберите, где вам писать",
    "text": "Здравствуйте, ((имя))!",
    "audience": {"segments": ["Пенсионеры"], "answered": None},
    "window": {"from": "10:00", "to": "20:30"},
}

BY_SMS: dict[str, Any] = {
    "channel": "sms",
    "text": "Выберите, где вам писать: ((ссылка))",
    "subscriber_consent": "contract",
    "contract_clause": "Договор обслуживания, пункт 4.2",
    "contract_date": "2026-02-01",
}


def problems_of(**changes: Any) -> set[tuple[str, str]]:
    with pytest.raises(SpecRefused) as caught:
        spec_read(GOOD | changes)
    problems = caught.value.facts["problems"]
    assert isinstance(problems, tuple)
    return {(problem.field, problem.code) for problem in problems}


def test_a_whole_spec_is_understood_and_the_rest_has_defaults() -> None:
    spec = spec_read(GOOD)

    assert (spec.send_from, spec.send_until) == (time(10), time(20, 30))
    assert (spec.steps[0].text_kind, spec.steps[0].legal_basis, spec.steps[0].link_days) == ("service", "contract", 30)


def test_the_window_is_nine_to_nine_by_default() -> None:
    spec = spec_read({key: value for key, value in GOOD.items() if key != "window"})

    assert (spec.send_from, spec.send_until) == (time(9), time(21))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"chanel": "sms"}, ("chanel", "unknown_field")),
        ({"channel": "whatsapp"}, ("channel", "unknown_choice")),
        ({"channel": 5}, ("channel", "wrong_type")),
        ({"text": " "}, ("text", "missing")),
        ({"text": "x" * 8001}, ("text", "too_long")),
        ({"channel": "max", "text": "x" * 4001}, ("text", "too_long")),
        (
            {"channel": "max", "text": "x" * 3999, "text_kind": "advertising", "legal_basis": "consent"},
            ("text", "too_long"),
        ),
        ({"text": "Привет, ((фамилия))"}, ("text", "unknown_placeholder")),
        ({"text": "Привет, ((имя"}, ("text", "not_closed")),
        ({"subject": ""}, ("subject", "missing")),
        ({"subject": "a\nBcc: x@y.ru"}, ("subject", "control_character")),
        ({"subject": "Вот ((ссылка))"}, ("subject", "unknown_placeholder")),
        ({"button": "x" * 61}, ("button", "too_long")),
        ({"name": ""}, ("name", "missing")),
        ({"link_days": 0}, ("link_days", "out_of_range")),
        ({"link_days": 181}, ("link_days", "out_of_range")),
        ({"link_days": True}, ("link_days", "wrong_type")),
        ({"window": {"from": "25:00"}}, ("window", "bad_time")),
        ({"window": {"since": "09:00"}}, ("window", "bad_time")),
        ({"window": "09:00"}, ("window", "bad_time")),
        ({"window": {"from": 9}}, ("window", "bad_time")),
        ({"audience": {"город": ["Омск"]}}, ("audience", "unknown_key")),
        ({"audience": {"cities": "Омск"}}, ("audience", "not_a_list")),
        ({"audience": {"customer_ids": ["1"]}}, ("audience", "not_a_number")),
        ({"audience": ["Омск"]}, ("audience", "not_an_object")),
        ({"text_kind": "advertising"}, ("legal_basis", "advertising_needs_consent")),
        (BY_SMS | {"text": "Без адреса"}, ("text", "link_missing")),
        (BY_SMS | {"subscriber_consent": ""}, ("subscriber_consent", "subscriber_consent_missing")),
        (BY_SMS | {"subscriber_consent": "устно"}, ("subscriber_consent", "unknown_choice")),
        (BY_SMS | {"contract_clause": " "}, ("contract_clause", "missing")),
        (BY_SMS | {"contract_clause": "Договор"}, ("contract_clause", "number_missing")),
        (BY_SMS | {"contract_date": "1.2.2026"}, ("contract_date", "bad_date")),
        (BY_SMS | {"contract_date": None}, ("contract_date", "wrong_type")),
        (BY_SMS | {"contract_date": "2999-01-01"}, ("contract_date", "date_ahead")),
        ({"legal_basis": "law"}, ("norm", "missing")),
        ({"legal_basis": "law", "norm": "по закону"}, ("norm", "number_missing")),
        ({"legal_basis": "law", "norm": "ст. 9 " + "x" * 200}, ("norm", "too_long")),
        (
            {"legal_basis": "law", "norm": "161-ФЗ, статья 9, часть 4", "text_kind": "advertising"},
            ("legal_basis", "advertising_needs_consent"),
        ),
        ({"text": "Скидка для вас"}, ("offer_reason", "offers_found")),
        ({"subject": "Скидка для вас"}, ("offer_reason", "offers_found")),
        ({"button": "Забрать подарок"}, ("offer_reason", "offers_found")),
        ({"text": "Ски((есть имя??дка)) для вас"}, ("offer_reason", "offers_found")),
        ({"text": "Скидка", "offer_reason": " нет "}, ("offer_reason", "offers_found")),
    ],
)
def test_each_mistake_is_named_with_its_field(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problems_of(**changes) == {problem}


def test_all_mistakes_are_named_at_once() -> None:
    assert problems_of(subject="", text="((имя", link_days=999) == {
        ("subject", "missing"),
        ("text", "not_closed"),
        ("link_days", "out_of_range"),
    }


def test_a_field_of_another_kind_hides_no_mistake_of_the_others() -> None:
    assert problems_of(chanel="sms", button=5, window={"from": "25:00"}, text="((имя", audience={"cities": "Омск"}) == {
        ("chanel", "unknown_field"),
        ("button", "wrong_type"),
        ("window", "bad_time"),
        ("text", "not_closed"),
        ("audience", "not_a_list"),
    }


def test_missing_fields_are_named() -> None:
    with pytest.raises(SpecRefused) as caught:
        spec_read({})

    problems = caught.value.facts["problems"]
    assert isinstance(problems, tuple)
    assert {problem.field for problem in problems} == {"name", "channel", "text"}


@pytest.mark.parametrize(
    "window",
    [
        {"from": "00:00", "to": "00:00"},
        {"from": "08:59", "to": "20:00"},
        {"from": "10:00", "to": "21:01"},
        {"from": "20:00", "to": "10:00"},
    ],
)
def test_advertising_never_comes_at_night(window: dict[str, str]) -> None:
    advertising = {"text_kind": "advertising", "legal_basis": "consent", "window": window}

    assert problems_of(**advertising) == {("window", "advertising_hours")}
    assert spec_read(GOOD | {"window": window}).steps[0].text_kind == "service"


def test_advertising_by_consent_can_be_saved() -> None:
    assert spec_read(GOOD | {"text_kind": "advertising", "legal_basis": "consent"}).steps[0].text_kind == "advertising"


def test_an_sms_by_contract_says_where_the_subscribers_consent_is() -> None:
    spec = spec_read(GOOD | BY_SMS)

    (step,) = spec.steps
    assert (step.contract_clause, step.contract_date) == (
        "Договор обслуживания, пункт 4.2",
        date(2026, 2, 1),
    )


@pytest.mark.parametrize(
    "changes", [{"legal_basis": "consent"}, {"subscriber_consent": "own"}, {"channel": "max"}, {"channel": "email"}]
)
def test_a_contract_is_asked_for_only_where_it_must_hold_the_consent(changes: dict[str, str]) -> None:
    bare = {"subscriber_consent": "", "contract_clause": ""}

    assert spec_read({name: value for name, value in (GOOD | BY_SMS | bare | changes).items() if value != "2026-02-01"})


def test_the_defaults_pass_no_refusal_and_name_no_consent() -> None:
    spec = spec_read(GOOD)

    (step,) = spec.steps
    assert (step.legal_basis, step.norm, step.subscriber_consent, step.offer_reason) == ("contract", "", "", "")


def test_words_of_offers_pass_with_a_reason_or_as_advertising() -> None:
    offer = GOOD | {"text": "Скидка 10 %"}

    assert spec_read(offer | {"offer_reason": "скидка по жалобе клиента"}).steps[0].text_kind == "service"
    assert spec_read(offer | {"text_kind": "advertising", "legal_basis": "consent"}).steps[0].offer_reason == ""


LATER = {"channel": "email", "subject": "Напоминаем", "text": "((ссылка))", "condition": "not_answered", "wait_days": 3}
FIRST = {name: value for name, value in GOOD.items() if name not in ("name", "audience", "window")}
OWN = {name: value for name, value in GOOD.items() if name in ("name", "audience", "window")}


def test_a_file_of_steps_is_read_and_one_without_is_one_step() -> None:
    spec = spec_read(OWN | {"steps": [FIRST, LATER | {"starts_on": "2031-03-01"}]})

    first, later = spec.steps
    assert spec_read(GOOD).steps == (first,)
    assert (later.condition, later.wait_days, later.starts_on) == ("not_answered", 3, date(2031, 3, 1))


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([], {(0, "steps", "out_of_range")}),
        ("нет", {(0, "steps", "wrong_type")}),
        ([FIRST, 7], {(0, "steps", "wrong_type")}),
        ([FIRST] * 11, {(0, "steps", "out_of_range")}),
        ([FIRST, LATER | {"condition": "whenever"}], {(2, "condition", "unknown_choice")}),
        ([FIRST, LATER | {"wait_days": -1}], {(2, "wait_days", "out_of_range")}),
        ([FIRST, LATER | {"wait_days": 366}], {(2, "wait_days", "out_of_range")}),
        ([FIRST, LATER | {"wait_days": "3"}], {(2, "wait_days", "wrong_type")}),
        ([FIRST, LATER | {"wait_days": True}], {(2, "wait_days", "wrong_type")}),
        ([FIRST, LATER | {"starts_on": "1 марта"}], {(2, "starts_on", "bad_date")}),
        ([FIRST, LATER | {"name": "Второй"}], {(2, "name", "unknown_field")}),
        ([FIRST, {"channel": "email"}], {(2, "text", "missing"), (2, "subject", "missing")}),
        ([LATER], {(1, "condition", "first_goes_to_everybody"), (1, "wait_days", "first_waits_for_nothing")}),
    ],
)
def test_each_problem_of_a_step_is_named_with_its_step(steps: object, found: set[tuple[int, str, str]]) -> None:
    with pytest.raises(SpecRefused) as refused:
        spec_read(OWN | {"steps": steps})

    problems = refused.value.facts["problems"]
    assert isinstance(problems, tuple)
    assert {(problem.step, problem.field, problem.code) for problem in problems} == found


def test_fields_of_a_step_beside_steps_are_a_mistake() -> None:
    with pytest.raises(SpecRefused) as refused:
        spec_read(OWN | {"steps": [FIRST], "text": "Два раза"})

    problems = refused.value.facts["problems"]
    assert isinstance(problems, tuple)
    assert [(problem.field, problem.code) for problem in problems] == [("text", "unknown_field")]
