"""Words as people type them: case, «ё», look-alikes and one slip of spelling do not matter. Pure."""

import re
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_LOOK_ALIKES: Final = str.maketrans("aceopxyABCEHKMOPTXY", "асеорхуАВСЕНКМОРТХУ")
"""Latin letters that people type among Cyrillic ones: «CTOП»."""


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text without what does not matter: case, «ё», Latin letters within a Cyrillic word."""
    return tuple(_plain(word) for word in _WORD.findall(text))


def _plain(word: str) -> str:
    return (word if word.isascii() else word.translate(_LOOK_ALIKES)).casefold().replace("ё", "е")


def is_one_slip_away(word: str, meant: str) -> bool:
    """Return whether one letter put in, left out, changed, or swapped with the next one makes the one of the other."""
    if abs(len(word) - len(meant)) > 1:
        return False
    start = next((at for at, (one, two) in enumerate(zip(word, meant, strict=False)) if one != two), None)
    if start is None:
        return True
    rest, expected = word[start:], meant[start:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return rest[1:] == expected[1:] or rest[1:] == expected or rest == expected[1:] or swapped == expected
