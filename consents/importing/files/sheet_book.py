"""The first sheet of an XLSX, XLS or ODS as rows of text. Knows nothing of Django: it runs in `sheet_child`.

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
from consents.importing.files.sheet_faults import (
    COLUMNS_LIMIT,
    ROWS_LIMIT,
    UNKNOWN,
    Row,
    RowFaults,
    ods_faults,
    xlsx_faults,
)
from consents.importing.files.sheet_package import Package
from consents.importing.files.xls_faults import xls_faults

EXACT_DIGITS: Final = 15
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

_Faults = Callable[[int, str], Iterator[RowFaults]]
"""Of a sheet by its position in the book and its name."""


def book_rows(path: Path) -> Iterator[Row]:
    """Yield (row number in the sheet, cells as text) of the first visible sheet that is not empty.

    Rows without a value are left out, and so are empty cells at the end of a row. A number is written out, never as
    7.9E+10, unless it lost digits; a date is 2026-11-29; a line break is a space; an error and a formula without a
    value start with a number sign. Raises FileRefused: file_broken, file_old_excel (which may be a password), what
    `Package` raises, rows_too_many, columns_too_many, cell_too_long.
    """
    content = path.read_bytes()
    is_old = content.startswith(b"\xd0\xcf\x11\xe0")
    try:
        if is_old:
            yield from _first_rows(content, lambda position, _name: xls_faults(content, position))
        else:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                yield from _archive_rows(Package(archive), content)
    except _BROKEN as error:
        raise FileRefused("file_old_excel" if is_old else "file_broken") from error


def _archive_rows(package: Package, content: bytes) -> Iterator[Row]:
    if package.is_ods:
        return _first_rows(content, lambda _position, name: ods_faults(package, name))
    parts = package.sheets()
    renamed = package.renamed(content) or content
    return _first_rows(renamed, lambda _position, name: xlsx_faults(package, parts[name]))


def _first_rows(content: bytes, faults_of: _Faults) -> Iterator[Row]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    names = [
        (position, sheet.name)
        for position, sheet in enumerate(book.sheets_metadata)
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    if not names:
        raise FileRefused("file_no_sheet")
    for position, name in names:
        faults = faults_of(position, name)
        # Looked for before the sheet is loaded: what lies far outside would cost all the memory there is.
        first = next(faults, None)
        sheet = book.get_sheet_by_name(name)
        if sheet.end or first:
            yield from _rows(sheet, first, faults)
            return


def _rows(sheet: CalamineSheet, fault: RowFaults | None, others: Iterator[RowFaults]) -> Iterator[Row]:
    for number, cells in _values(sheet):
        if fault and fault[0] == number:
            _fill(cells, fault[1])
            fault = next(others, None)
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells
    while fault:
        cells = []
        _fill(cells, fault[1])
        yield fault[0], cells
        fault = next(others, None)


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


def _fill(cells: list[str], faults: dict[int, str]) -> None:
    cells += [""] * (max(faults) + 1 - len(cells))
    for column, text in faults.items():
        cells[column] = text


def _text(value: object) -> str:
    if isinstance(value, str):
        if len(value) > CELL_LIMIT:
            raise FileRefused("cell_too_long")
        return _LINE_ENDS.sub(" ", value)
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float | int):
        return number_text(value)
    return str(value)


def number_text(number: float) -> str:
    """Return a number as a person would write it: 7.9161234567E10 is 79161234567.

    A sheet keeps 15 digits of a number: a longer one has lost its last, so it is written in the form that says so.
    """
    if not math.isfinite(number):
        return UNKNOWN
    exact = Decimal(repr(number)).normalize()
    return format(exact, "E" if not -40 <= exact.adjusted() < EXACT_DIGITS else "f")
