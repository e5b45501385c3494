"""Texts with ((names)) and ((flags??text)): cut once, filled many times. Pure.

There is no logic and no template language: whatever is no placeholder is printed as it stands. A value is never
looked at for placeholders of its own. Which names there are, and what is refused, is for who cuts the text.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\(\(([^()?]{0,60})(?:\?\?((?:(?!\(\(|\)\)).)*))?\)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Field:
    """Prints the value of a name."""

    name: str


@dataclass(frozen=True, slots=True)
class Flag:
    """Prints its text where the flag of a name holds."""

    name: str
    text: str


Piece = str | Field | Flag


def cut(text: str) -> tuple[Piece, ...]:
    """Return the text between placeholders and the placeholders, in their order, names as they are written."""
    pieces, position = list[Piece](), 0
    for match in PLACEHOLDER.finditer(text):
        name, shown = match.groups()
        pieces += [text[position : match.start()], Field(name) if shown is None else Flag(name, shown)]
        position = match.end()
    return tuple(piece for piece in (*pieces, text[position:]) if piece != "")


def filled(
    pieces: Iterable[Piece],
    fields: Mapping[str, str],
    *,
    flags: Collection[str] = (),
    escape: Callable[[str], str] = str,
) -> str:
    """Return the text with its fields and flags; ``escape`` is applied to values, never to the text itself."""
    out: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            out.append(piece)
        elif isinstance(piece, Field):
            out.append(escape(fields[piece.name]))
        elif piece.name in flags:
            out.append(piece.text)
    return "".join(out)
