"""Texts from outside in a form that the database takes. Pure."""

import re
from typing import Final

REPLACEMENT: Final = "\ufffd"
"""Unicode's own sign for what could not be kept."""

_REFUSED: Final = re.compile("[\0\ud800-\udfff]")


def storable(text: str, limit: int | None = None) -> str:
    """Return ``text`` as a column and JSON in the database can hold it: at most ``limit`` characters, if given.

    NUL and halves of surrogate pairs, which PostgreSQL refuses, become `REPLACEMENT`: left out, they could make two
    names one.
    """
    return _REFUSED.sub(REPLACEMENT, text[:limit])
