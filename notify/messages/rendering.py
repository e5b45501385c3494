"""Placeholders in texts that marketing writes: ``((имя))``, ``((ссылка))``, ``((признак??текст))``. Pure.

How a text is cut and filled is in `consents.placeholders`. An unknown name is refused when the text is saved.
"""

import html
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from consents.placeholders import PLACEHOLDER, Field, Flag, Piece, cut, filled
from notify.errors import HeaderRefused, TextRefused

FIELDS: Final = ("приветствие", "имя", "ссылка", "компания")
"""Printed as they are: a greeting, name of the person, their own link, short name of the company."""

HEADER_FIELDS: Final = ("приветствие", "имя", "компания")
"""A subject or a button is printed where a personal link has no business."""

FLAGS: Final = ("есть имя", "иностранный мессенджер", "контакт подтверждён")
_FLAGS_BEFORE: Final = {"закрытый мессенджер": "иностранный мессенджер"}
"""Flags of texts that were written under other names."""
"""``((признак??текст))`` prints its text when the flag holds for this person."""

UNNAMED: Final = "уважаемый клиент"
"""What ``((имя))`` prints when the file had no name."""

LINK_WORDS: Final = "ваша личная страница"
"""What the link of a letter is called inside the text."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_CONTROL_IN_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Values:
    """What one person's copy is filled with: fields by name, and the flags that hold."""

    fields: dict[str, str]
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Compiled:
    """A checked text, cut once and filled many times."""

    pieces: tuple[Piece, ...]

    @property
    def fields(self) -> frozenset[str]:
        """Return the names of the fields that the text prints."""
        return frozenset(piece.name for piece in self.pieces if isinstance(piece, Field))

    def render(self, values: Values, escape: Callable[[str], str] = str) -> str:
        """Fill the text. ``escape`` is applied to values, never to the text itself."""
        return filled(self.pieces, values.fields, flags=values.flags, escape=escape)


def _known(name: str) -> str:
    return " ".join(name.lower().replace("ё", "е").split())


def _name(written: str, names: Collection[str], problem: str) -> str:
    for name in names:
        if _known(name) == _known(written):
            return name
    raise TextRefused(problem=problem, name=written.strip())


def text_compile(text: str, *, fields: Collection[str] = FIELDS, flags: Collection[str] = FLAGS) -> Compiled:
    """Check and cut ``text``.

    Raises `TextRefused` with ``problem`` one of ``unknown_placeholder``, ``unknown_flag``, ``not_closed``,
    ``control_character`` and the ``name`` that is wrong.
    """
    if _CONTROL_IN_TEXT.search(text.replace("\r\n", "\n")):
        raise TextRefused(problem="control_character", name="")
    return Compiled(tuple(_checked(piece, fields, flags) for piece in cut(text)))


def _checked(piece: Piece, fields: Collection[str], flags: Collection[str]) -> Piece:
    """Return a piece by the name that we give it; a stray ``((`` is a placeholder that somebody forgot to close."""
    if isinstance(piece, Field):
        return Field(_name(piece.name, fields, "unknown_placeholder"))
    if isinstance(piece, Flag):
        written = _FLAGS_BEFORE.get(_known(piece.name), piece.name)
        return Flag(_name(written, flags, "unknown_flag"), piece.text)
    at = piece.find("((")
    if at >= 0:
        raise TextRefused(problem="not_closed", name=piece[at + 2 : at + 32].strip())
    return piece


def header_compile(text: str) -> Compiled:
    """Check and cut a text for a mail header. Raises `HeaderRefused` on a line break, else as `text_compile`."""
    return text_compile(header_check(text), fields=HEADER_FIELDS)


def header_check(value: str) -> str:
    """Return ``value``. Raises `HeaderRefused` if it holds CR, LF, NUL or another control character."""
    if _CONTROL.search(value):
        raise HeaderRefused
    return value


def html_source(text: str) -> str:
    """Return marketing's plain text as paragraphs of HTML, still with placeholders.

    Blank lines part paragraphs, single line breaks stay; ``((ссылка))`` becomes a link in words: a letter has a button
    as well, and an address of sixty characters says nothing. Markup is escaped.
    """
    escaped = html.escape(text.replace("\r\n", "\n").strip())
    linked = PLACEHOLDER.sub(_linked, escaped)
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", linked)]
    return "\n".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in paragraphs if part)


def _linked(match: re.Match[str]) -> str:
    if match.group(2) is None and _known(match.group(1)) == "ссылка":
        return f'<a href="((ссылка))">{LINK_WORDS}</a>'
    return match.group(0)
