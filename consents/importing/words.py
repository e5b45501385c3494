"""Meanings of words in cells: nothing, and refusals."""

import re
from enum import StrEnum
from typing import Final, NamedTuple

NOTHING: Final = frozenset(
    (
        "", "-", "--", "—", "–", ".", "нет", "no", "none", "null", "nan", "n/a", "na", "н/д", "нд", "#n/a", "#н/д",
        "не указан", "не указано", "не указана", "отсутствует", "пусто", "нет данных", "unknown", "неизвестно",
    )
)  # fmt: skip


class OptOut(StrEnum):
    """The meanings of a cell of the column of refusals."""

    ALL = "all"
    ADVERTISING = "advertising"
    NO = "no"
    UNCLEAR = "unclear"


class Question(NamedTuple):
    """The meaning of the heading of a column of refusals: what a refusal stops, and whether «да» or «нет» is one."""

    refuses: OptOut
    by_no: bool


_YES: Final = frozenset(("да", "yes", "y", "true", "истина", "1", "+", "x", "х", "v"))
_NO: Final = frozenset(("нет", "no", "n", "false", "ложь", "0", "-", "—", "–", "none", "null"))
_REFUSED: Final = frozenset(
    (
        "отказ", "отказался", "отказалась", "отписан", "отписана", "отписался", "отписалась", "opt-out", "optout",
        "unsubscribed",
    )
)  # fmt: skip
_REFUSED_ALL: Final = frozenset(("стоп", "stop", "все", "all", "полный", "не беспокоить"))
_REFUSED_ADVERTISING: Final = frozenset(
    ("реклама", "от рекламы", "отказ от рекламы", "только реклама", "рассылка", "ads", "advertising", "marketing")
)
_NOT_REFUSED: Final = frozenset(("не отказывался", "не отказывалась"))

_ADVERTISING: Final = re.compile(r"реклам[аыуе]|рекламой|маркетинг\w*|advertising|adverts?|ads|marketing")
_ABOUT: Final = re.compile(
    r"отказ\w*|отпис\w*|запрет\w*|соглас\w*|разреш\w*|подписан\w*|есть|не|нет|без|от|на|получени[ея]"
    r"|opt|out|in|optout|unsubscribed?|subscribed|consent|permission|no|not|of|from|for|to"
)
"""Words beside advertising that widen a refusal to nothing else."""
_BY_NO: Final = re.compile(
    r"соглас|разреш|consent|permission|\bподписан|\bopt ?in\b|\bsubscribed\b"
    r"|\b(?:не|нет|без|not|no)\b (?:отказ|отпис|запрет|opt|unsubscr)"
)


def question_of(key: str) -> Question:
    """Return what a heading asks, given in the form of `heading_key`.

    «Отказ от рекламы» leaves service messages alone, «Отказ от рекламы и звонков» does not: only a heading that names
    nothing but advertising stops no more than that. «Согласие на рассылку» and «Не отписан» are refused with «нет».
    """
    others = [word for word in key.split() if not _ADVERTISING.fullmatch(word)]
    is_narrow = len(others) < len(key.split()) and all(_ABOUT.fullmatch(word) for word in others)
    refuses = OptOut.ADVERTISING if is_narrow else OptOut.ALL
    return Question(refuses, by_no=_BY_NO.search(key) is not None)


def opt_out_read(cell: str, question: Question) -> OptOut:
    """Return the refusal in a cell. A date, a name or a note stops messages too. Nothing is read as a consent."""
    word = cell.strip().lower().rstrip(".!")
    refusing, sparing = (_NO, _YES) if question.by_no else (_YES, _NO)
    if word in refusing or word in _REFUSED:
        return question.refuses
    if word in sparing or word in _NOT_REFUSED or not word:
        return OptOut.NO
    if question.by_no:
        # «Реклама» under «Согласие» names what was allowed.
        return OptOut.UNCLEAR
    if word in _REFUSED_ADVERTISING:
        return OptOut.ADVERTISING
    return OptOut.ALL if word in _REFUSED_ALL else OptOut.UNCLEAR
