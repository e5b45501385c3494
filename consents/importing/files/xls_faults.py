"""What python-calamine does not tell of a sheet of an XLS: errors, hidden rows, numbers shown with zeros before them.

A formula always has a value there.

The records are those of [MS-XLS], the container is that of [MS-CFB]. Whatever is damaged, the library has refused.
"""

import struct
from collections.abc import Iterator
from typing import Final

from consents.importing.files.number_formats import NumberFormat, number_format
from consents.importing.files.sheet_errors import ERRORS, UNKNOWN
from consents.importing.files.sheet_faults import RowMarks

_FORMULA: Final = 0x0006
_END: Final = 0x000A
_BOUND_SHEET: Final = 0x0085
_MANY_NUMBERS: Final = 0x00BD
_STYLE: Final = 0x00E0
_NUMBER: Final = 0x0203
_ROW: Final = 0x0208
_SHORT_NUMBER: Final = 0x027E
_FORMAT: Final = 0x041E
_IS_HIDDEN: Final = 0x20
_BOOLEAN_OR_ERROR: Final = 0x0205
_BEGIN: Final = 0x0809
_LAST_SECTOR: Final = 0xFFFFFFFA
"""Numbers from here on are marks, not sectors."""
_HEADER_TABLE: Final = slice(76, 512)
_ENTRY: Final = 128


def xls_faults(content: bytes, position: int) -> Iterator[RowMarks]:
    """Yield the rows that something must be said of, of the sheet with this position in the book, in their order.

    Raises ValueError, struct.error or IndexError where the container is damaged.
    """
    book = _book(content)
    starts = [struct.unpack_from("<I", data)[0] for kind, data in _records(book, 0) if kind == _BOUND_SHEET]
    formats = _formats(book)
    rows: dict[int, dict[int, str]] = {}
    hidden = set()
    for kind, data in _records(book, starts[position]):
        if kind == _ROW:
            if data[12] & _IS_HIDDEN:
                hidden.add(struct.unpack_from("<H", data)[0])
        elif code := _error(kind, data):
            row, column = struct.unpack_from("<HH", data)
            rows.setdefault(row, {})[column] = code
        elif formats:
            for row, column, style, number in _numbers_in(kind, data):
                if style in formats and (shown := formats[style].shown(repr(number))):
                    rows.setdefault(row, {})[column] = shown
    marked = sorted({*rows, *hidden})
    return (RowMarks(row + 1, rows.get(row, {}), row in hidden) for row in marked)


def _error(kind: int, data: bytes) -> str:
    if kind == _BOOLEAN_OR_ERROR and data[7]:
        return ERRORS.get(data[6], UNKNOWN)
    if kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
        return ERRORS.get(data[8], UNKNOWN)
    return ""


def _numbers_in(kind: int, data: bytes) -> Iterator[tuple[int, int, int, float]]:
    """Yield row, column, style and value of the numbers of a record."""
    if kind == _NUMBER:
        yield struct.unpack_from("<HHHd", data)
    elif kind == _SHORT_NUMBER:
        row, column, style, packed = struct.unpack_from("<HHHI", data)
        yield row, column, style, _unpacked(packed)
    elif kind == _MANY_NUMBERS:
        row, column = struct.unpack_from("<HH", data)
        for place in range((len(data) - 6) // 6):
            style, packed = struct.unpack_from("<HI", data, 4 + 6 * place)
            yield row, column + place, style, _unpacked(packed)


def _unpacked(packed: int) -> float:
    """Return a number that was packed into 30 bits."""
    if packed & 2:
        number = float(packed >> 2 if packed < 1 << 31 else (packed >> 2) - (1 << 30))
    else:
        number = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return number / 100 if packed & 1 else number


def _formats(book: bytes) -> dict[int, NumberFormat]:
    """Return the formats that show zeros before a number, by the style of a cell."""
    codes: dict[int, str] = {}
    styles: list[int] = []
    for kind, data in _records(book, 0):
        if kind == _STYLE:
            styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == _FORMAT:
            number, length, is_wide = struct.unpack_from("<HHB", data)
            text = data[5 : 5 + length * (1 + (is_wide & 1))]
            codes[number] = text.decode("utf-16-le" if is_wide & 1 else "latin-1", errors="replace")
    made = {number: number_format(code) for number, code in codes.items()}
    return {style: found for style, number in enumerate(styles) if (found := made.get(number))}


def _records(book: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one part of the book; those of a chart within it are left out."""
    depth = 0
    while place + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, place)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 1:
            yield kind, book[place + 4 : place + 4 + length]
        elif depth == 0:
            return
        place += 4 + length


def _book(content: bytes) -> bytes:
    """Return the stream of the workbook; a short one lies among the small ones, within that of the root."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    count, first, more = (struct.unpack_from("<I", content, place)[0] for place in (44, 48, 68))
    tables = list(struct.unpack("<109I", content[_HEADER_TABLE]))
    while more < _LAST_SECTOR and len(tables) < count:
        *numbers, more = _numbers(content, more, size)
        tables += numbers
    following = [number for table in tables[:count] for number in _numbers(content, table, size)]
    folder = _chain(content, first, size, following)
    least = struct.unpack_from("<I", content, 56)[0]
    for place in range(0, len(folder), _ENTRY):
        length, start = (struct.unpack_from("<I", folder, place + offset)[0] for offset in (120, 116))
        name = folder[place : place + 64].decode("utf-16-le").partition("\0")[0]
        if name in ("Workbook", "Book"):
            if length >= least:
                return _chain(content, start, size, following)[:length]
            return _small_chain(content, start, following, folder)[:length]
    raise ValueError("no book")


def _chain(content: bytes, sector: int, size: int, following: list[int]) -> bytes:
    pieces: list[bytes] = []
    while sector < _LAST_SECTOR:
        if len(pieces) > len(following):
            raise ValueError("a ring of sectors")
        pieces.append(content[(sector + 1) * size : (sector + 2) * size])
        sector = following[sector]
    return b"".join(pieces)


def _small_chain(content: bytes, sector: int, following: list[int], folder: bytes) -> bytes:
    """Return a stream that is kept in small sectors, whose table and whose bytes are streams themselves."""
    size, small = (1 << power for power in struct.unpack_from("<HH", content, 30))
    numbers = _chain(content, struct.unpack_from("<I", content, 60)[0], size, following)
    after = list(struct.unpack(f"<{len(numbers) // 4}I", numbers))
    together = _chain(content, struct.unpack_from("<I", folder, 116)[0], size, following)
    pieces: list[bytes] = []
    while sector < _LAST_SECTOR:
        if len(pieces) > len(after):
            raise ValueError("a ring of sectors")
        pieces.append(together[sector * small : (sector + 1) * small])
        sector = after[sector]
    return b"".join(pieces)


def _numbers(content: bytes, sector: int, size: int) -> list[int]:
    return list(struct.unpack_from(f"<{size // 4}I", content, (sector + 1) * size))
