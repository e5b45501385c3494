"""Names and other short texts: what they may hide, and how names are compared. Pure."""

import unicodedata
from typing import Final

NAME_LIMIT: Final = 200

_DIRECTION_MARKS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def has_control(text: str) -> bool:
    """Return whether a text holds control characters, marks that turn the direction, or half surrogates."""
    if text.isprintable():
        return False
    return any(sign in _DIRECTION_MARKS or unicodedata.category(sign) in ("Cc", "Cs") for sign in text)


def name_key(text: str) -> str:
    """Return the form in which names are compared: lower case, ё as е, single spaces."""
    return " ".join(text.lower().replace("ё", "е").split())
