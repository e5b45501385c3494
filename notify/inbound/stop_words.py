"""Words by which people tell a bot to stop. Pure.

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

_WORD: Final = re.compile(r"[^\W_]+")
_PHRASES: Final = tuple(tuple(phrase.split()) for phrase in STOP_PHRASES)


def is_stop(text: str) -> bool:
    """Return whether a short text demands to stop, in any case and with any punctuation."""
    words = tuple(_WORD.findall(text.casefold().replace("ё", "е")))
    if len(words) > MOST_WORDS:
        return False
    return any(words[at : at + len(phrase)] == phrase for phrase in _PHRASES for at in range(len(words)))
