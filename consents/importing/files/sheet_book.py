"""One sheet of an XLSX, XLSB, XLS or ODS as rows of text. Knows nothing of Django: it runs in `sheet_child`.

python-calamine reads the cells. It does not tell an error or a formula without a value from an empty cell: these come
from the sheet itself, by `sheet_faults` and `xls_faults`.
"""

import lzma
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Final
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from consents.errors import FileRefused
from consents.importing.files.sheet_errors import UNKNOWN
from consents.importing.files.sheet_faults import (
    COLUMNS_LIMIT,
    ROWS_LIMIT,
    Row,
    RowMarks,
    ods_faults,
    xlsb_faults,
    xlsx_faults,
)
from consents.importing.files.sheet_package import Package
from consents.importing.files.xls_faults import xls_faults

EXACT_DIGITS: Final = 15
_WHOLE: Final = 10**EXACT_DIGITS
CELL_LIMIT: Final = 32_767
"""Characters of a cell in Excel itself."""

_LINE_ENDS: Final = re.compile(r"[\r\n]+")
_BROKEN: Final = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    expat.ExpatError,
    EOFError,
    OSError,  # damaged bytes of bzip2
    RuntimeError,  # a part with a password, or packed in an unknown way
    ValueError,  # a number or a letter that is none
    LookupError,  # a part, a sheet or a sector that is named but absent
    struct.error,
)

_Marks = Callable[[int, str], Iterator[RowMarks]]
"""Of a sheet by its position in the book and its name."""
_HasValues = Callable[[str], bool]
"""Of a sheet by its name, where it can be told without loading the sheet."""
Facts = dict[str, object]
"""What is told of the book beside its rows, in the names of `workbook.BookFacts`."""


def book_rows(path: Path, *, sheet: str = "", tell: Callable[[Facts], None] = lambda _facts: None) -> Iterator[Row]:
    """Yield (row number in the sheet, cells as text) of the named sheet, else of the first visible one with a value.

    Rows without a value are left out, and so are empty cells at the end of a row. A number is written out, never as
    7.9E+10, unless it lost digits, and with the zeros before it that are shown; a date is 2026-11-29; a line break is a
    space; a merged range has its value in each of its rows; an error and a formula without a value start with a number
    sign. Raises FileRefused: file_broken, file_old_excel (which may be a password), what `Package` raises,
    sheet_missing, rows_too_many, columns_too_many, cell_too_long.
    """
    content = path.read_bytes()
    is_old = content.startswith(b"\xd0\xcf\x11\xe0")
    try:
        if is_old:
            tell({"kind": "xls"})
            yield from _sheet_rows(content, lambda position, _name: xls_faults(content, position), sheet, tell)
        else:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                yield from _archive_rows(Package(archive), content, sheet, tell)
    except _BROKEN as error:
        raise FileRefused("file_old_excel" if is_old else "file_broken") from error


def _archive_rows(package: Package, content: bytes, wanted: str, tell: Callable[[Facts], None]) -> Iterator[Row]:
    tell({"kind": "ods" if package.is_ods else "xlsb" if package.is_xlsb else "xlsx"})
    if package.is_ods:
        return _sheet_rows(content, lambda _position, name: ods_faults(package, name), wanted, tell)
    parts = package.sheets()
    renamed = package.renamed(content) or content
    if package.is_xlsb:
        return _sheet_rows(renamed, lambda _position, name: xlsb_faults(package, parts[name]), wanted, tell)
    return _sheet_rows(
        renamed,
        lambda _position, name: xlsx_faults(package, parts[name]),
        wanted,
        tell,
        lambda name: package.has_values(parts[name]),
    )


def _sheet_rows(
    content: bytes, marks_of: _Marks, wanted: str, tell: Callable[[Facts], None], has_values: _HasValues | None = None
) -> Iterator[Row]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    tables = {
        sheet.name: (position, sheet.visible == SheetVisibleEnum.Visible)
        for position, sheet in enumerate(book.sheets_metadata)
        if sheet.typ == SheetTypeEnum.WorkSheet
    }
    if wanted and wanted not in tables:
        raise FileRefused("sheet_missing")
    names = [wanted] if wanted else [name for name, (_position, is_visible) in tables.items() if is_visible]
    if not names:
        raise FileRefused("file_no_sheet")
    for name in names:
        marks = marks_of(tables[name][0], name)
        # Looked for before the sheet is loaded: what lies far outside would cost all the memory there is.
        first = next(marks, None)
        sheet = book.get_sheet_by_name(name)
        if sheet.end or (first and first.shown):
            tell({"sheet": name})
            rows = _Rows(sheet, first, marks)
            yield from rows.read()
            del sheet
            states = {}
            for other, (_position, is_visible) in tables.items():
                is_filled = other == name or _is_filled(book, other, has_values)
                states[other] = _state(is_read=other == name, is_visible=is_visible, is_filled=is_filled)
            tell({"sheets": [[other, state] for other, state in states.items()], "hidden_rows": rows.hidden})
            return


def _is_filled(book: CalamineWorkbook, name: str, has_values: _HasValues | None) -> bool:
    return has_values(name) if has_values else bool(book.get_sheet_by_name(name).end)


def _state(*, is_read: bool, is_visible: bool, is_filled: bool) -> str:
    if is_read:
        return "read"
    if not is_filled:
        return "empty"
    return "skipped" if is_visible else "hidden"


class _Rows:
    """The rows of one sheet as a person sees them; counts those that are hidden."""

    def __init__(self, sheet: CalamineSheet, first: RowMarks | None, others: Iterator[RowMarks]) -> None:
        self.hidden = 0
        self._sheet = sheet
        self._marks = first
        self._others = others
        self._merged: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
            if bottom > top:
                self._merged.setdefault(top + 1, []).append((left, bottom + 1))
        self._spread: dict[int, tuple[int, str]] = {}
        """Values of merged ranges that go on, with their last rows, by column."""

    def read(self) -> Iterator[Row]:
        for number, cells in _values(self._sheet):
            marks = self._taken(number)
            if marks and marks.shown:
                _fill(cells, marks.shown)
            if self._spread or number in self._merged or (marks and marks.spans):
                self._spread_over(number, cells, marks)
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                self.hidden += bool(marks and marks.is_hidden)
                yield number, cells
        while marks := self._marks:
            self._marks = next(self._others, None)
            if marks.shown:
                cells = []
                _fill(cells, marks.shown)
                self.hidden += marks.is_hidden
                yield marks.number, cells

    def _taken(self, number: int) -> RowMarks | None:
        marks = self._marks
        if marks is None or marks.number != number:
            return None
        self._marks = next(self._others, None)
        return marks

    def _spread_over(self, number: int, cells: list[str], marks: RowMarks | None) -> None:
        """Write the values of merged ranges into the rows below their first."""
        for column, (last, value) in list(self._spread.items()):
            if number > last:
                del self._spread[column]
            elif column >= len(cells) or not cells[column]:
                _fill(cells, {column: value})
        for column, last in [*self._merged.get(number, ()), *(marks.spans.items() if marks else ())]:
            if column < len(cells) and cells[column]:
                self._spread[column] = (last, cells[column])


def _values(sheet: CalamineSheet) -> Iterator[Row]:
    if sheet.start is None or sheet.end is None:
        return
    if sheet.end[0] >= ROWS_LIMIT:
        raise FileRefused("rows_too_many")
    if sheet.end[1] >= COLUMNS_LIMIT:
        raise FileRefused("columns_too_many")
    # The rows above the first value are given, the columns before it are not.
    before = [""] * sheet.start[1]
    for number, values in enumerate(sheet.iter_rows(), start=1):
        yield number, before + [_text(value) for value in values]


def _fill(cells: list[str], shown: dict[int, str]) -> None:
    cells += [""] * (max(shown) + 1 - len(cells))
    for column, text in shown.items():
        cells[column] = text


def _text(value: object) -> str:
    if isinstance(value, str):
        if len(value) > CELL_LIMIT:
            raise FileRefused("cell_too_long")
        return _LINE_ENDS.sub(" ", value) if "\n" in value or "\r" in value else value
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float | int):
        return number_text(value)
    return str(value)


def number_text(number: float) -> str:
    """Return a number as a person would write it: 7.9161234567E10 is 79161234567.

    A sheet keeps 15 digits of a number: a longer one has lost its last, so it is written in the form that says so.
    """
    if number and -_WHOLE < number < _WHOLE and number == int(number):
        return str(int(number))
    if not math.isfinite(number):
        return UNKNOWN
    exact = Decimal(repr(number)).normalize()
    return format(exact, "E" if not -40 <= exact.adjusted() < EXACT_DIGITS else "f")
