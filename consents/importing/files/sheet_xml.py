"""Readers of the parts of a workbook: handlers of expat that hold one row, one cell and no tree."""

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from consents.errors import FileRefused
from consents.importing.files.shared_strings import SharedStrings

ROWS_LIMIT: Final = 1_048_576
COLUMNS_LIMIT: Final = 200
EXACT_DIGITS: Final = 15
CELL_LIMIT: Final = 32_767
"""Characters of a cell in Excel itself."""

_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

Row = tuple[int, list[str]]


class Reader:
    """What a part's handlers have in common: a bounded text, and readings of Japanese text left out."""

    def __init__(self) -> None:
        self.done = False
        self._parts: list[str] = []
        self._length = 0
        self._reading = False
        self._skip = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        if name in ("v", "t"):
            self._reading = not self._skip
        elif name == "rPh":
            self._skip = True
        else:
            self.start_other(name, attributes)

    def end(self, name: str) -> None:
        """End an element."""
        if name in ("v", "t"):
            self._reading = False
        elif name == "rPh":
            self._skip = False
        else:
            self.end_other(name)

    def characters(self, text: str) -> None:
        """Take a piece of text, while one is being read."""
        if self._reading:
            self._length += len(text)
            if self._length > CELL_LIMIT:
                raise FileRefused("cell_too_long")
            self._parts.append(text)

    def start_other(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element that holds no text itself."""

    def end_other(self, name: str) -> None:
        """End an element that holds no text itself."""

    def _clear(self) -> None:
        self._parts, self._length = [], 0


class ListReader(Reader):
    """Collects the attributes of every element of one name."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self._wanted = wanted

    def start_other(self, name: str, attributes: dict[str, str]) -> None:
        """Keep the attributes of a wanted element."""
        if name == self._wanted:
            self.found.append(attributes)


class StringsReader(Reader):
    """Writes the shared strings down in their order."""

    def __init__(self, strings: SharedStrings) -> None:
        super().__init__()
        self._strings = strings

    def start_other(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - the shape of the handler
        """Begin a string."""
        if name == "si":
            self._clear()

    def end_other(self, name: str) -> None:
        """Store a whole string."""
        if name == "si":
            self._strings.append("".join(self._parts))


class SheetReader(Reader):
    """Turns the cells of a sheet into rows of text."""

    def __init__(self, strings: SharedStrings) -> None:
        super().__init__()
        self._strings = strings
        self._rows: list[Row] = []
        self._cells: list[str] = []
        self._number = 0
        self._column = 0
        self._kind = "n"

    def taken(self) -> list[Row]:
        """Return the rows that are whole, once."""
        rows, self._rows = self._rows, []
        return rows

    def start_other(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a row or a cell."""
        if name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            self._begin_row(attributes)

    def end_other(self, name: str) -> None:
        """Keep a whole cell or row; all that comes after the cells is of no interest."""
        if name == "c":
            self._cells[self._column - 1] = self._value("".join(self._parts))
        elif name == "row":
            self._end_row()
        elif name == "sheetData":
            self.done = True

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r") or self._number + 1)
        if number > ROWS_LIMIT:
            raise FileRefused("rows_too_many")
        if number <= self._number:
            raise FileRefused("file_broken")
        self._number, self._column, self._cells = number, 0, []

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = _REFERENCE.fullmatch(attributes.get("r") or "")
        column = _column_number(reference[1]) if reference else self._column + 1
        if column > COLUMNS_LIMIT:
            raise FileRefused("columns_too_many")
        if column <= self._column:
            raise FileRefused("file_broken")
        self._cells.extend([""] * (column - len(self._cells)))
        self._column, self._kind = column, attributes.get("t") or "n"
        self._clear()

    def _end_row(self) -> None:
        cells = self._cells
        while cells and not cells[-1]:
            cells.pop()
        self._rows.append((self._number, cells))

    def _value(self, text: str) -> str:
        if not text:
            return ""
        if self._kind == "s":
            return self._strings[int(text)]
        if self._kind == "n":
            return number_text(text)
        return "1" if self._kind == "b" and text == "1" else text


def number_text(text: str) -> str:
    """Write a number of a cell the way a person would: 7.9161234567E10 is 79161234567; what is no number stays.

    A sheet keeps 15 digits of a number: a longer one has lost its last, so it stays in the form that says so.
    """
    if text.isdecimal():
        return text
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return text
    if not number.is_finite() or number.adjusted() >= EXACT_DIGITS or number.adjusted() < -40:
        return text
    whole = number.to_integral_value()
    return format(whole if whole == number else number.normalize(), "f")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
