"""Customer files of any length, written row by row."""

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from portal.laptop.demo.people import CITIES, HEADER, MESSENGERS, NAMES, SEGMENTS, SURNAMES

KINDS: Final = {
    "csv_utf8": ("utf-8", ","),
    "csv_utf8_bom": ("utf-8-sig", ";"),
    "csv_cp1251": ("cp1251", ";"),
    "csv_utf16": ("utf-16", "\t"),
    "xlsx": ("", ""),
}

_FIRST, _PATRONYMICS = NAMES["м"]
_CODES = ("903", "905", "910", "916", "925", "926", "961", "977", "985", "999")
_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def customers(count: int, first: int = 0) -> Iterator[tuple[str, ...]]:
    """Yield people, the same for the same ``first`` in every call.

    Phones are spelled in the ways of real files; a fifth of the people have no address.
    """
    chance = random.Random(1)
    for number in range(first, first + count):
        code = _CODES[number % len(_CODES)]
        local = f"{number // len(_CODES):07d}"
        phone = chance.choice(
            (f"8{code}{local}", f"7{code}{local}", f"+7{code}{local}", f"{code}{local}",
             f"8 ({code}) {local[:3]}-{local[3:5]}-{local[5:]}", f"+7 {code} {local[:3]} {local[3:]}")
        )  # fmt: skip
        city, zone = chance.choice(CITIES)
        email = "" if number % 5 == 0 else f"user{number}@{chance.choice(('example.ru', 'пример.рф', 'mail.ru'))}"
        yield (
            f"C-{number:07d}",
            f"{chance.choice(SURNAMES)} {chance.choice(_FIRST)} {chance.choice(_PATRONYMICS)}",
            phone,
            email,
            city,
            zone,
            chance.choice(MESSENGERS),
            chance.choice(SEGMENTS),
        )


def file_write(path: Path, kind: str, count: int, first: int) -> None:
    """Write a file of one kind with the people from number ``first`` on."""
    if kind == "xlsx":
        _workbook_write(path, count, first)
        return
    encoding, delimiter = KINDS[kind]
    with path.open("w", encoding=encoding, newline="") as stream:
        stream.write(delimiter.join(HEADER) + "\r\n")
        stream.writelines(delimiter.join(row) + "\r\n" for row in customers(count, first))


def _workbook_write(path: Path, count: int, first: int) -> None:
    """Write a workbook the way Excel does, every text in the table of shared strings."""
    places: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        main = f'<Relationship Id="a" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f"<Relationships>{main}</Relationships>")
        sheet = f'<sheets><sheet name="1" sheetId="1" xmlns:r="{_LINKS}" r:id="a"/></sheets>'
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{_NS}">{sheet}</workbook>')
        links = f'<Relationship Id="a" Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
        links += f'<Relationship Id="b" Type="{_LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'<worksheet xmlns="{_NS}"><sheetData>'.encode())
            for number, row in enumerate(_with_headings(count, first), start=1):
                cells = "".join(
                    _cell(text, column, number, places) for column, text in zip("ABCDEFGH", row, strict=True)
                )
                part.write(f'<row r="{number}">{cells}</row>'.encode())
            part.write(b"</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            part.write(f'<sst xmlns="{_NS}">'.encode())
            for text in places:
                part.write(f"<si><t>{escape(text)}</t></si>".encode())
            part.write(b"</sst>")


def _with_headings(count: int, first: int) -> Iterator[tuple[str, ...]]:
    yield HEADER
    yield from customers(count, first)


def _cell(text: str, column: str, number: int, places: dict[str, int]) -> str:
    if not text:
        return ""
    if text.isdecimal():
        return f'<c r="{column}{number}"><v>{text}</v></c>'
    return f'<c r="{column}{number}" t="s"><v>{places.setdefault(text, len(places))}</v></c>'
