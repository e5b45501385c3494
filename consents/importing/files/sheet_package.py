"""A workbook that is an archive: bearable in size and number of parts, harmless, its parts found by their relations."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Final
from xml.parsers import expat

from consents.errors import FileRefused
from consents.importing.files.number_formats import NumberFormat, number_format
from consents.importing.files.xlsb_faults import bundled_sheets

UNPACKED_LIMIT: Final = 2 << 30
RATIO_LIMIT: Final = 100
PARTS_LIMIT: Final = 2000
ODS_TYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"

_SMALL_PART: Final = 4 << 20
_PIECE: Final = 1 << 16
_MACRO_PARTS: Final = re.compile(r"vbaproject|macrosheets|activex|^basic/")


class Handlers:
    """What is done with the elements of a part, whose names may have a prefix. ``done`` ends the reading."""

    done = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""

    def end(self, name: str) -> None:
        """End an element."""

    def characters(self, text: str) -> None:
        """Take a piece of text."""


class _Elements(Handlers):
    """Collects the attributes of every element of one name."""

    def __init__(self, wanted: str) -> None:
        self.found: list[dict[str, str]] = []
        self._wanted = wanted

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == self._wanted:
            self.found.append(attributes)


class _Styles(Handlers):
    """Collects the codes of the formats of numbers by their ids, and the id of each style of cells."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.cells: list[str] = []
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "numFmt":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self.cells.append(attributes.get("numFmtId", ""))

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "cellXfs":
            self._inside = False


class _AnyValue(Handlers):
    """Stops at the first value of a sheet."""

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - the shape of the handler
        self.done = self.done or name.rpartition(":")[2] in ("v", "t", "f")


class _Root(Handlers):
    """Stops at the first element: a document type can only be declared before it."""

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - the shape of the handler
        self.done = True


class Package:
    """The parts of an archive that may be opened.

    The constructor raises FileRefused for any other: file_bomb, file_macros, file_xml_entities, file_old_excel (a
    password), file_no_sheet.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {_plain(part.filename): part.filename for part in archive.infolist()}
        self._guard()
        self.is_ods = self._small("mimetype").startswith(ODS_TYPE)
        if b"encryption-data" in self._small("meta-inf/manifest.xml"):
            raise FileRefused("file_old_excel")
        self._book = "" if self.is_ods else self._book_found()
        self.is_xlsb = self._book.endswith(".bin")
        folder, name = posixpath.split(self._book)
        self._links = f"{folder}/_rels/{name}.rels"

    def _guard(self) -> None:
        parts = self._archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        swollen = any(
            part.file_size > _SMALL_PART and part.file_size > RATIO_LIMIT * max(part.compress_size, 1) for part in parts
        )
        if len(parts) > PARTS_LIMIT or unpacked > UNPACKED_LIMIT or swollen or len(self._names) < len(parts):
            raise FileRefused("file_bomb")
        if b"macroEnabled" in self._small("[content_types].xml") or any(map(_MACRO_PARTS.search, self._names)):
            raise FileRefused("file_macros")
        for part in self._names:
            if part.endswith((".xml", ".rels")):
                self._refuse_declarations(part)

    def _refuse_declarations(self, part: str) -> None:
        try:
            for _piece in self.parsed(part, _Root()):
                pass
        except expat.ExpatError:
            return  # what the library does not read may be anything, the rest it refuses

    def _book_found(self) -> str:
        for link in self._elements("_rels/.rels", "Relationship"):
            if link.get("Type", "").endswith("/officeDocument"):
                return _place("", link)
        raise FileRefused("file_no_sheet")

    def renamed(self, content: bytes) -> bytes | None:
        """Return the archive with its main part called `workbook.xml`, as the library looks for it; None if it is."""
        folder = posixpath.dirname(self._book)
        name = "workbook.bin" if self.is_xlsb else "workbook.xml"
        names = {self._book: f"{folder}/{name}", self._links: f"{folder}/_rels/{name}.rels"}
        if self.is_ods or self._book in names.values():
            return None
        copy = BytesIO(content)
        with zipfile.ZipFile(copy, "a") as archive:
            for part in archive.infolist():
                part.filename = names.get(_plain(part.filename), part.filename)
            archive.comment = b""  # makes it write its directory anew
        return copy.getvalue()

    def sheets(self) -> dict[str, str]:
        """Return the part of every sheet by its name."""
        links = {link.get("Id", ""): link for link in self._elements(self._links, "Relationship")}
        if self.is_xlsb:
            named = bundled_sheets(self.content(self._book))
        else:
            named = {
                sheet.get("name", ""): next((v for k, v in sheet.items() if k.endswith(":id") and v in links), "")
                for sheet in self._elements(self._book, "sheet")
            }
        folder = posixpath.dirname(self._book)
        return {name: _place(folder, links.get(link, {})) for name, link in named.items()}

    def number_formats(self) -> dict[str, NumberFormat]:
        """Return the formats that show zeros before a number, by the style of a cell."""
        part = f"{posixpath.dirname(self._book)}/styles.xml"
        if part not in self._names:
            return {}
        styles = _Styles()
        for _piece in self.parsed(part, styles):
            pass
        formats = {number: number_format(code) for number, code in styles.codes.items()}
        found = {str(style): formats.get(number) for style, number in enumerate(styles.cells)}
        return {style: made for style, made in found.items() if made}

    def has_values(self, part: str) -> bool:
        """Return whether a sheet holds a value."""
        sheet = _AnyValue()
        for _piece in self.parsed(part, sheet):
            pass
        return sheet.done

    def content(self, part: str) -> bytes:
        """Return the bytes of a part."""
        return self._archive.read(self._names[part])

    def parsed(self, part: str, handlers: Handlers) -> Iterator[None]:
        """Feed a part to its handlers piece by piece until they are done; a document type is refused."""
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse_declaration
        parser.StartElementHandler, parser.EndElementHandler = handlers.start, handlers.end
        parser.CharacterDataHandler = handlers.characters
        parser.buffer_text = True
        with self._archive.open(self._names[part]) as stream:
            while piece := stream.read(_PIECE):
                parser.Parse(piece, False)
                yield
                if handlers.done:
                    return
            parser.Parse(b"", True)

    def _elements(self, part: str, element: str) -> list[dict[str, str]]:
        if not self._small(part):
            raise FileRefused("file_no_sheet")
        elements = _Elements(element)
        for _piece in self.parsed(part, elements):
            pass
        return elements.found

    def _small(self, part: str) -> bytes:
        """Return the bytes of a part that has no reason to be long; none where it is absent."""
        if part not in self._names:
            return b""
        if self._archive.getinfo(self._names[part]).file_size > _SMALL_PART:
            raise FileRefused("file_bomb")
        return self._archive.read(self._names[part])


def _refuse_declaration(*_declared: object) -> None:
    raise FileRefused("file_xml_entities")


def _plain(name: str) -> str:
    """Return the name of a part by which others mean it, whatever its slashes and its case."""
    return name.replace("\\", "/").lstrip("/").lower()


def _place(folder: str, link: dict[str, str]) -> str:
    target = link.get("Target", "").replace("\\", "/")
    return _plain(target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target)))
