"""What python-calamine reads as an empty cell of an XLS and is none: an error. A formula always has a value there.

The records are those of [MS-XLS], the container is that of [MS-CFB]. Whatever is damaged, the library has refused.
"""

import struct
from collections.abc import Iterator
from typing import Final

from consents.importing.files.sheet_faults import UNKNOWN, RowFaults

_ERRORS: Final = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_FORMULA: Final = 0x0006
_END: Final = 0x000A
_BOUND_SHEET: Final = 0x0085
_BOOLEAN_OR_ERROR: Final = 0x0205
_BEGIN: Final = 0x0809
_LAST_SECTOR: Final = 0xFFFFFFFA
"""Numbers from here on are marks, not sectors."""
_HEADER_TABLE: Final = slice(76, 512)
_ENTRY: Final = 128


def xls_faults(content: bytes, position: int) -> Iterator[RowFaults]:
    """Yield the rows that hold an error of the sheet with this position in the book, in their order.

    Raises ValueError, struct.error or IndexError where the container is damaged.
    """
    book = _book(content)
    starts = [struct.unpack_from("<I", data)[0] for kind, data in _records(book, 0) if kind == _BOUND_SHEET]
    rows: dict[int, dict[int, str]] = {}
    for kind, data in _records(book, starts[position]):
        if kind == _BOOLEAN_OR_ERROR and data[7]:
            code = data[6]
        elif kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
            code = data[8]
        else:
            continue
        row, column = struct.unpack_from("<HH", data)
        rows.setdefault(row + 1, {})[column] = _ERRORS.get(code, UNKNOWN)
    return iter(sorted(rows.items()))


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
    """Return the stream of the workbook, which is never so short that it would lie among the small ones."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    count, first, more = (struct.unpack_from("<I", content, place)[0] for place in (44, 48, 68))
    tables = list(struct.unpack("<109I", content[_HEADER_TABLE]))
    while more < _LAST_SECTOR and len(tables) < count:
        *numbers, more = _numbers(content, more, size)
        tables += numbers
    following = [number for table in tables[:count] for number in _numbers(content, table, size)]
    folder = _chain(content, first, size, following)
    for place in range(0, len(folder), _ENTRY):
        length, start = (struct.unpack_from("<I", folder, place + offset)[0] for offset in (120, 116))
        name = folder[place : place + 64].decode("utf-16-le").partition("\0")[0]
        if name in ("Workbook", "Book"):
            return _chain(content, start, size, following)[:length]
    raise ValueError("no book")


def _chain(content: bytes, sector: int, size: int, following: list[int]) -> bytes:
    pieces: list[bytes] = []
    while sector < _LAST_SECTOR:
        if len(pieces) > len(following):
            raise ValueError("a ring of sectors")
        pieces.append(content[(sector + 1) * size : (sector + 2) * size])
        sector = following[sector]
    return b"".join(pieces)


def _numbers(content: bytes, sector: int, size: int) -> list[int]:
    return list(struct.unpack_from(f"<{size // 4}I", content, (sector + 1) * size))
