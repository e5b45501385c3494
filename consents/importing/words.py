"""Words that people write into cells instead of values."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

OTHER_MESSENGER: Final = "other"

NOTHING: Final = frozenset(
    (
        "", "-", "--", "—", "–", ".", "нет", "no", "none", "null", "nan", "n/a", "na", "н/д", "нд", "#n/a", "#н/д",
        "не указан", "не указано", "не указана", "отсутствует", "пусто", "нет данных", "unknown", "неизвестно",
    )
)  # fmt: skip


class OptOut(StrEnum):
    """What a cell of the column of refusals says."""

    ALL = "all"
    ADVERTISING = "advertising"
    NO = "no"
    UNCLEAR = "unclear"


_REFUSED: Final = frozenset(
    (
        "да", "yes", "y", "true", "истина", "1", "+", "x", "х", "v", "отказ", "отказался", "отказалась", "отписан",
        "отписана", "отписался", "отписалась", "opt-out", "optout", "unsubscribed",
    )
)  # fmt: skip
_REFUSED_ALL: Final = frozenset(("стоп", "stop", "все", "all", "полный", "не беспокоить"))
_REFUSED_ADVERTISING: Final = frozenset(
    ("реклама", "от рекламы", "отказ от рекламы", "только реклама", "рассылка", "ads", "advertising", "marketing")
)
_NOT_REFUSED: Final = frozenset(
    ("нет", "no", "n", "false", "ложь", "0", "-", "—", "–", "не отказывался", "не отказывалась", "none", "null")
)
_APART: Final = re.compile(r"\s*(?:[,;/+&|]|\bи\b|\band\b)\s*")


_ADVERTISING_ONLY: Final = re.compile(r"(?!.*(?:сообщ|рассыл|всех|message))(?=.*(?:реклам|маркетинг|advert|marketing))")


def refusal_of(heading: str) -> OptOut:
    """Give what a «да» under this heading refuses: «Отказ от рекламы» leaves service messages alone."""
    return OptOut.ADVERTISING if _ADVERTISING_ONLY.match(heading.lower()) else OptOut.ALL


def opt_out_read(cell: str, plain: OptOut = OptOut.ALL) -> OptOut:
    """Read a refusal. Whatever is not a clear «нет» stops messages: a date, a name, a note."""
    word = cell.strip().lower().rstrip(".!")
    if word in _REFUSED:
        return plain
    if word in _REFUSED_ALL:
        return OptOut.ALL
    if word in _REFUSED_ADVERTISING:
        return OptOut.ADVERTISING
    return OptOut.NO if word in _NOT_REFUSED or not word else OptOut.UNCLEAR


def messengers_read(cell: str, known: Mapping[str, str]) -> tuple[str, str]:
    """Give the code of the messenger that a cell names and a doubt (may be empty). No messenger is an empty code."""
    word = cell.strip().lower()
    if word in NOTHING:
        return "", ""
    if word in known:
        return known[word], ""
    codes = [known[part] for part in _APART.split(word) if part in known]
    if not codes:
        return OTHER_MESSENGER, "messenger_unknown"
    return codes[0], "messenger_several" if len(set(codes)) > 1 else ""
