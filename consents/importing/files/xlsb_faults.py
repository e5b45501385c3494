"""What python-calamine does not tell of a sheet of an XLSB: errors and hidden rows. A formula always has a value there.

The records are those of [MS-XLSB]. Whatever is damaged, the library has refused.
"""

import struct
from collections.abc import Iterator
from typing import Final

from consents.importing.files.sheet_errors import ERRORS, UNKNOWN

_ROW: Final = 0
_CELL_ERROR: Final = 3
_FORMULA_ERROR: Final = 11
_BUNDLED_SHEET: Final = 156
_IS_HIDDEN: Final = 0x10


def bundled_sheets(book: bytes) -> dict[str, str]:
    """Return the id of the relation of every sheet by its name."""
    found = {}
    for kind, data in _records(book):
        if kind == _BUNDLED_SHEET:
            link, place = _text(data, 8)
            name, _end = _text(data, place)
            found[name] = link
    return found


def xlsb_errors(sheet: bytes) -> Iterator[tuple[int, dict[int, str], bool]]:
    """Yield each row with an error, or hidden: its number, its errors by column, and whether it is hidden."""
    number, errors, is_hidden = 0, dict[int, str](), False
    for kind, data in _records(sheet):
        if kind == _ROW:
            if errors or is_hidden:
                yield number, errors, is_hidden
            number, errors = struct.unpack_from("<I", data)[0] + 1, {}
            is_hidden = bool(data[11] & _IS_HIDDEN)
        elif kind in (_CELL_ERROR, _FORMULA_ERROR):
            errors[struct.unpack_from("<I", data)[0]] = ERRORS.get(data[8], UNKNOWN)
    if errors or is_hidden:
        yield number, errors, is_hidden


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place < len(content):
        kind, place = _number(content, place, 2)
        length, place = _number(content, place, 4)
        yield kind, content[place : place + length]
        place += length


def _number(content: bytes, place: int, most: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and the place behind it."""
    number = 0
    for step in range(most):
        byte = content[place + step]
        number |= (byte & 0x7F) << (7 * step)
        if not byte & 0x80:
            return number, place + step + 1
    return number, place + most


def _text(data: bytes, place: int) -> tuple[str, int]:
    length = struct.unpack_from("<I", data, place)[0]
    if length == 0xFFFFFFFF:
        return "", place + 4
    end = place + 4 + 2 * length
    return data[place + 4 : end].decode("utf-16-le"), end
