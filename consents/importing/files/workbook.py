"""The first sheet of an XLSX file as rows of text, in flat memory, with nothing trusted.

Two things rule out a ready reader here: all of them hold the table of shared strings in memory, which for a million
customers is several times our limit, and build an element per cell before its size is known. So the parts are read with
expat itself: any DTD is refused before an entity can be declared, a cell is bounded while it is read, and the shared
strings lie in a temporary file. Sizes, ratio and number of parts are checked before a byte is unpacked.
"""

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

from consents.errors import FileRefused
from consents.importing.files.shared_strings import SharedStrings
from consents.importing.files.sheet_xml import ListReader, Reader, Row, SheetReader, StringsReader

WORKBOOK_LIMIT: Final = 100 << 20
UNPACKED_LIMIT: Final = 2 << 30
RATIO_LIMIT: Final = 100
PARTS_LIMIT: Final = 2000

_SMALL_PART: Final = 4 << 20
_PIECE: Final = 1 << 16
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    expat.ExpatError,
    EOFError,
    OSError,  # damaged bytes of bzip2
    RuntimeError,  # a part with a password, or packed in an unknown way
    ValueError,  # a number or a letter that is none
    KeyError,  # a part that is named but absent
)
_MACRO_PARTS: Final = re.compile(r"vbaProject|macrosheets|activeX", re.IGNORECASE)


def sheet_rows(path: Path) -> Iterator[Row]:
    """Give (row number in the sheet, cells as text) of the first sheet. Empty cells at the end are left out.

    Numbers are written out exactly, never as 7.9E+10. Raises FileRefused: file_broken, file_bomb, file_macros,
    file_xml_entities, file_no_sheet, rows_too_many, columns_too_many, cell_too_long.
    """
    with _unpackable(path) as archive:
        strings_part, sheet_part = _parts(archive)
        with SharedStrings() as strings:
            if strings_part:
                reader = StringsReader(strings)
                for _nothing in _parsed(archive, strings_part, reader):
                    pass
                strings.close_writing()
            sheet = SheetReader(strings)
            for _chunk in _parsed(archive, sheet_part, sheet):
                yield from sheet.taken()
            yield from sheet.taken()


@contextmanager
def _unpackable(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive that is a workbook of bearable size; turn every failure of its bytes into a refusal."""
    if path.stat().st_size > WORKBOOK_LIMIT:
        raise FileRefused("file_too_big")
    try:
        with zipfile.ZipFile(path) as archive:
            _guard(archive)
            yield archive
    except _BROKEN as error:
        raise FileRefused("file_broken") from error


def _guard(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > _SMALL_PART and part.file_size > RATIO_LIMIT * max(part.compress_size, 1) for part in parts
    )
    if len(parts) > PARTS_LIMIT or unpacked > UNPACKED_LIMIT or swollen or len(names) < len(parts):
        raise FileRefused("file_bomb")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise FileRefused("file_no_sheet")
    types = archive.getinfo("[Content_Types].xml")
    if types.file_size > _SMALL_PART:
        raise FileRefused("file_bomb")
    if b"macroEnabled" in archive.read(types) or any(_MACRO_PARTS.search(name) for name in names):
        raise FileRefused("file_macros")


def _refuse_dtd(*_declared: object) -> None:
    raise FileRefused("file_xml_entities")


def _parsed(archive: zipfile.ZipFile, part: str, reader: Reader) -> Iterator[None]:
    """Feed a part to its reader piece by piece; stop when the reader has all it wants."""
    parser = expat.ParserCreate(namespace_separator=None)
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.EntityDeclHandler = _refuse_dtd
    parser.StartElementHandler = lambda name, attributes: reader.start(name.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda name: reader.end(name.rpartition(":")[2])
    parser.CharacterDataHandler = reader.characters
    parser.buffer_text = True
    with archive.open(part) as stream:
        for piece in _pieces(stream):
            parser.Parse(piece, False)
            yield
            if reader.done:
                return
        parser.Parse(b"", True)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Give a part in pieces; refuse one whose mark-up runs on without a tag, which expat would have to hold."""
    without_tag = 0
    while piece := stream.read(_PIECE):
        last = piece.rfind(b"<")
        without_tag = without_tag + len(piece) if last < 0 else len(piece) - last
        if without_tag > 16 * _PIECE:
            raise FileRefused("file_bomb")
        yield piece


def _attributes(archive: zipfile.ZipFile, part: str, element: str) -> list[dict[str, str]]:
    if archive.getinfo(part).file_size > _SMALL_PART:
        raise FileRefused("file_bomb")
    reader = ListReader(element)
    for _nothing in _parsed(archive, part, reader):
        pass
    return reader.found


def _parts(archive: zipfile.ZipFile) -> tuple[str, str]:
    """Give the names of the part with the shared strings (may be empty) and of the first sheet that is shown."""
    links = {link.get("Id", ""): link for link in _attributes(archive, "xl/_rels/workbook.xml.rels", "Relationship")}
    strings = next((_place(link) for link in links.values() if link.get("Type", "").endswith("/sharedStrings")), "")
    for sheet in _attributes(archive, "xl/workbook.xml", "sheet"):
        link = links.get(next((value for key, value in sheet.items() if key.endswith(":id")), ""), {})
        if sheet.get("state", "visible") == "visible" and link.get("Type", "").endswith("/worksheet"):
            return strings, _place(link)
    raise FileRefused("file_no_sheet")


def _place(link: dict[str, str]) -> str:
    target = link.get("Target", "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
