"""Stems of Russian words, so that «заказа», «заказу» and «заказов» are one word. Pure.

Endings of the Russian stemmer of Snowball (snowballstem.org, steps 1, 2 and the last of 4), from the longest on. What
precedes the first vowel is never cut. A word of other letters is its own stem.
"""

import re
from typing import Final

_CYRILLIC: Final = re.compile(r"[а-я]{3,}")
_BEGINNING: Final = re.compile(r"[^аеиоуыэюя]*[аеиоуыэюя]")

_GERUND: Final = re.compile(r"(?:(?:ивши|ывши|ив|ыв)(?:сь)?|(?<=[ая])(?:вши|в)(?:сь)?)$")
_REFLEXIVE: Final = re.compile(r"с[яь]$")
_ADJECTIVE: Final = re.compile(
    r"(?:ивш|ывш|ующ|(?<=[ая])(?:ем|нн|вш|ющ|щ))?"
    r"(?:ими|ыми|его|ого|ему|ому|ее|ие|ые|ое|ей|ий|ый|ой|ем|им|ым|ом|их|ых|ую|юю|ая|яя|ою|ею)$"
)
_VERB: Final = re.compile(
    r"(?:ейте|уйте|ила|ыла|ена|ите|или|ыли|ило|ыло|ено|ует|уют|ены|ить|ыть|ишь|ей|уй|ил|ыл|им|ым|ен|ят|ит|ыт|ую|ю"
    r"|(?<=[ая])(?:ете|йте|ешь|нно|ла|на|ли|ем|ло|но|ет|ют|ны|ть|й|л|н))$"
)
_NOUN: Final = re.compile(
    r"(?:иями|ями|ами|ией|иям|ием|иях|ев|ов|ие|ье|еи|ии|ей|ой|ий|ям|ем|ам|ом|ах|ях|ию|ью|ия|ья|а|е|и|й|о|у|ы|ь|ю|я)$"
)
_LAST: Final = re.compile(r"ь$|(?<=н)н$")


def stem(word: str) -> str:
    """Return the stem of a word in small letters without «ё»."""
    if not _CYRILLIC.fullmatch(word):
        return word
    beginning = _BEGINNING.match(word)
    if beginning is None:
        return word
    at = beginning.end()
    # One letter before the part that is cut, for endings that ask for the letter before them.
    return word[: at - 1] + _LAST.sub("", _without_ending(word[at - 1 :], 1).removesuffix("и"))


def _without_ending(part: str, kept: int) -> str:
    """Return ``part`` without its ending; the first ``kept`` letters stay whatever they look like."""
    shorter = _cut(_GERUND, part, kept)
    if shorter != part:
        return shorter
    part = _cut(_REFLEXIVE, part, kept)
    for ending in (_ADJECTIVE, _VERB, _NOUN):
        shorter = _cut(ending, part, kept)
        if shorter != part:
            return shorter
    return part


def _cut(ending: re.Pattern[str], part: str, kept: int) -> str:
    found = ending.search(part, kept)
    return part if found is None else part[: found.start()]
