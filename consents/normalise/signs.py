"""What cannot be seen in a value, what ends a line, and what says nothing: one idea for files and pages. Pure."""

import re
import unicodedata
from typing import Final

PASTED_LIMIT: Final = 400
"""Signs of a field into which people paste: more than any contact has, since much of it may be taken away."""

_LINE_ENDS: Final = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_PRINTABLE_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Fillers and variation selectors: signs without a look of their own that Python counts as printable."""
_MARKERS: Final = (
    "null", "nil", "none", "nan", "na", "n/a", "nd", "n.a", "undefined", "empty", "blank", "void", "not set",
    "unknown", "н/д", "нд", "н.д", "н/у", "пусто", "нет", "no", "не указан", "не указано", "не указана", "не задан",
    "не задано", "не заполнено", "не заполнен", "не определено", "не определен", "не определён", "нет данных",
    "данных нет", "отсутствует", "неизвестно", "не известно", "без значения",
)  # fmt: skip
_BRACKETS: Final = ("{}", "[{}]", "({})", "<{}>", "{{{}}}", '"{}"', "'{}'", "«{}»", "{}.")
_DATABASE: Final = ("null", "nil", "none", "nan", "undefined", "empty", "blank", "void", "not set", "n/a")
_BARE: Final = (
    "", "\\n", "-", "--", "---", "—", "–", "−", "―", "_", ".", "..", "...", "…", "/", "\\", "*", "?", "'", "`", "=",
    "~", "#n/a", "#н/д", "<>", "[]", "()", "{}", "''", '""', "««»»",
)  # fmt: skip

NOTHING: Final = frozenset((*_BARE, *(shape.format(marker) for marker in _MARKERS for shape in _BRACKETS)))
"""What people and programs write in a cell that has no value, in lower case."""
EMPTY: Final = frozenset(("", "\\n", *(shape.format(marker) for marker in _DATABASE for shape in _BRACKETS)))
"""What programs alone write there: it stands for an empty cell under any question."""


def is_plain(text: str) -> bool:
    """Return whether a text is composed and holds no sign that cannot be seen, nor a space or line end out of place."""
    return text.isprintable() and unicodedata.is_normalized("NFC", text) and not _PRINTABLE_UNSEEN.search(text)


def text_seen(raw: str) -> str:
    """Return a text as a person sees it: composed, on one line, plain spaces, no signs without a look, ends trimmed.

    Control characters stay, since they are damage and no layout.
    """
    if is_plain(raw):
        return raw.strip()
    # Files from macOS write Ё and Й as two characters: the same letter, found by no search.
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub(" ", raw))
    signs = (" " if unicodedata.category(sign) == "Zs" else sign for sign in text if not _is_unseen(sign))
    return "".join(signs).strip()


def hides_signs(raw: str) -> bool:
    """Return whether a text holds signs that cannot be seen, other than control characters."""
    return any(map(_is_unseen, raw))


def has_control(text: str) -> bool:
    """Return whether a text holds control characters that end no line, or half surrogates."""
    return not text.isprintable() and any(
        unicodedata.category(sign) in ("Cc", "Cs") for sign in _LINE_ENDS.sub(" ", text)
    )


def says_nothing(text: str) -> bool:
    """Return whether a text stands for no value."""
    return text.strip().lower() in NOTHING


def text_folded(raw: str) -> str:
    """Return a text that was typed or pasted with plain digits, letters and signs in place of their wide forms."""
    text = text_seen(raw)
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _is_unseen(sign: str) -> bool:
    return not sign.isascii() and (unicodedata.category(sign) == "Cf" or _PRINTABLE_UNSEEN.match(sign) is not None)
