"""Workbooks made by hand, so that each can be wrong in one way."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

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


def sheet(rows: str, *, before: str = "") -> str:
    """A worksheet around these rows."""
    return f'{before}<worksheet xmlns="{NS}"><sheetData>{rows}</sheetData></worksheet>'


def parts(rows: str = "", *, strings: str = "", **more: str) -> dict[str, str]:
    """All parts of a small workbook."""
    return {
        "[Content_Types].xml": CONTENT_TYPES,
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
            archive.writestr(name, content)
    if path is not None:
        path.write_bytes(stream.getvalue())
    return stream.getvalue()
