"""Refusals that a file holds in whatever column: found by headings and values, their meanings confirmed by a person."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Final, NamedTuple

from consents.errors import MappingIncomplete
from consents.importing.judging.mapping import Columns, ImportField, opt_out_guessed
from consents.importing.words import OptOut, Question, heading_key, opt_out_read, question_of, speaks_of_refusal
from consents.normalise import EMPTY

Meanings = Mapping[str, Mapping[str, str]]
"""Column as a text -> value in lower case -> meaning, as JSON keeps it."""
MEANINGS: Final = (OptOut.ALL, OptOut.ADVERTISING, OptOut.NO)
"""The meanings that a person can give a value."""
VALUES_SHOWN: Final = 30
VALUE_LENGTH: Final = 60
"""A longer text is no word of a list but a note, which may hold personal data: it is read by the rule."""

_WIDE: Final = 200
"""Distinct values beyond which a column is no list of words."""
_REMEMBERED: Final = 10_000
_STEMS: Final = (
    "отказ", "отпис", "запре", "черн", "чёрн", "чс", "стоп", "жал", "спам", "отоз", "блок", "отклон", "не ", "не-",
    "нельзя", "больше", "перест", "прекра", "хватит", "нет ", "бан", "убер", "убра", "снят", "исключ", "удал", "отключ",
    "unsub", "bounce", "opt", "not", "don", "dnc", "stop", "spam", "complain",
    "black", "block", "refus", "declin", "revoke", "withdraw", "suppress", "cleaned", "no ",
    "denied", "ban", "remove",
)  # fmt: skip
"""One of them is in every word that `speaks_of_refusal` knows; most columns hold none, and need no closer look."""
_NOT_ASKED: Final = (
    ImportField.EXTERNAL_ID, ImportField.NAME, ImportField.LAST_NAME, ImportField.FIRST_NAME, ImportField.MIDDLE_NAME,
    ImportField.PHONE, ImportField.OTHER_PHONE, ImportField.EMAIL, ImportField.OTHER_EMAIL,
)  # fmt: skip
"""«Нет» in a column of these is no answer, whatever the heading asks; words of a refusal count there too."""


class RefusalColumn(NamedTuple):
    """One column that is read for refusals, and what its values mean where a person has said so."""

    column: int
    question: Question
    meanings: Mapping[str, str]

    def read(self, cell: str) -> OptOut | None:
        """Return what a cell says, None where it says nothing."""
        key = value_key(cell)
        if key in EMPTY:
            return None
        if key in self.meanings:
            return OptOut(self.meanings[key])
        if self.question.is_asked:
            return opt_out_read(cell, self.question)
        return OptOut.ALL if speaks_of_refusal(cell) else None


class RefusalTally:
    """Counts the values of a file that may be refusals, in flat memory."""

    def __init__(self, headings: Sequence[str], mapping: Columns) -> None:
        plain = {mapping[field.value] for field in _NOT_ASKED if field.value in mapping}
        speaks = lru_cache(maxsize=_REMEMBERED)(speaks_of_refusal)
        self._columns = [
            _Column(column_question(heading, is_plain=column in plain), speaks)
            for column, heading in enumerate(headings)
        ]

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Count the cells of some rows."""
        for column, cells in zip(self._columns, zip_longest(*rows, fillvalue=""), strict=False):
            column.add(cells)

    def found(self) -> dict[str, list[list[str | int]]]:
        """Return the columns that hold refusals with their commonest values: column -> value and count."""
        return {str(place): column.listed() for place, column in enumerate(self._columns) if column.may_refuse()}


class _Column:
    """The values of one column: all of them while they are few, then those alone that speak of a refusal."""

    def __init__(self, question: Question, speaks: Callable[[str], bool]) -> None:
        self._question = question
        self._speaks = speaks
        self._counts: Counter[str] = Counter()
        self._is_wide = False

    def add(self, cells: Sequence[str]) -> None:
        if not self._is_wide:
            self._counts.update(cells)
            if len(self._counts) > _WIDE:
                self._is_wide = True
                self._counts = Counter({cell: n for cell, n in self._counts.items() if self._speaks(cell)})
        elif self._may_speak(cells) and len(self._counts) <= _REMEMBERED:
            self._counts.update(cell for cell in cells if self._speaks(cell))

    def may_refuse(self) -> bool:
        """Return whether a value is a refusal, or cannot be told from one under a heading that speaks of refusals."""
        if not self._question.is_asked:
            return any(map(self._speaks, self._counts))
        answers = {opt_out_read(cell, self._question) for cell in self._counts if value_key(cell) not in EMPTY}
        unsure = self._is_wide or OptOut.UNCLEAR in answers
        return bool(answers & {OptOut.ALL, OptOut.ADVERTISING}) or (unsure and not self._question.by_no)

    def listed(self) -> list[list[str | int]]:
        """Return the commonest values with their counts; spellings of one value are one."""
        spelled: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for cell, count in self._counts.items():
            key = value_key(cell)
            if key not in EMPTY and len(key) <= VALUE_LENGTH:
                counts[spelled.setdefault(key, cell.strip())] += count
        return [[value, count] for value, count in counts.most_common(VALUES_SHOWN)]

    @staticmethod
    def _may_speak(cells: Sequence[str]) -> bool:
        text = "\n".join(set(cells)).lower().replace("_", " ")
        return any(stem in text for stem in _STEMS)


def value_key(cell: str) -> str:
    """Return a value in the form by which its meaning is kept."""
    return cell.strip().lower()


def column_question(heading: str, *, is_plain: bool = False) -> Question:
    """Return what a heading asks; ``is_plain``: its column holds something else, so that words alone count."""
    question = question_of(heading_key(heading))
    return question._replace(is_asked=False) if is_plain else question


def meanings_check(meanings: Meanings, width: int) -> None:
    """Raise MappingIncomplete unless each column exists and each value has a meaning that there is.

    Reasons: mapping_outside, meaning_unknown.
    """
    if any(not column.isdecimal() or int(column) >= width for column in meanings):
        raise MappingIncomplete("mapping_outside")
    if any(meaning not in MEANINGS for values in meanings.values() for meaning in values.values()):
        raise MappingIncomplete("meaning_unknown")


def columns_asked(headings: Sequence[str], mapping: Columns, found: Mapping[str, object]) -> list[int]:
    """Return the columns whose meaning a person must say: those found, but for a heading that means nothing else."""
    chosen = mapping.get(ImportField.OPT_OUT.value)
    sure = chosen is not None and not opt_out_guessed(headings, mapping)
    return [int(column) for column in found if not (sure and int(column) == chosen)]


def refusal_columns(
    headings: Sequence[str], mapping: Columns, found: Mapping[str, object], meanings: Meanings | None
) -> Iterator[RefusalColumn]:
    """Yield the columns that are read for refusals: those a person named, or until then all that were found."""
    plain = {mapping[field.value] for field in _NOT_ASKED if field.value in mapping}
    chosen = mapping.get(ImportField.OPT_OUT.value)
    named = {int(column) for column in (found if meanings is None else meanings)}
    for column in sorted(named | ({chosen} if chosen is not None else set())):
        question = column_question(headings[column], is_plain=column in plain)
        if column == chosen:
            question = question._replace(is_asked=True)
        yield RefusalColumn(column, question, (meanings or {}).get(str(column), {}))
