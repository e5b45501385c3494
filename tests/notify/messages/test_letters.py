"""The two halves of each letter: whoever reads the text misses nothing of the HTML but the picture."""

import re
from html import unescape
from typing import Any, Final

import pytest
from django.template.loader import render_to_string

from notify.messages.rendering import LINK_WORDS, html_source

COMPANY: Final = {
    "name": "АО «Банк «Ромашка»", "short_name": "Банк «Ромашка»", "inn": "7700000000", "ogrn": "1027700000000",
    "licence": "лицензия № 1", "address": "Москва, ул. Полевая, 1", "website": "romashka.example",
    "support_phone": "8 800 000-00-00", "accent": "#123456", "on_accent": "#ffffff",
}  # fmt: skip
WORDS: Final = "Здравствуйте!\n\nМы переходим в MAX & в письма.\nЭто <важно>."
CAMPAIGN: Final = {"company": COMPANY, "subject": "Тема", "button": "Открыть страницу", "norm": ""}
OF_THE_PICTURE: Final = "Читаете на компьютере или на бумаге? Наведите камеру телефона: откроется ваша личная страница."

LETTERS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "service": ("campaign", {**CAMPAIGN, "by_consent": True}),
    "advertising": ("campaign", {**CAMPAIGN, "by_consent": True, "is_advertising": True}),
    "of a customer": ("campaign", CAMPAIGN),
    "obliged": ("campaign", {**CAMPAIGN, "norm": "115-ФЗ"}),
    "notice": (
        "notice",
        {
            "company": COMPANY,
            "paragraphs": ["Контакт заменён.", "Это не вы?"],
            "button": "Вернуть",
            "url": "https://r/1",
        },
    ),
    "notice without a link": ("notice", {"company": COMPANY, "paragraphs": ["Готово."], "button": "", "url": ""}),
    "code": ("code", {"company": COMPANY, "code": "123456", "life": "10 минут"}),
}


def both(name: str, context: dict[str, Any], words: str) -> tuple[str, str]:
    plain = render_to_string(f"messages/email/{name}.txt", context | {"body": words, "has_link": "((ссылка))" in words})
    marked = render_to_string(f"messages/email/{name}.html", context)
    return plain, marked.replace("BODY", html_source(words))


def sentences(marked: str) -> list[str]:
    body = re.sub(r"<(style|title|head)\b.*?</\1>", "", marked, flags=re.DOTALL)
    blocks = re.split(r"</?(?:p|div|td|tr|br|table)\b[^>]*>", body)
    texts = (" ".join(unescape(re.sub(r"<[^>]*>", "", block)).split()) for block in blocks)
    return [one for text in texts for one in re.split(r"(?<=[.?!:]) ", text) if one]


@pytest.mark.parametrize(
    "words", [WORDS, f"{WORDS}\n\nПодробнее: ((ссылка))"], ids=["button alone", "link in the words"]
)
@pytest.mark.parametrize(("name", "context"), LETTERS.values(), ids=LETTERS)
def test_the_text_says_all_that_the_html_says(name: str, context: dict[str, Any], words: str) -> None:
    plain, marked = both(name, context | {"body": "BODY"}, words)
    read = " ".join(plain.split())
    # A link in the words of the author takes the place of the button.
    not_told = {LINK_WORDS, "Банк «Ромашка»", *OF_THE_PICTURE.split(": "), *sentences(OF_THE_PICTURE)}
    if "((ссылка))" in words:
        not_told.add(str(context.get("button")))

    missing = [one for one in sentences(marked) if one.strip(".:") not in read and one not in not_told]

    assert missing == []


@pytest.mark.parametrize(("name", "context"), LETTERS.values(), ids=LETTERS)
def test_the_text_has_every_link_of_the_html(name: str, context: dict[str, Any]) -> None:
    plain, marked = both(name, context | {"body": "BODY"}, WORDS)

    assert [link for link in re.findall(r'href="([^"]+)"', marked) if link not in plain] == []
