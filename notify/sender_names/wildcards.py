"""Templates of texts as Russian operators write them, with places for words and numbers. Pure.

``%w`` is one word, whatever stands in it but a space (a link is a word); ``%w{1,5}`` one to five words with spaces
between them; ``%w+`` any number of words. ``%d``, ``%d{1,3}``, ``%d+`` are the same for numbers, which may hold dots,
commas and colons. All else, spaces and case too, must stand in the text as it stands in the template.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MOST_PLACES: Final = 20
"""Operators take no more."""
MOST_WORDS: Final = 50
LONGEST: Final = 1000

_PLACE: Final = re.compile(r"%([wd])(\+|\{(\d{1,3}),(\d{1,3})\})?")
_STRAY: Final = re.compile(r"%(?![wd])[A-Za-z]")
_BROKEN: Final = re.compile(r"%[wd]\{(?!\d{1,3},\d{1,3}\})")
_NUMBER: Final = frozenset("0123456789.,:")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text may differ: from ``least`` to ``most`` words, or numbers."""

    is_number: bool
    least: int = 1
    most: int = 1

    def takes(self, character: str) -> bool:
        """Return whether a character may stand in a word of it."""
        return character in _NUMBER if self.is_number else not character.isspace()


def template_problem(template: str) -> str:
    """Return what keeps a template from being kept, as a short word; empty when nothing does."""
    places = [piece for piece in _pieces(template) if isinstance(piece, Place)]
    if not template.strip():
        return "template_empty"
    if len(template) > LONGEST:
        return "template_long"
    if len(places) > MOST_PLACES:
        return "template_places"
    if _STRAY.search(template):
        return "template_unknown"
    if _BROKEN.search(template) or any(not 1 <= place.least <= place.most <= MOST_WORDS for place in places):
        return "template_range"
    return ""


def template_fits(template: str, text: str) -> bool:
    """Return whether a text is one that the template describes.

    Positions are followed all at once, so that no template takes longer than a fixed multiple of the text.
    """
    text = _plain(text)
    positions = {0}
    for piece in _pieces(_plain(template)):
        if isinstance(piece, Place):
            positions = _after_place(piece, text, positions)
        else:
            positions = {at + len(piece) for at in positions if text.startswith(piece, at)}
        if not positions:
            return False
    return len(text) in positions


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _pieces(template: str) -> Iterator[str | Place]:
    end = 0
    for found in _PLACE.finditer(template):
        if found.start() > end:
            yield template[end : found.start()]
        least, most = 1, 1
        if found[2] == "+":
            most = MOST_WORDS
        elif found[2]:
            least, most = int(found[3]), int(found[4])
        yield Place(found[1] == "d", least, most)
        end = found.end()
    if end < len(template):
        yield template[end:]


def _after_place(place: Place, text: str, starts: set[int]) -> set[int]:
    """Return the positions at which the place may end. A state is a position and the words read so far."""
    seen = {(at + 1, 1) for at in starts if at < len(text) and place.takes(text[at])}
    waiting = list(seen)
    while waiting:
        at, words = waiting.pop()
        for state in _steps(place, text, at, words):
            if state not in seen:
                seen.add(state)
                waiting.append(state)
    return {at for at, words in seen if words >= place.least}


def _steps(place: Place, text: str, at: int, words: int) -> Iterator[tuple[int, int]]:
    """Yield where one more character of this word ends, and the first one of the next word."""
    if at >= len(text):
        return
    if place.takes(text[at]):
        yield at + 1, words
    elif text[at] == " " and words < place.most and at + 1 < len(text) and place.takes(text[at + 1]):
        yield at + 2, words + 1
