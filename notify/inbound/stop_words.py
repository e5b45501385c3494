"""Words by which people tell us to stop. Pure.

As of 30 November 2026. Whoever writes one of them within a short text means it: a no too many is taken back by one
press, a no that is passed over is a breach of the law (38-FZ art. 18 part 1).
"""

from typing import Final

from notify.spelling import is_one_slip_away, words_of

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

_PHRASES: Final = tuple(tuple(phrase.split()) for phrase in STOP_PHRASES)


def is_stop(text: str) -> bool:
    """Return whether a short text demands to stop, in any case, with any punctuation and small slips of spelling."""
    words = words_of(text)
    if len(words) > MOST_WORDS:
        return False
    return any(
        len(words) - at >= len(phrase) and all(map(_is_meant, words[at : at + len(phrase)], phrase))
        for phrase in _PHRASES
        for at in range(len(words))
    )


def _is_meant(word: str, meant: str) -> bool:
    if word == meant:
        return True
    return len(meant) >= TOLERANT_FROM and is_one_slip_away(word, meant)
