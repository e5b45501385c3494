"""Kind and rows of a file."""

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from consents.errors import FileRefused
from consents.importing.files.records import CsvFile, Record, filled_records
from consents.importing.files.sheet_package import ODS_TYPE
from consents.importing.files.workbook import WORKBOOK_LIMIT, BookFacts, sheet_rows
from consents.models import ImportJob

CSV_LIMIT: Final = 500 << 20
_LIMITS: Final = {
    "csv": CSV_LIMIT,
    "xlsx": WORKBOOK_LIMIT,
    "xlsb": WORKBOOK_LIMIT,
    "xls": WORKBOOK_LIMIT,
    "ods": WORKBOOK_LIMIT,
}

_ROWS_ENCODING: Final = "utf-8"
_ROWS_DELIMITER: Final = ","

_MAGIC: Final = (
    (b"PK\x03\x04", "xlsx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"%PDF", "file_binary"),
    (b"{\\rtf", "file_binary"),
    (b"\x1f\x8b", "file_binary"),
    (b"Rar!", "file_binary"),
    (b"7z\xbc\xaf", "file_binary"),
)
_MARKUP: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml|meta|body)", re.IGNORECASE)


def rows_path(path: Path) -> Path:
    """Return the path of the unpacked rows of a workbook."""
    return path.with_name(path.name + ".rows")


def rows_unfinished(path: Path) -> Path:
    """Return the path of the rows of a workbook while they are unpacked."""
    return path.with_name(path.name + ".rows.part")


def kind_detect(path: Path) -> str:
    """Return the kind of a file by its size and first bytes, never by its name. Raises FileRefused."""
    with path.open("rb") as stream:
        head = stream.read(512)
    if not head:
        raise FileRefused("file_empty")
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "csv")
    if kind == "xlsx" and ODS_TYPE in head:
        kind = "ods"
    if kind not in _LIMITS:
        raise FileRefused(kind)
    if kind == "csv" and _MARKUP.match(head):
        raise FileRefused("file_markup")
    if path.stat().st_size > _LIMITS[kind]:
        raise FileRefused("file_too_big")
    return kind


def data_records(job: ImportJob) -> Iterator[Record]:
    """Yield the records after the headings, blank ones left out, with their numbers in the file."""
    return filled_records(data_file(job))


def data_file(job: ImportJob) -> CsvFile:
    """Return the file of the records after the headings. The rows of a workbook are unpacked where they are not yet."""
    file = table_file(job)._replace(header_line=job.header_line)
    if job.file_kind != "csv":
        return file
    return file._replace(width=len(job.headers), least=job.least_cells)


def table_file(job: ImportJob) -> CsvFile:
    """Return the file of all records, before anything is known of their columns."""
    path = Path(job.path)
    if job.file_kind == "csv":
        return CsvFile(str(path), job.encoding, job.delimiter, escapes=job.escapes)
    if not rows_path(path).exists():
        rows_unpack(job)
    return CsvFile(str(rows_path(path)), _ROWS_ENCODING, _ROWS_DELIMITER)


def rows_unpack(job: ImportJob) -> None:
    """Write the rows of a workbook as plain CSV, each on the line of its number; all of it or nothing.

    What its process says of the sheets is set on the job, without a save.
    """
    path = Path(job.path)
    facts = BookFacts()
    target = rows_path(path)
    unfinished = rows_unfinished(path)
    try:
        with unfinished.open("w", encoding=_ROWS_ENCODING, errors="replace", newline="") as stream:
            writer = csv.writer(stream)
            expected = 1
            for number, cells in sheet_rows(path, sheet=job.sheet, facts=facts):
                stream.write("\r\n" * (number - expected))
                writer.writerow(cells)
                expected = number + 1
        os.replace(unfinished, target)
        job.file_kind, job.sheet, job.sheets = facts.kind, facts.sheet, facts.sheets
        job.hidden_rows = facts.hidden_rows
    finally:
        unfinished.unlink(missing_ok=True)
