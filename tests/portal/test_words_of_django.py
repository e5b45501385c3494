"""Sentences of Django that our Russian pages show are said as we say ours."""

import re
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils import translation

FILE = Path(__file__).parents[2] / "portal" / "locale" / "ru" / "LC_MESSAGES" / "django.po"
SINGLE = re.compile(r'msgid "(.+)"\nmsgstr "(.+)"')
SEVERAL = re.compile(r'msgid "(.+)"\nmsgid_plural "(.+)"')
COUNTED = re.compile(r'msgstr\[\d\] "(.+)"')


class _Form(forms.Form):
    name = forms.CharField(max_length=3)
    reason = forms.CharField(min_length=5)
    count = forms.IntegerField(max_value=40)
    kind = forms.ChoiceField(choices=[("a", "А")])
    day = forms.DateField()
    mail = forms.EmailField()


TYPED = {"name": "четыре", "reason": "ы", "count": "41", "kind": "б", "day": "31.02.2026", "mail": "кто-то"}


def _errors(language: str) -> dict[str, str]:
    with translation.override(language):
        return {name: str(errors[0]) for name, errors in _Form(TYPED).errors.items()}


def test_a_mistake_is_said_in_plain_russian() -> None:
    assert _errors("ru") == {
        "name": "Слишком длинно: помещается 3 знака, сейчас 6.",
        "reason": "Слишком коротко: нужно хотя бы 5 знаков, сейчас 1.",
        "count": "Наибольшее число здесь — 40.",
        "kind": "Варианта «б» нет. Выберите из списка.",
        "day": "Такой даты нет. Введите день, месяц и год.",
        "mail": "Это не адрес почты. Он выглядит так: name@company.ru.",
    }


def test_what_we_do_not_say_anew_is_said_by_django() -> None:
    with translation.override("ru"):
        assert str(forms.CharField().error_messages["required"]) == "Обязательное поле."


def test_english_stays_as_django_has_it() -> None:
    assert _errors("en")["count"] == "Ensure this value is less than or equal to 40."


def test_a_page_of_a_password_says_what_it_must_be() -> None:
    with translation.override("ru"):
        assert "В пароле нужно хотя бы 12 знаков." in password_validators_help_texts()


def test_the_compiled_file_says_what_the_written_one_says() -> None:
    with FILE.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    written = FILE.read_text(encoding="utf-8").split("\n\n")[1:]
    single = [found.groups() for block in written if (found := SINGLE.fullmatch(block.strip()))]
    several: list[Any] = [
        (*found.groups(), COUNTED.findall(block)) for block in written if (found := SEVERAL.match(block))
    ]

    assert len(single) + len(several) == len(written)
    assert [msgid for msgid, msgstr in single if compiled.gettext(msgid) != msgstr] == []
    for msgid, plural, said in several:
        # 1, 2, 5 and, of the fourth form, none: the last one is for fractions.
        assert [compiled.ngettext(msgid, plural, count) for count in (1, 2, 5)] == said[:3]
