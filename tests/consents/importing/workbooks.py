"""Workbooks made by hand, so that each can be wrong in one way."""

import struct
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

from consents.errors import FileRefused
from consents.importing.files.workbook import sheet_rows

Reader = Callable[[Path], Iterator[tuple[int, list[str]]]]

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
WORKBOOK = (
    f'<workbook xmlns="{NS}" xmlns:r="{LINKS}"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    f'<Relationships><Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
ROOT = f'<Relationships><Relationship Id="a" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'


def sheet(rows: str, *, before: str = "") -> str:
    """A worksheet around these rows."""
    return f'{before}<worksheet xmlns="{NS}"><sheetData>{rows}</sheetData></worksheet>'


def parts(rows: str = "", *, strings: str = "", **more: str) -> dict[str, str]:
    """All parts of a small workbook."""
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/sharedStrings.xml": f'<sst xmlns="{NS}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": sheet(rows),
    } | more


def packed(contents: Mapping[str, str | bytes], path: Path | None = None) -> bytes:
    """Put parts into an archive; write it too where a path is given."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            # What an archive is stands uncompressed at its beginning.
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    if path is not None:
        path.write_bytes(stream.getvalue())
    return stream.getvalue()


def rows_of(path: Path, contents: dict[str, str]) -> list[tuple[int, list[str]]]:
    """Rows of a workbook made by hand."""
    packed(contents, path)
    return list(sheet_rows(path))


def refusal(path: Path, contents: dict[str, str] | bytes, *, reader: Reader = sheet_rows) -> str:
    """Why a workbook is refused, empty when it is not."""
    path.write_bytes(contents if isinstance(contents, bytes) else packed(contents))
    try:
        for _row in reader(path):
            pass
    except FileRefused as error:
        return error.reason
    return ""


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def ods_parts(rows: str, *, before: str = "", **more: str) -> dict[str, str]:
    """All parts of a small ODS whose table «Клиенты» holds these rows."""
    names = " ".join(f'xmlns:{name}="{OFFICE}:{name}:1.0"' for name in ("office", "table", "text"))
    names += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    body = f'{before}<table:table table:name="Клиенты">{rows}</table:table>'
    spreadsheet = f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
    return {
        "mimetype": ODS_TYPE,
        "content.xml": f"<office:document-content {names}>{spreadsheet}</office:document-content>",
        "META-INF/manifest.xml": "<manifest/>",
    } | more


def ods_row(*texts: str) -> str:
    """A row of an ODS with these texts."""
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in texts
    )
    return f"<table:table-row>{cells}</table:table-row>"


def _record(kind: int, data: bytes = b"") -> bytes:
    """Return a record of an XLSB: its kind and its length, seven bits a byte, and its data."""
    numbers = b""
    for number in (kind, len(data)):
        left = number
        while left > 0x7F:
            numbers += bytes([left & 0x7F | 0x80])
            left >>= 7
        numbers += bytes([left])
    return numbers + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(rows: Sequence[Sequence[str]], *, hidden: Collection[int] = (), name: str = "Клиенты") -> bytes:
    """Return an XLSB of one sheet with these rows; a text that begins with a number sign is an error #N/A."""
    table = _record(129) + _record(148, struct.pack("<4I", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)) + _record(145)
    for number, cells in enumerate(rows):
        table += _record(0, struct.pack("<IIHBB", number, 0, 300, 0, 0x10 if number in hidden else 0) + bytes(5))
        for column, text in enumerate(cells):
            place = struct.pack("<II", column, 0)
            is_error = text.startswith("#")
            table += _record(3, place + b"\x2a") if is_error else _record(6, place + _wide(text))
    table += _record(146) + _record(130)
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide(name)
    book = _record(131) + _record(143) + _record(156, bundle) + _record(144) + _record(132)
    contents: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT.replace("workbook.xml", "workbook.bin"),
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": RELATIONS.replace("sheet1.xml", "sheet1.bin"),
        "xl/worksheets/sheet1.bin": table,
    }
    return packed(contents)
