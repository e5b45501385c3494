"""Which phrase of a scenario a message fits: all its words, in any order and any form. Pure."""

from collections.abc import Iterable
from typing import Final

from notify.scenarios.stemming import stem
from notify.spelling import is_one_slip_away, words_of

MOST_WORDS: Final = 30
"""A longer message tells a story: a person reads it."""

TOLERANT_FROM: Final = 6
"""Letters of a stem from which one slip of spelling is let pass: «опиратор», «доставкка»."""


def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of the words of a text."""
    return tuple(stem(word) for word in words_of(text))


def fitting_phrase(phrases: Iterable[str], text: str) -> str:
    """Return the first of ``phrases`` that a message fits; empty where it fits none, or is too long to be a question.

    It fits when all words of the phrase occur in it, each in any of its forms.
    """
    said = stems_of(text)
    if len(said) > MOST_WORDS:
        return ""
    return next((phrase for phrase in phrases if stems_fit(stems_of(phrase), said)), "")


def stems_fit(meant: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """Return whether all words of a phrase occur in what was said; both are stems."""
    return bool(meant) and all(any(_is_meant(word, one) for word in said) for one in meant)


def _is_meant(word: str, meant: str) -> bool:
    if word == meant:
        return True
    # The first letter is seldom wrong, and numbers are never meant approximately.
    is_near = min(len(word), len(meant)) >= TOLERANT_FROM and meant.isalpha() and word[0] == meant[0]
    return is_near and is_one_slip_away(word, meant)
