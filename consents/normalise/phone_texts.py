"""The one number in a cell or field where a phone is expected: without labels, brackets and notes around it. Pure."""

import re
from typing import Final

from consents.errors import BadValue
from consents.normalise.signs import PASTED_LIMIT, text_folded

_SCIENTIFIC: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?\s*[eEеЕ]\s*[+-]?\d{1,3}")
_FLOAT_TAIL: Final = re.compile(r"(\+?\d{10,15})[.,]0+")
_LABEL: Final = re.compile(r"^\s*(?:тел|телефон|моб|мобильный|сот|phone|tel|mob|mobile|callto)\.?:?\s*", re.IGNORECASE)
_EXTENSION: Final = re.compile(
    r"[\s,;]*(?:доб(?:авочный)?|доп|вн(?:утр)?|ext|extn|extension|x|х|#)\.?:?\s*\(?(\d{1,7})\)?\s*$", re.IGNORECASE
)
_RUN: Final = re.compile(r"\+?\(?\d[\d\s().+*\-\u2010-\u2015\u2212]*")
_LINK: Final = re.compile(
    r"(?:https?://)?(?:wa\.me/|api\.whatsapp\.com/send\?phone=|t\.me/\+)\+?(\d+)\S*", re.IGNORECASE
)
_WHOLE: Final = 10
_LEAST: Final = 6
"""Digits that a second number in a cell has at least: «123-45-68» behind another one."""


def phone_text(raw: str) -> tuple[str, bool]:
    """Return the number without what spreadsheets and people put around it, and whether words stood beside it.

    Raises BadValue: phone_scientific, phone_several, phone_letters, phone_malformed.
    """
    if len(raw) > PASTED_LIMIT:
        # More than a number and its notes; the patterns below would try each space of it with every end.
        raise BadValue("phone_letters" if any(sign.isalpha() for sign in raw) else "phone_malformed")
    text = _LABEL.sub("", text_folded(raw).lstrip("'").strip())
    if link := _LINK.fullmatch(text):
        return "+" + link[1], False
    if _SCIENTIFIC.fullmatch(text):
        raise BadValue("phone_scientific")
    if whole := _FLOAT_TAIL.fullmatch(text):
        text = whole[1]
    extension = _EXTENSION.search(text)
    body = text[: extension.start()] if extension else text
    numbers = [run.strip(" .-(") for run in _RUN.findall(body) if _digits(run) >= _LEAST]
    if len(numbers) > 1 or any(map(_holds_two, numbers)):
        raise BadValue("phone_several")
    has_words = any(sign.isalpha() for sign in body)
    if not numbers or (has_words and (_digits(numbers[0]) < _WHOLE or _digits(numbers[0]) != _digits(body))):
        raise BadValue("phone_letters" if has_words else _short_or_malformed(text))
    number = numbers[0] if has_words or body.rstrip(" ,;.") != body else body
    return f"{number} доб. {extension[1]}" if extension else number, has_words


def _digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)


def _holds_two(run: str) -> bool:
    """Return whether two whole numbers stand in a row, with a space or a plus between them."""
    words = re.split(r"\s+|(?<=\d)(?=\+)", run)
    heads = ("".join(words[:place]) for place in range(1, len(words)))
    return any(_digits(head) >= _WHOLE and _digits(run) - _digits(head) >= _WHOLE for head in heads)


def _short_or_malformed(text: str) -> str:
    return "phone_too_short" if 0 < _digits(text) < _WHOLE else "phone_malformed"
