"""Texts with ((placeholders)): pure, no database. No logic in a text, and a value is only ever plain text.

A body is a row of headed paragraphs: a line that begins with ``# `` is a heading, an empty line ends a paragraph.
The canonical text is what a hash is taken of: NFC, one ``\\n`` between lines, no blanks at line ends, one ``\\n`` last.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from consents.errors import PlaceholderUnknown

HEADING = "# "
BOX = "☐"

_PLACEHOLDER = re.compile(r"\(\(([^()\n]*)\)\)")
_BRACES = re.compile(r"\(\(|\)\)")
_BLANKS = re.compile(r"\s+")
_VISIBLE = {"Cc": " ", "Cf": "", "Cs": ""}
"""What becomes of control characters, invisible marks and halves of surrogate pairs."""

Paragraphs = tuple[tuple[str, str], ...]


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names that a text asks for, each once, in the order they are met."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def has_broken_placeholder(text: str) -> bool:
    """Tell whether double brackets are left open, or closed without being opened."""
    return bool(_BRACES.search(_PLACEHOLDER.sub("", text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in place of their names, in one pass: a value that looks like a placeholder stays what it is.

    Raises PlaceholderUnknown for a name without a value.
    """
    unknown = [name for name in placeholders(text) if name not in values]
    if unknown:
        raise PlaceholderUnknown(unknown)
    return _PLACEHOLDER.sub(lambda found: plain(values[found[1]]), text)


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


def numbered(paragraphs: Sequence[tuple[str, str]]) -> Paragraphs:
    """Return the paragraphs with their headings counted from 1."""
    shown, number = list[tuple[str, str]](), 0
    for heading, text in paragraphs:
        number += bool(heading)
        shown.append((f"{number}. {heading}" if heading else "", text))
    return tuple(shown)


def document_text(*, title: str, edition: str, paragraphs: Iterable[tuple[str, str]], checkbox: str) -> str:
    """Return the whole of a document as one canonical text, the box with its caption at the end."""
    parts = [title, edition]
    parts += [f"{heading}\n{text}" if heading else text for heading, text in paragraphs]
    if checkbox:
        parts.append(f"{BOX} {checkbox}")
    return canonical("\n\n".join(part for part in parts if part))


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes in hex."""
    return sha256(text.encode()).hexdigest()
