"""Rows of a table that are no customers: sums, captions, signatures, headings repeated, numbers of columns. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from consents.importing.words import heading_key

_WORDS: Final = re.compile(
    r"(?:общий |общее |grand |sub ?)?(?:итог\w*|всего|total\w*|sum|сумма|подитог)\b"
    r"|(?:исполнител|ответственн|составил|подготовил|руководител|директор|бухгалтер|гл бухгалтер|главный бухгалтер"
    r"|утвержда|проверил|менеджер|подпис|дата (?:выгрузки|формирования|отчета|печати)|выгру[жз]|сформирован|отчет"
    r"|период|страница|стр|лист \d|конец|примечани|количество|кол во|число (?:клиентов|записей|строк)|записей|строк"
    r"|page \d|generated|exported|report|count|rows?\b|end of|м п\b)\w*",
)
_SENTENCE: Final = re.compile(r"\w[\w.]*:|.*[^\W\d_]{2,}\s+.*[^\W\d_]{2,}")
"""A colon behind a word, or two words: no customer's number looks so."""


class Furniture:
    """Knows the rows of one file that are no customers. To be asked about a row that has no contact alone."""

    def __init__(self, headings: Sequence[str], number_column: int) -> None:
        self._keys = [heading_key(heading) for heading in headings]
        self._number_column = number_column

    def holds(self, cells: Sequence[str]) -> bool:
        """Return whether a row without a contact is part of the table rather than a customer."""
        filled = [cell.strip() for cell in cells if cell.strip()]
        if not filled:
            return True
        if self._repeats_headings(cells) or _counts_columns(filled):
            return True
        number = cells[self._number_column].strip() if self._number_column < len(cells) else ""
        if _WORDS.match(heading_key(filled[0])):
            return True
        return _SENTENCE.match(number) is not None

    def _repeats_headings(self, cells: Sequence[str]) -> bool:
        same = [key for key, cell in zip(self._keys, cells, strict=False) if key and heading_key(cell) == key]
        return len(same) >= min(2, sum(map(bool, self._keys)))


def _counts_columns(filled: Sequence[str]) -> bool:
    """Return whether the cells are 1, 2, 3 and so on: the numbers of the columns under the headings."""
    return len(filled) > 1 and list(filled) == [str(number) for number in range(1, len(filled) + 1)]
