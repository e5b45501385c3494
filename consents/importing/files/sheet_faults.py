"""What python-calamine does not tell of a sheet.

An error and a formula that was never computed, which it reads as empty cells; a row that is hidden; a number that is
shown with zeros before it. A sheet is read from its beginning to its end, row by row, in flat memory.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from consents.errors import FileRefused
from consents.importing.files.number_formats import NumberFormat
from consents.importing.files.sheet_errors import UNKNOWN
from consents.importing.files.sheet_package import Handlers, Package
from consents.importing.files.xlsb_faults import xlsb_errors

ROWS_LIMIT: Final = 1_048_576
COLUMNS_LIMIT: Final = 200
_HIDDEN_AT_ONCE: Final = 10_000
"""Hidden rows that one element stands for: more of them are the empty rest of a sheet."""
UNCOMPUTED: Final = "#FORMULA!"

Row = tuple[int, list[str]]
"""Number of a row and its cells as text."""


class RowMarks(NamedTuple):
    """Number of a row, what a person sees in its cells in place of what is read, by column from 0, and more about it.

    ``spans``: the last row of a merged range that begins here, by its column.
    """

    number: int
    shown: dict[int, str]
    is_hidden: bool = False
    spans: Mapping[int, int] = {}


class _Scan(Handlers):
    """What sheets of both kinds have in common: the marked rows so far, and the text of a cell that is wanted."""

    def __init__(self) -> None:
        self.found: list[RowMarks] = []
        self._row = 0
        self._column = 0
        self._faults: dict[int, str] = {}
        self._is_hidden = False
        self._text: list[str] = []
        self._reading = False

    def characters(self, text: str) -> None:
        if self._reading:
            self._text.append(text)


class _XlsxScan(_Scan):
    """Reads the cells of an XLSX; refuses rows and cells that do not come in order, or lie outside."""

    def __init__(self, formats: Mapping[str, NumberFormat]) -> None:
        super().__init__()
        self._formats = formats
        self._format: NumberFormat | None = None
        self._kind = ""
        self._wanted = self._is_formula = self._has_value = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "t"):
            self._reading, self._has_value = self._wanted, True
        elif name == "row":
            self._begin_row(attributes)
        elif name == "f":
            self._is_formula = self._wanted = True
        elif ":" in name:
            self.start(name.rpartition(":")[2], attributes)

    def end(self, name: str) -> None:
        if name == "c":
            if self._wanted:
                self._end_cell("".join(self._text).strip())
        elif name in ("v", "t"):
            self._reading = False
        elif name == "row":
            if self._faults or self._is_hidden:
                self.found.append(RowMarks(self._row, self._faults, self._is_hidden))
        elif name == "sheetData":
            self.done = True
        elif ":" in name:
            self.end(name.rpartition(":")[2])

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r") or self._row + 1)
        if number > ROWS_LIMIT:
            raise FileRefused("rows_too_many")
        if number <= self._row:
            raise FileRefused("file_broken")
        self._row, self._column, self._faults = number, 0, {}
        self._is_hidden = attributes.get("hidden") in ("1", "true")

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        letters = attributes.get("r", "").rstrip("0123456789")
        column = _column_number(letters) if letters else self._column + 1
        if column <= self._column:
            raise FileRefused("file_broken")
        self._column, self._kind = column, attributes.get("t") or ""
        self._is_formula = self._has_value = False
        self._format = self._formats.get(attributes.get("s", "")) if self._formats and self._kind in ("", "n") else None
        self._wanted = self._kind == "e" or column > COLUMNS_LIMIT or self._format is not None
        if self._text:
            self._text.clear()

    def _end_cell(self, text: str) -> None:
        if self._column > COLUMNS_LIMIT:
            if text or self._is_formula:
                raise FileRefused("columns_too_many")
        elif self._kind == "e":
            self._faults[self._column - 1] = text or UNKNOWN
        # A text that a formula found to be empty has an empty value, not none.
        elif self._is_formula and not text and not (self._kind == "str" and self._has_value):
            self._faults[self._column - 1] = UNCOMPUTED
        elif self._format and (shown := self._format.shown(text)):
            self._faults[self._column - 1] = shown


class _OdsScan(_Scan):
    """Reads the cells of one table of an ODS, where one element may stand for many cells or rows."""

    def __init__(self, table: str) -> None:
        super().__init__()
        self._table = table
        self._inside = False
        self._rows = self._columns = 1
        self._fault = ""
        self._is_number = False
        self._spans: dict[int, int] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "table":
            self._inside = attributes.get("table:name") == self._table
        elif self._inside and name == "table-row":
            self._rows, self._column = int(attributes.get("table:number-rows-repeated", 1)), 0
            self._is_hidden = attributes.get("table:visibility") in ("collapse", "filter")
        elif self._inside and name in ("table-cell", "covered-table-cell"):
            self._columns = int(attributes.get("table:number-columns-repeated", 1))
            is_error = attributes.get("calcext:value-type") == "error"
            self._is_number = attributes.get("office:value-type") == "float"
            self._reading = is_error or self._is_number
            is_bare = "table:formula" in attributes and "office:value-type" not in attributes
            self._fault = UNKNOWN if is_error else UNCOMPUTED if is_bare else ""
            if (rows := int(attributes.get("table:number-rows-spanned", 1))) > 1:
                self._spans[self._column] = self._row + rows
            self._text.clear()

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "table":
            self.done, self._inside = self.done or self._inside, False
        elif self._inside and name == "table-row":
            is_marked = self._faults or self._spans or (self._is_hidden and self._rows < _HIDDEN_AT_ONCE)
            for row in range(self._row, min(self._row + self._rows, ROWS_LIMIT) if is_marked else self._row):
                self.found.append(RowMarks(row + 1, self._faults, self._is_hidden, self._spans))
            self._row, self._faults, self._spans = self._row + self._rows, {}, {}
        elif self._inside and name in ("table-cell", "covered-table-cell"):
            text = "".join(self._text).strip() if self._reading else ""
            if self._is_number and len(text) > 1 and text.isdigit() and text.startswith("0"):
                self._fault = text
            if self._fault:
                text = text if text.startswith("#") else self._fault
                columns = range(self._column, min(self._column + self._columns, COLUMNS_LIMIT))
                self._faults |= dict.fromkeys(columns, text)
            self._column, self._reading, self._fault = self._column + self._columns, False, ""


def xlsx_faults(package: Package, part: str) -> Iterator[RowMarks]:
    """Yield the rows of a sheet that something must be said of, in their order.

    Raises FileRefused: file_broken, rows_too_many, columns_too_many, each before the first row below it is given.
    """
    return _found(package, part, _XlsxScan(package.number_formats()))


def ods_faults(package: Package, table: str) -> Iterator[RowMarks]:
    """Yield the same of a table of an ODS."""
    return _found(package, "content.xml", _OdsScan(table))


def xlsb_faults(package: Package, part: str) -> Iterator[RowMarks]:
    """Yield the same of a sheet of an XLSB. Raises FileRefused: file_broken."""
    return (RowMarks(*marks) for marks in xlsb_errors(package.content(part)))


def _found(package: Package, part: str, scan: _Scan) -> Iterator[RowMarks]:
    for _piece in package.parsed(part, scan):
        yield from scan.found
        scan.found.clear()
    yield from scan.found


@lru_cache(maxsize=1 << 15)
def _column_number(letters: str) -> int:
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        raise FileRefused("file_broken")
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
