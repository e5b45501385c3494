r"""Texts with ((placeholders)): pure, no database. No logic in a text, and a value is only ever plain text.

A body is a row of headed paragraphs: a line that begins with ``# `` is a heading, an empty line ends a paragraph.
The canonical text is what a hash is taken of: NFC, one ``\n`` between lines, no blanks at line ends, one ``\n`` last.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from consents.errors import PlaceholderUnknown
from consents.placeholders import Field, Flag, Piece, cut, filled

HEADING = "# "
SUMMARY = "Коротко"
"""The heading of the short lines that stand on top: what for, which data, how long, how to stop."""
BOX = "☐"

_BRACES = re.compile(r"\(\(|\)\)")
_BLANKS = re.compile(r"\s+")
_VISIBLE = {"Cc": " ", "Cf": "", "Cs": ""}
"""What becomes of control characters, invisible marks and halves of surrogate pairs."""

Paragraphs = tuple[tuple[str, str], ...]


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names that a text asks for, each once, in their order. Texts of documents have no flags."""
    return _names(cut(text))


def has_broken_placeholder(text: str) -> bool:
    """Return whether double brackets are left open, closed without being opened, or hold a line break."""
    return any("\n" in piece.name if isinstance(piece, Field | Flag) else _BRACES.search(piece) for piece in cut(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in place of their names, each as one line of plain text.

    Raises PlaceholderUnknown for a name without a value.
    """
    pieces = cut(text)
    unknown = [name for name in _names(pieces) if name not in values]
    if unknown:
        raise PlaceholderUnknown(unknown)
    return filled(pieces, values, escape=plain)


def fill_lines(text: str, values: Mapping[str, str]) -> str:
    """Fill a paragraph; a line that an empty value leaves blank goes, and so do blanks at line ends."""
    return "\n".join(line for line in map(str.rstrip, fill(text, values).split("\n")) if line)


def _names(pieces: Iterable[Piece]) -> tuple[str, ...]:
    asked = (piece for piece in pieces if not isinstance(piece, str))
    return tuple(dict.fromkeys(f"{one.name}??{one.text}" if isinstance(one, Flag) else one.name for one in asked))


def plain(value: str) -> str:
    """Return a value as one line of text: no control characters, single blanks, NFC."""
    kept = "".join(_VISIBLE.get(unicodedata.category(letter), letter) for letter in value)
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", kept)).strip()


def canonical(text: str) -> str:
    """Return the one spelling of a text that its hash is taken of."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def paragraphs_of(body: str) -> Paragraphs:
    """Return (heading, text) pairs; a paragraph that goes on under the same heading has an empty one."""
    found: list[tuple[str, str]] = []
    heading, lines = "", list[str]()
    for line in [*canonical(body).split("\n"), ""]:
        if line and not line.startswith(HEADING):
            lines.append(line)
            continue
        if lines:
            found.append((heading, "\n".join(lines)))
            heading, lines = "", []
        if line:
            heading = line.removeprefix(HEADING).strip()
    return tuple(found)


def summary_of(paragraphs: Paragraphs) -> tuple[tuple[str, ...], Paragraphs]:
    """Return the lines of the summary, and the paragraphs without it."""
    if not paragraphs or paragraphs[0][0] != SUMMARY:
        return (), paragraphs
    return tuple(paragraphs[0][1].split("\n")), paragraphs[1:]


def numbered(paragraphs: Sequence[tuple[str, str]]) -> Paragraphs:
    """Return the paragraphs with their headings counted from 1."""
    shown, number = list[tuple[str, str]](), 0
    for heading, text in paragraphs:
        number += bool(heading)
        shown.append((f"{number}. {heading}" if heading else "", text))
    return tuple(shown)


def document_text(
    *, title: str, edition: str, summary: Iterable[str], paragraphs: Iterable[tuple[str, str]], checkbox: str
) -> str:
    """Return the whole of a document as one canonical text, the box with its caption at the end."""
    parts = [title, edition, "\n".join(summary)]
    parts += [f"{heading}\n{text}" if heading else text for heading, text in paragraphs]
    if checkbox:
        parts.append(f"{BOX} {checkbox}")
    return canonical("\n\n".join(part for part in parts if part))


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes in hex."""
    return sha256(text.encode()).hexdigest()
