"""Texts with ((placeholders)): what goes in, what never does, and the one spelling that is hashed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consents.documents.rendering import (
    canonical,
    document_text,
    fill,
    has_broken_placeholder,
    numbered,
    paragraphs_of,
    placeholders,
    plain,
    summary_of,
    text_sha256,
)
from consents.errors import PlaceholderUnknown


def test_values_stand_where_their_names_stood() -> None:
    assert fill("((имя)), ваш номер ((контакт)). ((имя))!", {"имя": "Ёлка", "контакт": "+7916"}) == (
        "Ёлка, ваш номер +7916. Ёлка!"
    )


def test_a_name_without_a_value_is_an_error_that_names_it() -> None:
    with pytest.raises(PlaceholderUnknown) as caught:
        fill("((имя)) ((фамилия)) ((отчество))", {"имя": "Анна"})

    assert caught.value.names == ("фамилия", "отчество")


def test_a_value_that_looks_like_a_placeholder_stays_what_it_is() -> None:
    assert fill("((имя)) ((контакт))", {"имя": "((контакт))", "контакт": "секрет"}) == "((контакт)) секрет"


def test_a_value_cannot_add_a_line_a_heading_or_a_hidden_mark() -> None:
    assert plain("Анна\n# Новый раздел\r\n\tтекст\u202eзад\x00") == "Анна # Новый раздел текстзад"


def test_placeholders_are_told_once_each_in_order() -> None:
    assert placeholders("((б)) ((а)) ((б))") == ("б", "а")


@pytest.mark.parametrize("text", ["((имя)", "имя))", "((имя\n))", "((внутри ((имя)) ))"])
def test_brackets_that_do_not_match_are_noticed(text: str) -> None:
    assert has_broken_placeholder(text)


@pytest.mark.parametrize("text", ["", "((имя))", "(имя) и (контакт)", "смайлик :)"])
def test_sound_brackets_are_not_complained_about(text: str) -> None:
    assert not has_broken_placeholder(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_canonical_text_has_one_spelling(text: str) -> None:
    once = canonical(text)

    assert canonical(once) == once
    assert once.endswith("\n")
    assert "\r" not in once
    assert unicodedata.is_normalized("NFC", once)
    assert canonical(unicodedata.normalize("NFD", text)) == once


def test_line_ends_and_blanks_do_not_change_the_hash() -> None:
    assert text_sha256(canonical("а\r\nб  \r\n\r\n")) == text_sha256(canonical("а\nб"))


def test_paragraphs_carry_their_headings_and_are_counted() -> None:
    body = "Вступление\n\n# Кто\nпервая\nвторая\n\nещё абзац\n# Зачем\nцель\n"

    assert numbered(paragraphs_of(body)) == (
        ("", "Вступление"),
        ("1. Кто", "первая\nвторая"),
        ("", "ещё абзац"),
        ("2. Зачем", "цель"),
    )


def test_the_whole_text_ends_with_the_empty_box_and_its_caption() -> None:
    text = document_text(
        title="Согласие",
        edition="Редакция № 1",
        summary=["Зачем: писать.", "Сколько: год."],
        paragraphs=[("1. Кто", "Анна")],
        checkbox="Разрешаю",
    )

    assert text == ("Согласие\n\nРедакция № 1\n\nЗачем: писать.\nСколько: год.\n\n1. Кто\nАнна\n\n☐ Разрешаю\n")


def test_a_text_without_a_summary_has_no_gap_where_it_would_be() -> None:
    text = document_text(title="Политика", edition="Редакция № 1", summary=(), paragraphs=[("", "Анна")], checkbox="")

    assert text == "Политика\n\nРедакция № 1\n\nАнна\n"


def test_the_summary_is_what_stands_first_under_its_heading_and_is_not_counted() -> None:
    lines, rest = summary_of(paragraphs_of("# Коротко\nзачем\nсколько\n# Кто\nАнна\n# Коротко\nснова\n"))

    assert lines == ("зачем", "сколько")
    assert numbered(rest) == (("1. Кто", "Анна"), ("2. Коротко", "снова"))


@pytest.mark.parametrize("body", ["# Кто\nАнна\n# Коротко\nзачем\n", "Вступление\n\n# Коротко\nзачем\n", ""])
def test_a_summary_that_does_not_stand_on_top_is_a_paragraph_like_others(body: str) -> None:
    assert summary_of(paragraphs_of(body)) == ((), paragraphs_of(body))
