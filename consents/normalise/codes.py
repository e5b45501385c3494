"""One-time codes as people paste them: out of a message, with words, blanks or a dash. Pure."""

import re
from typing import Final

from consents.normalise.signs import text_folded

_SIX_DIGITS: Final = re.compile(r"(?<!\d)(?<!\d[ \-])\d(?:[ \-\u2010-\u2014]?\d){5}(?![ \-]?\d)")
_NO_DIGIT: Final = re.compile(r"\D")


def code_read(raw: str) -> str:
    """Return the six digits of the one code in a text, empty where there is none or more than one."""
    text = text_folded(raw)
    found = {_NO_DIGIT.sub("", code) for code in _SIX_DIGITS.findall(text)}
    return found.pop() if len(found) == 1 else ""
