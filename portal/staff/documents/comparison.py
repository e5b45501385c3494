"""What differs between two editions: paragraph by paragraph, and word by word inside those that were rewritten."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from consents.documents.rendering import BOX
from consents.types import RenderedDocument

Change = Literal["same", "del", "ins"]
_WORDS: Final = re.compile(r"\s+|[^\s]+")
ALIKE: Final = 0.4
"""Below this share of common words a paragraph counts as another one: a mixture of the two could not be read."""

LONGEST: Final = 4000
"""Words and blanks of a paragraph that is still compared word by word: the cost grows with their square."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a paragraph: kept, taken out or put in."""

    change: Change
    text: str


Pieces = tuple[Piece, ...]


def lines_of(document: RenderedDocument) -> list[str]:
    """Return a rendered edition as its paragraphs, without the line that names the edition."""
    texts = [f"{heading}\n{text}" if heading else text for heading, text in document.paragraphs]
    box = [f"{BOX} {document.checkbox}"] if document.checkbox else []
    return [document.title, *document.summary, *texts, *box]


def differences(old: Sequence[str], new: Sequence[str]) -> tuple[Pieces, ...]:
    """Return the paragraphs that are not the same in both, in the order of the new text."""
    found: list[Pieces] = []
    for tag, at, end, new_at, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            found.extend(_rewritten(old[at:end], new[new_at:new_end]))
    return tuple(found)


def _rewritten(old: Sequence[str], new: Sequence[str]) -> Iterator[Pieces]:
    """Pair paragraphs that resemble each other; yield the others as taken out and put in."""
    left = list(old)
    for text in new:
        at = next((at for at, other in enumerate(left) if _alike(other, text)), None)
        if at is None:
            yield (Piece("ins", text),)
            continue
        yield from ((Piece("del", one),) for one in left[:at])
        yield tuple(_pieces(_WORDS.findall(left[at]), _WORDS.findall(text)))
        left = left[at + 1 :]
    yield from ((Piece("del", one),) for one in left)


def _alike(old: str, new: str) -> bool:
    words = _WORDS.findall(old), _WORDS.findall(new)
    if max(map(len, words)) > LONGEST:
        return False
    matcher = SequenceMatcher(None, *words, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for tag, at, end, new_at, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[at:end]))
            continue
        if end > at:
            yield Piece("del", "".join(old[at:end]))
        if new_end > new_at:
            yield Piece("ins", "".join(new[new_at:new_end]))
