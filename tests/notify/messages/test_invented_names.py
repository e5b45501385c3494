"""Invented people look like real ones in a letter, and share no word with them."""

import pytest

from consents.normalise.names import address_name
from notify.messages.invented_names import invented_name, name_shape

NAMES = [
    "Муравьёва Светлана Семёновна",
    "Светлана Семёновна Муравьёва",
    "Анна Петровна",
    "Ли Ян",
    "Константинопольский-Вознесенский Александр Константинович",
    "ПЕТРОВ ИВАН ИЛЬИЧ",
    "иванов иван",
    "Анна",
    "John Smith",
    "Мамедов Рашид Гусейн оглы",
    "Проба Анна Львовна",
]


@pytest.mark.parametrize("name", NAMES)
def test_an_invented_name_has_the_shape_of_the_real_one(name: str) -> None:
    found = invented_name(name)

    assert name_shape(found)[:4] == name_shape(name)[:4]
    assert abs(len(found) - len(name)) <= max(6, len(name) // 3)


@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_the_real_name_is_in_it(name: str) -> None:
    assert not {*name.lower().split()} & {*invented_name(name).lower().split()}


def test_a_person_is_greeted_as_the_real_one_would_be() -> None:
    assert address_name(invented_name("Муравьёва Светлана Семёновна")) == "Екатерина Ильинична"
    assert address_name(invented_name("Петров Иван")) == ""


def test_a_firm_stays_one_and_nobody_stays_nobody() -> None:
    assert invented_name("ООО «Ромашка»") == "ООО «Образец»"
    assert invented_name("") == ""
