"""Words of offers in a text: what looks like advertising whatever its author calls it. Pure.

The words are dated data, `offer_words.toml`. What is found is a hint for people: nothing is refused for it alone.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from consents.normalise.look_alikes import TO_CYRILLIC

_FILE: Final = Path(__file__).with_name("offer_words.toml")

_HIDDEN: Final = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACES: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Offer:
    found: re.Pattern[str]
    unless: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class OfferWords:
    """The list, and the day on which somebody last compared it with the practice of the authority."""

    checked: date
    offers: tuple[_Offer, ...]


@cache
def offer_words() -> OfferWords:
    """Read the list once in the life of a process."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return OfferWords(
        checked=data["checked"],
        offers=tuple(
            _Offer(found=_whole(row["found"]), unless=tuple(_whole(words) for words in row.get("unless", ())))
            for row in data["offer"]
        ),
    )


def offers_found(*texts: str) -> tuple[str, ...]:
    """Return the words of offers in texts, each once, in the order of the texts; empty when there are none."""
    found: dict[str, None] = {}
    for text in texts:
        plain = _plain(text)
        # «cкидка» with a Latin c is a discount too.
        for written in (plain, plain.translate(TO_CYRILLIC)):
            found |= dict.fromkeys(words for _, words in sorted(_in_text(written)))
    return tuple(found)


def _in_text(text: str) -> Iterator[tuple[int, str]]:
    for offer in offer_words().offers:
        excused = [match.span() for unless in offer.unless for match in unless.finditer(text)]
        for match in offer.found.finditer(text):
            if not any(start <= match.start() and match.end() <= end for start, end in excused):
                yield match.start(), match[0].strip()


def _plain(text: str) -> str:
    """Return a text as the list writes its words; letters that do not show are left out."""
    shown = _HIDDEN.sub("", unicodedata.normalize("NFKC", text)).lower().replace("ё", "е")
    return _SPACES.sub(" ", shown)


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")
