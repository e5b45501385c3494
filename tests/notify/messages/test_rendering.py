"""Placeholders: filled, escaped, refused; never a template language."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.errors import HeaderRefused, TextRefused
from notify.messages.rendering import Values, header_check, header_compile, html_source, text_compile

VALUES = Values({"имя": "Ёлкина", "ссылка": "https://x/k/1", "компания": "Ромашка"}, frozenset({"есть имя"}))


def problem_of(text: str) -> tuple[object, object]:
    with pytest.raises(TextRefused) as caught:
        text_compile(text)
    return caught.value.facts["problem"], caught.value.facts["name"]


def test_fields_are_filled_whatever_their_case_and_spaces() -> None:
    assert text_compile("((имя)) (( ИМЯ ))").render(VALUES) == "Ёлкина Ёлкина"


def test_a_flag_under_its_old_name_holds_with_the_new_one() -> None:
    compiled = text_compile("((Закрытый мессенджер??Пишем теперь здесь.))")

    assert compiled.render(Values({}, frozenset({"иностранный мессенджер"}))) == "Пишем теперь здесь."
    assert compiled.render(Values({}, frozenset())) == ""


def test_a_flag_prints_its_text_only_when_it_holds() -> None:
    text = text_compile("((есть имя??Мы вас знаем (давно).))((контакт подтвержден??Почта проверена.))")

    assert text.render(VALUES) == "Мы вас знаем (давно)."


@pytest.mark.parametrize(
    ("text", "problem", "name"),
    [
        ("((фамилия))", "unknown_placeholder", "фамилия"),
        ("((вип??Ура))", "unknown_flag", "вип"),
        ("Привет, ((имя!", "not_closed", "имя!"),
        ("((имя", "not_closed", "имя"),
        ("а\x00б", "control_character", ""),
        ("((есть имя??((имя))))", "not_closed", "есть имя??"),
    ],
)
def test_what_is_no_placeholder_is_refused_with_its_name(text: str, problem: str, name: str) -> None:
    assert problem_of(text) == (problem, name)


@pytest.mark.parametrize("text", ["{{7*7}}", "{% now %}", "${7*7}", "<%= 7*7 %>", "#{7*7}", "%(x)s", "{0.__class__}"])
def test_other_template_languages_stay_what_they_are(text: str) -> None:
    assert text_compile(text).render(VALUES) == text


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again() -> None:
    values = Values({**VALUES.fields, "имя": "((ссылка))"})

    assert text_compile("((имя))").render(values) == "((ссылка))"


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='x", "javascript:alert(1)"]
)
def test_values_and_text_are_inert_in_html(evil: str) -> None:
    values = Values({**VALUES.fields, "имя": evil})

    shown = text_compile(html_source(f"((имя)) {evil}")).render(values, html.escape)

    assert "<script" not in shown
    assert "<img" not in shown
    assert "'" not in shown.replace("&#x27;", "")


def test_html_has_paragraphs_line_breaks_and_a_clickable_link() -> None:
    source = html_source("Раз\nдва\r\n\r\n((ссылка))")

    assert source == '<p>Раз<br>два</p>\n<p><a href="((ссылка))">ваша личная страница</a></p>'


@pytest.mark.parametrize("value", ["a\r\nBcc: x@y.ru", "a\nb", "a\rb", "a\0b", "a\u2028b", "a\x85b"])
def test_a_line_break_never_gets_into_a_header(value: str) -> None:
    with pytest.raises(HeaderRefused):
        header_check(value)
    with pytest.raises(HeaderRefused):
        header_compile(value)


def test_a_subject_has_no_place_for_the_personal_link() -> None:
    with pytest.raises(TextRefused):
        header_compile("Вот ((ссылка))")


@given(st.text(alphabet=st.characters(exclude_characters="(", exclude_categories=("Cc", "Cs")), max_size=200))
def test_text_without_brackets_comes_out_as_it_went_in(text: str) -> None:
    assert text_compile(text).render(VALUES) == text


@given(st.text(max_size=80))
def test_any_text_is_either_compiled_or_refused(text: str) -> None:
    try:
        compiled = text_compile(text)
    except TextRefused:
        return
    assert isinstance(compiled.render(VALUES), str)
