"""Names and other short texts: kept as written, refused when they hide something. Pure."""

import unicodedata
from typing import Final

from consents.errors import BadValue

NAME_LIMIT: Final = 200

_DIRECTION_MARKS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def has_control(text: str) -> bool:
    """Return whether a text holds control characters, marks that turn the direction, or half surrogates."""
    if text.isprintable():
        return False
    return any(sign in _DIRECTION_MARKS or unicodedata.category(sign) in ("Cc", "Cs") for sign in text)


def name_clean(raw: str) -> str:
    """Return a name as it was written, Ё and hyphens too, with trimmed ends and composed letters (NFC).

    Raises BadValue: control_characters, name_too_long.
    """
    text = text_clean(raw)
    if len(text) > NAME_LIMIT:
        raise BadValue("name_too_long")
    return text


def text_clean(raw: str) -> str:
    """Trim and compose a short text. Raises BadValue: control_characters."""
    text = raw.strip()
    if has_control(text):
        raise BadValue("control_characters")
    # Files from macOS write Ё and Й as two characters, which no search would find.
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def name_key(text: str) -> str:
    """Return the form in which names are compared: lower case, ё as е, single spaces."""
    return " ".join(text.lower().replace("ё", "е").split())
