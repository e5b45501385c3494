"""Formats of numbers with zeros before or signs within: a person sees 00123 where the sheet holds 123. Pure."""

import re
from dataclasses import dataclass
from typing import Final

_LITERAL: Final = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_PLACES: Final = re.compile(r"[0#+\-()/ ]+")
_LONGEST: Final = 255
"""A code that a spreadsheet takes has no more signs."""
_PLACEHOLDERS: Final = "0#"
_MARK: Final = "\0"


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """Signs of a format: a place for a digit, or a sign that stands as it is."""

    signs: tuple[tuple[str, bool], ...]
    """Each sign, and whether it is a place for a digit."""

    def shown(self, number: str) -> str:
        """Return a whole number as a person sees it, empty where the format shows it otherwise."""
        try:
            value = float(number)
        except ValueError:
            return ""
        if not 0 <= value < 1e15 or value != int(value):
            return ""
        digits = list(str(int(value)))
        places = sum(is_place for _sign, is_place in self.signs)
        out: list[str] = []
        for sign, is_place in reversed(self.signs):
            if not is_place:
                out.append(sign)
                continue
            places -= 1
            out.append(digits.pop() if digits else "0" if sign == "0" else "")
            if not places:
                out += reversed(digits)
        return "".join(reversed(out)).strip()


def number_format(code: str) -> NumberFormat | None:
    """Return the format of a code that shows a whole number in places, None for any other code."""
    if len(code) > _LONGEST:
        return None
    code = code.partition(";")[0]
    literals = [found[1] or found[2] or "" for found in _LITERAL.finditer(code)]
    bare = _LITERAL.sub(_MARK, code)
    if not _PLACES.fullmatch(bare.replace(_MARK, "")) or bare.replace(_MARK, "").count("0") < 2:
        return None
    signs: list[tuple[str, bool]] = []
    for sign in bare:
        if sign == _MARK:
            signs += [(letter, False) for letter in literals.pop(0)]
        else:
            signs.append((sign, sign in _PLACEHOLDERS))
    return NumberFormat(tuple(signs))
