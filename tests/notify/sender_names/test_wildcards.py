"""Templates as operators write them: what fits one, and what no operator would take."""

import pytest

from notify.sender_names.wildcards import LONGEST, template_fits, template_problem

LINK = "https://go.example.ru/k/7KF3ZPX9QD"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Проверьте контакты", "Проверьте контакты"),
        ("Код %d", "Код 123456"),
        ("К оплате %d руб.", "К оплате 1500,50 руб."),
        ("%w, проверьте контакты: %w", f"Анна, проверьте контакты: {LINK}"),
        ("Здравствуйте, %w{1,3}! Ответ: %w", f"Здравствуйте, Анна Петровна! Ответ: {LINK}"),
        ("Заказы %d+ готовы", "Заказы 12 13 14 готовы"),
        ("%w+", "любые слова подряд"),
        ("Скидок нет: 5 % годовых", "Скидок нет: 5 % годовых"),
        ("Строка\r\nвторая %w", "Строка\nвторая ok"),
        ("%w%w", "ab"),
    ],
)
def test_a_text_fits_its_template(template: str, text: str) -> None:
    assert template_fits(template, text)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Проверьте контакты", "Проверьте контакты!"),
        ("Проверьте контакты", "проверьте контакты"),
        ("Код %d", "Код сто"),
        ("Код %d", "Код 12 34"),
        ("%w: %w", f"Анна Петровна: {LINK}"),
        ("Здравствуйте, %w{1,2}! Ответ", "Здравствуйте, раз два три! Ответ"),
        ("Здравствуйте, %w{2,3}!", "Здравствуйте, Анна!"),
        ("Код %d", ""),
        ("%w", "два  пробела"),
    ],
)
def test_a_text_that_differs_fits_no_template(template: str, text: str) -> None:
    assert not template_fits(template, text)


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("Код %d", ""),
        (" \n", "template_empty"),
        ("х" * (LONGEST + 1), "template_long"),
        ("%w " * 21, "template_places"),
        ("%w{5,1}", "template_range"),
        ("%w{1,99}", "template_range"),
        ("%d{0,3}", "template_range"),
        ("%w{5}", "template_range"),
        ("%w{}", "template_range"),
        ("%w %z", "template_unknown"),
        ("Скидка 10%Off", "template_unknown"),
        ("5 % годовых, 10%-я", ""),
    ],
)
def test_a_template_that_no_operator_takes_is_named(template: str, problem: str) -> None:
    assert template_problem(template) == problem


def test_a_template_of_places_alone_ends_on_a_long_text() -> None:
    assert not template_fits("%w+ " * 20 + "конец", "а " * 450 + "начало")
