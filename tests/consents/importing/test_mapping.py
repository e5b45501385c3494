"""Columns guessed from headings and values, and mappings that are refused."""

import pytest

from consents.errors import MappingIncomplete
from consents.importing.judging.mapping import answers_unread, mapping_check, mapping_guess, opt_out_guessed


@pytest.mark.parametrize("heading", ["Не отписан", "Нет отказа", "Без отказа от рассылки", "Not unsubscribed"])
def test_a_heading_that_asks_the_opposite_is_no_column_of_refusals(heading: str) -> None:
    assert mapping_guess(["ID", "Телефон", heading], []) == {"external_id": 0, "phone": 1}


@pytest.mark.parametrize(
    "heading",
    ["Отказ", "Есть отказ", "Отказ от рассылки", "Отписан от рассылки", "Не беспокоить", "Opt-out flag", "DNC"],
)
def test_a_heading_that_can_only_be_a_refusal_is_one(heading: str) -> None:
    mapping = mapping_guess([heading], [])

    assert mapping == {"opt_out": 0}
    assert not opt_out_guessed([heading], mapping)
    assert answers_unread([heading], mapping) == []


@pytest.mark.parametrize(
    "heading",
    ["Клиент просил не беспокоить", "Запрет связи", "Отказ от звонков", "Отказ клиента от СМС", "Opt-out of all mail"],
)
def test_a_heading_that_speaks_of_refused_messages_is_a_guess(heading: str) -> None:
    mapping = mapping_guess([heading], [])

    assert mapping == {"opt_out": 0}
    assert opt_out_guessed([heading], mapping)


@pytest.mark.parametrize(
    "heading",
    [
        "Дата отказа в кредите",
        "Причина отказа",
        "Отказ в связи с болезнью",
        "Отказ от бумажных счетов",
        "Отказ от контракта",
        "Телефон для отказа",
        "Согласие на рассылку",
        "Согласие на звонки по телефону",
        "Согласие на e-mail",
        "Согласие или отказ от рассылки",
        "Не звонить",
        "Не отписан",
        "Запрет обработки",
        "Do not call",
    ],
)
def test_an_answer_to_something_else_is_left_for_a_person_to_judge(heading: str) -> None:
    headings = ["ID", "Телефон", heading]
    mapping = mapping_guess(headings, [["1", "89161234567", "89161234568"]] * 3)

    assert mapping == {"external_id": 0, "phone": 1}
    assert answers_unread(headings, mapping) == [2]


def test_a_phone_to_refuse_by_is_not_the_phone_of_the_customer() -> None:
    assert mapping_guess(["ID", "Телефон для отказа"], [["1", "88001234567"], ["2", "89161234568"]] * 3) == {
        "external_id": 0
    }


def test_ordinary_headings_are_no_answers() -> None:
    headings = ["ID", "Телефон", "Заказ", "Дата договора", "Комментарий", "Подписка", "Остановка", "Notes"]

    assert answers_unread(headings, mapping_guess(headings, [])) == []


def test_the_name_that_can_only_be_a_refusal_goes_before_a_guess() -> None:
    headings = ["Отказ от звонков", "ID", "Отказ"]

    mapping = mapping_guess(headings, [])

    assert mapping == {"external_id": 1, "opt_out": 2}
    assert answers_unread(headings, mapping) == [0]


@pytest.mark.parametrize(
    ("headings", "mapping"),
    [
        (
            ["ID клиента", "ФИО", "Телефон", "Электронная почта", "Город", "Часовой пояс", "Мессенджер", "Сегмент"],
            {
                "external_id": 0,
                "name": 1,
                "phone": 2,
                "email": 3,
                "city": 4,
                "time_zone": 5,
                "messenger": 6,
                "segment": 7,
            },
        ),
        (
            ["№ п/п", "Фамилия", "Имя", "Отчество", "Моб. телефон", "E-mail", "Номер клиента", "Отказ от рассылки"],
            {"last_name": 1, "first_name": 2, "middle_name": 3, "phone": 4, "email": 5, "external_id": 6, "opt_out": 7},
        ),
        (
            ["customer_id", "First Name", "Last Name", "Phone Number", "Email Address"],
            {"external_id": 0, "first_name": 1, "last_name": 2, "phone": 3, "email": 4},
        ),
        (
            ["Код контрагента", "Имя клиента", "Номер телефона клиента", "Почта клиента"],
            {"external_id": 0, "name": 1, "phone": 2, "email": 3},
        ),
        (["ClientID", "FullName", "MobilePhone"], {"external_id": 0, "name": 1, "phone": 2}),
        (["unsubscribed", "MSISDN", "id"], {"opt_out": 0, "phone": 1, "external_id": 2}),
    ],
)
def test_headings_in_two_languages_are_understood(headings: list[str], mapping: dict[str, int]) -> None:
    assert mapping_guess(headings, []) == mapping


def test_a_column_without_a_heading_is_known_by_its_values() -> None:
    rows = [["x", "8 916 123-45-67", "a@example.ru", "МСК+2"]] * 5

    assert mapping_guess(["", "", "", ""], rows) == {"phone": 1, "email": 2, "time_zone": 3}


def test_a_column_gets_one_meaning() -> None:
    guessed = mapping_guess(["Телефон", "Телефон 2", "Телефон 3"], [["89161234567"] * 3])

    assert guessed == {"phone": 0, "other_phone": 1}


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ({"phone": 1}, "mapping_no_id"),
        ({"external_id": 0, "name": 1}, "mapping_no_contact"),
        ({"external_id": 0, "phone": 0}, "mapping_twice"),
        ({"external_id": 0, "phone": 7}, "mapping_outside"),
        ({"external_id": 0, "phone": -1}, "mapping_outside"),
        ({"external_id": 0, "phone": 1, "consent": 2}, "mapping_unknown"),
    ],
)
def test_a_mapping_that_does_not_tell_enough_is_refused(mapping: dict[str, int], reason: str) -> None:
    with pytest.raises(MappingIncomplete) as caught:
        mapping_check(mapping, 3)

    assert caught.value.reason == reason


def test_who_and_one_way_to_reach_them_are_enough() -> None:
    mapping_check({"external_id": 0, "email": 2}, 3)
