"""Words in cells: texts are kept as written, and whatever is not clearly no refusal stops messages."""

import unicodedata

import pytest

from consents.importing.files.cells import Found, text_read
from consents.importing.words import OptOut, heading_key, opt_out_read, question_of
from consents.normalise import has_control, hides_signs, text_seen


@pytest.mark.parametrize(
    ("heading", "cell", "answer"),
    [
        ("Отказ", "да", OptOut.ALL),
        ("Отказ", "нет", OptOut.NO),
        ("Отказ", "не отказывался", OptOut.NO),
        ("Отказ", "реклама", OptOut.ADVERTISING),
        ("Отказ", "стоп", OptOut.ALL),
        ("Отказ", "12.05.2025", OptOut.UNCLEAR),
        ("Отказ от рекламы", "да", OptOut.ADVERTISING),
        ("Отказ от рекламы", "отказ", OptOut.ADVERTISING),
        ("Отказ от рекламы", "стоп", OptOut.ALL),
        ("Согласие на рассылку", "нет", OptOut.ALL),
        ("Согласие на рассылку", "да", OptOut.NO),
        ("Согласие на рассылку", "отказался", OptOut.ALL),
        ("Согласие на рассылку", "12.05.2025", OptOut.UNCLEAR),
        ("Согласие", "реклама", OptOut.UNCLEAR),
        ("Согласие", "", OptOut.NO),
        ("Отказ от рекламы и звонков", "да", OptOut.ALL),
        ("Отказ от рекламных и сервисных уведомлений", "да", OptOut.ALL),
        ("Отказ от рекламы / любых коммуникаций", "да", OptOut.ALL),
        ("Есть отказ от получения рекламы", "да", OptOut.ADVERTISING),
        ("Согласие на рекламу", "нет", OptOut.ADVERTISING),
        ("Подписан на рекламу", "нет", OptOut.ADVERTISING),
        ("Не отписан", "нет", OptOut.ALL),
        ("Не отписан", "да", OptOut.NO),
        ("Marketing consent", "0", OptOut.ADVERTISING),
        ("Opt-in", "no", OptOut.ALL),
        ("Opt-out", "no", OptOut.NO),
        ("unsubscribed", "1", OptOut.ALL),
    ],
)
def test_a_cell_answers_what_its_heading_asks(heading: str, cell: str, answer: OptOut) -> None:
    assert opt_out_read(cell, question_of(heading_key(heading))) == answer


def read(cell: str) -> Found[str]:
    """Read a name of at most 200 characters."""
    return text_read(text_seen(cell), 200, "name_too_long")


@pytest.mark.parametrize(
    "name",
    ["Ёлкина Алёна", "Салтыков-Щедрин Михаил", "О'Нил Джон", "Кызы Айгуль  Мамед", "ООО «Ёж»", "李雷", "👩🏽 Анна"],
)
def test_a_name_is_kept_as_it_was_written(name: str) -> None:
    assert read(f"  {name} ") == (name, ())


def test_letters_written_as_two_characters_become_one() -> None:
    assert read(unicodedata.normalize("NFD", "Ёлкин Андрей")) == ("Ёлкин Андрей", ())


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Иван\nПётр", "Иван Пётр"),
        ("Иван\u2028Пётр\r\n", "Иван Пётр"),
        ("Иван\u202eтёП", "ИвантёП"),
        ("Ив\ufeffан", "Иван"),
        ("Ив\u00adан\ufe0f\u3164", "Иван"),
        ("\u2009Иван\u00a0Пётр", "Иван Пётр"),
    ],
)
def test_a_name_is_read_as_a_person_sees_it(name: str, seen: str) -> None:
    assert read(name) == (seen, ())


@pytest.mark.parametrize("name", ["Ив\0анов", "Иван\x07", "Ив\ud800ан"])
def test_control_characters_are_damage_and_no_layout(name: str) -> None:
    assert has_control(name)
    assert not hides_signs(name)


def test_a_name_longer_than_any_name_is_refused() -> None:
    assert read("я" * 200) == ("я" * 200, ())
    assert read("я" * 201)[1] == (("name_too_long", "201"),)
