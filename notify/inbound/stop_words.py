"""Words by which people tell us to stop. Pure.

As of 30 November 2026. Whoever writes one of them within a short text means it: a no too many is taken back by one
press, a no that is passed over is a breach of the law (38-FZ art. 18 part 1).
"""

import re
from typing import Final

STOP_PHRASES: Final = (
    "стоп",
    "stop",
    "unsubscribe",
    "отписаться",
    "отпишите",
    "отпиши",
    "отписка",
    "отписываюсь",
    "отзываю согласие",
    "отзываю согласия",
    "отзываю все согласия",
    "отказываюсь",
    "не пишите",
    "не пиши",
    "не присылайте",
    "больше не присылать",
)
MOST_WORDS: Final = 20
"""A longer text tells a story: it is answered with the words that stop."""

TOLERANT_FROM: Final = 6
"""Letters of a word from which one wrong, missing, doubled or swapped letter is forgiven: «отписатся», «отпешите»."""

_WORD: Final = re.compile(r"[^\W_]+")
_PHRASES: Final = tuple(tuple(phrase.split()) for phrase in STOP_PHRASES)
_LOOK_ALIKES: Final = str.maketrans("aceopxyABCEHKMOPTXY", "асеорхуАВСЕНКМОРТХУ")
"""Latin letters that people type among Cyrillic ones: «CTOП»."""


def is_stop(text: str) -> bool:
    """Return whether a short text demands to stop, in any case, with any punctuation and small slips of spelling."""
    words = tuple(_plain(word) for word in _WORD.findall(text))
    if len(words) > MOST_WORDS:
        return False
    return any(
        len(words) - at >= len(phrase) and all(map(_is_meant, words[at : at + len(phrase)], phrase))
        for phrase in _PHRASES
        for at in range(len(words))
    )


def _plain(word: str) -> str:
    """Return a word without what does not matter: case, «ё», Latin letters within a Cyrillic word."""
    return (word if word.isascii() else word.translate(_LOOK_ALIKES)).casefold().replace("ё", "е")


def _is_meant(word: str, meant: str) -> bool:
    if word == meant:
        return True
    return len(meant) >= TOLERANT_FROM and _is_one_slip_away(word, meant)


def _is_one_slip_away(word: str, meant: str) -> bool:
    """Return whether one letter put in, left out, changed, or swapped with the next one makes the one of the other."""
    if abs(len(word) - len(meant)) > 1:
        return False
    start = next((at for at, (one, two) in enumerate(zip(word, meant, strict=False)) if one != two), None)
    if start is None:
        return True
    rest, expected = word[start:], meant[start:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return rest[1:] == expected[1:] or rest[1:] == expected or rest == expected[1:] or swapped == expected
