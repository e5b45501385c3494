"""Words by which people tell us to stop. Pure.

As of 30 November 2026. Whoever writes one of them within a short text means it: a no too many is taken back by one
press, a no that is passed over is a breach of the law (38-FZ art. 18 part 1).
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
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

OTHER_WORDS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("опишите", "опиши", "отпишу", "отпилите", "отпили"), frozenset({"меня", "нас"})),
    **dict.fromkeys(
        ("описка", "отписки", "отписку", "отписке", "отпискам", "отписках", "оказываюсь"), frozenset({"от"})
    ),
    **dict.fromkeys(("спишите", "лишите", "пилите", "впишите"), frozenset({"мне", "нам", "больше"})),
    **dict.fromkeys(("отпуска", "оттиска"), frozenset()),
}
"""Words in common use that a slip of ours would look like, and what behind them makes them the slip all the same.

«Опишите товар» is no stop, «опишите меня» is one. Alone in a text such a word stops too: nothing else is said there.
"""

INDICATIVE: Final = frozenset({"пишете", "присылаете"})
"""Forms of «пишите» and «присылайте» that differ by the letter people mistake most: «не пишете мне больше»."""
ASKING: Final = frozenset({"почему", "зачем", "отчего", "чего", "разве", "неужели"})
YOU: Final = "вы"
DEMANDING: Final = frozenset({"больше", "никогда", "впредь", "пожалуйста", "прошу", "хватит"})

_SENTENCE: Final = re.compile(r"[^.!?]+[.!?]*")

_PHRASES: Final = tuple(tuple(phrase.split()) for phrase in STOP_PHRASES)


def is_stop(text: str) -> bool:
    """Return whether a short text demands to stop, in any case, with any punctuation and small slips of spelling.

    What may be a slip or another word counts as a slip where the text leaves it open: a no too many is taken back.
    """
    words = words_of(text)
    if len(words) > MOST_WORDS:
        return False
    if any(_stands_at(words, at, phrase) for phrase in _PHRASES for at in range(len(words) - len(phrase) + 1)):
        return True
    return any(_is_misspelt_demand(sentence) for sentence in _SENTENCE.findall(text))


def _stands_at(words: Sequence[str], at: int, phrase: Sequence[str]) -> bool:
    """Return whether ``phrase`` stands there; of a word that is another one too its neighbour decides."""
    end = at + len(phrase)
    found = words[at:end]
    if not all(map(_is_meant, found, phrase)):
        return False
    others = [OTHER_WORDS[word] for word in found if word in OTHER_WORDS]
    is_alone, following = len(words) == len(phrase), set(words[end : end + 1])
    return is_alone or all(slip & following for slip in others)


def _is_meant(word: str, meant: str) -> bool:
    if word == meant:
        return True
    return len(meant) >= TOLERANT_FROM and word not in INDICATIVE and is_one_slip_away(word, meant)


def _is_misspelt_demand(sentence: str) -> bool:
    """Return whether «не пишете» of a sentence is meant as «не пишите».

    A question mark and «вы» speak for a question or a complaint («Вы не присылаете чек»), a word of asking before it
    twice so, a word of demanding against it. Where nothing tips the scales it is a stop: «не пишете мне».
    """
    words = words_of(sentence)
    for at, (word, form) in enumerate(pairwise(words)):
        if word == "не" and form in INDICATIVE:
            asking = 2 * (not ASKING.isdisjoint(words[:at])) + (YOU in words) + ("?" in sentence)
            demanding = int(not DEMANDING.isdisjoint(words))
            if asking <= demanding:
                return True
    return False
