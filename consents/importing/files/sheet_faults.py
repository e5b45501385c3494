"""What python-calamine reads as an empty cell of a sheet and is none: an error, and a formula that was never computed.

A sheet is read from its beginning to its end, row by row, in flat memory.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from consents.errors import FileRefused
from consents.importing.files.sheet_package import Handlers, Package

ROWS_LIMIT: Final = 1_048_576
COLUMNS_LIMIT: Final = 200
UNCOMPUTED: Final = "#FORMULA!"
UNKNOWN: Final = "#ERROR!"

Row = tuple[int, list[str]]
"""Number of a row and its cells as text."""
RowFaults = tuple[int, dict[int, str]]
"""Number of a row, and by column, from 0, what stands in its cells instead of a value."""


class _Scan(Handlers):
    """What sheets of both kinds have in common: the rows with faults so far, and the text of a cell that is wanted."""

    def __init__(self) -> None:
        self.found: list[RowFaults] = []
        self._row = 0
        self._column = 0
        self._faults: dict[int, str] = {}
        self._text: list[str] = []
        self._reading = False

    def characters(self, text: str) -> None:
        if self._reading:
            self._text.append(text)


class _XlsxScan(_Scan):
    """Reads the cells of an XLSX; refuses rows and cells that do not come in order, or lie outside."""

    def __init__(self) -> None:
        super().__init__()
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
            if self._faults:
                self.found.append((self._row, self._faults))
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

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        letters = attributes.get("r", "").rstrip("0123456789")
        column = _column_number(letters) if letters else self._column + 1
        if column <= self._column:
            raise FileRefused("file_broken")
        self._column, self._kind = column, attributes.get("t") or ""
        self._is_formula = self._has_value = False
        self._wanted = self._kind == "e" or column > COLUMNS_LIMIT
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


class _OdsScan(_Scan):
    """Reads the cells of one table of an ODS, where one element may stand for many cells or rows."""

    def __init__(self, table: str) -> None:
        super().__init__()
        self._table = table
        self._inside = False
        self._rows = self._columns = 1
        self._fault = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "table":
            self._inside = attributes.get("table:name") == self._table
        elif self._inside and name == "table-row":
            self._rows, self._column = int(attributes.get("table:number-rows-repeated", 1)), 0
        elif self._inside and name in ("table-cell", "covered-table-cell"):
            self._columns = int(attributes.get("table:number-columns-repeated", 1))
            self._reading = attributes.get("calcext:value-type") == "error"
            is_bare = "table:formula" in attributes and "office:value-type" not in attributes
            self._fault = UNKNOWN if self._reading else UNCOMPUTED if is_bare else ""
            self._text.clear()

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "table":
            self.done, self._inside = self.done or self._inside, False
        elif self._inside and name == "table-row":
            for row in range(self._row, min(self._row + self._rows, ROWS_LIMIT) if self._faults else self._row):
                self.found.append((row + 1, self._faults))
            self._row, self._faults = self._row + self._rows, {}
        elif self._inside and name in ("table-cell", "covered-table-cell"):
            if self._fault:
                text = "".join(self._text).strip()
                text = text if text.startswith("#") else self._fault
                columns = range(self._column, min(self._column + self._columns, COLUMNS_LIMIT))
                self._faults |= dict.fromkeys(columns, text)
            self._column, self._reading, self._fault = self._column + self._columns, False, ""


def xlsx_faults(package: Package, part: str) -> Iterator[RowFaults]:
    """Yield the rows of a sheet that hold an error or a formula without a value, in their order.

    Raises FileRefused: file_broken, rows_too_many, columns_too_many, each before the first row below it is given.
    """
    return _found(package, part, _XlsxScan())


def ods_faults(package: Package, table: str) -> Iterator[RowFaults]:
    """Yield the same of a table of an ODS."""
    return _found(package, "content.xml", _OdsScan(table))


def _found(package: Package, part: str, scan: _Scan) -> Iterator[RowFaults]:
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
