"""Kind, encoding, delimiter, headings and rows of a file."""

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Final

from consents.errors import FileRefused
from consents.importing.files.encoding import encoding_detect
from consents.importing.files.records import Record, csv_records
from consents.importing.files.sheet_package import ODS_TYPE
from consents.importing.files.workbook import WORKBOOK_LIMIT, sheet_rows
from consents.importing.judging.issues import COLUMN_NAME_LIMIT
from consents.importing.judging.mapping import (
    COLUMN_LIMIT,
    headings_known,
    holds_contacts,
    mapping_guess,
    reads_as_contact,
)
from consents.models import ImportJob

CSV_LIMIT: Final = 500 << 20
DELIMITERS: Final = (";", ",", "\t", "|")
_LIMITS: Final = {"csv": CSV_LIMIT, "xlsx": WORKBOOK_LIMIT, "xls": WORKBOOK_LIMIT, "ods": WORKBOOK_LIMIT}

_SAMPLE: Final = 1 << 17
_SAMPLE_RECORDS: Final = 100
_HEADINGS_WITHIN: Final = 10
_DIGITS_OF_A_PHONE: Final = 5
"""No heading has so many, a damaged phone has."""
_SEP_LINE: Final = re.compile(f"sep=([{re.escape(''.join(DELIMITERS))}])", re.IGNORECASE)
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


def shape_detect(job: ImportJob) -> None:
    """Find out how to read the file of a job and set it on the job, without a save. Raises FileRefused.

    ``header_line`` is 0 where the first record is a customer already.
    """
    if job.file_kind == "csv":
        path = Path(job.path)
        job.encoding = encoding_detect(path)
        job.delimiter = _delimiter(path, job.encoding)
    filled = (record for record in _filled_records(job) if not (record.line == 1 and _is_sep_line(record)))
    records = list(islice(filled, _SAMPLE_RECORDS))
    if not records:
        raise FileRefused("file_empty")
    header = _header(records)
    rows = [record.cells for record in records if header is None or record.line > header.line]
    if not rows:
        raise FileRefused("file_no_rows")
    if header is None:
        job.headers = ["" for _cell in max(rows, key=len)]
    else:
        job.headers = [_heading(cell) for cell in _without_tail(header.cells, rows)]
    if len(job.headers) > COLUMN_LIMIT:
        raise FileRefused("columns_too_many")
    job.header_line = header.line if header else 0
    job.mapping = mapping_guess(job.headers, rows)


def data_records(job: ImportJob) -> Iterator[Record]:
    """Yield the records after the headings, blank ones left out, with their numbers in the file."""
    for record in _filled_records(job, width=len(job.headers)):
        if record.line > job.header_line:
            yield record


def _filled_records(job: ImportJob, *, width: int = 0) -> Iterator[Record]:
    """Yield the records that are not blank. The rows of a workbook are unpacked beside it where they are not yet."""
    path = Path(job.path)
    if job.file_kind == "csv":
        records = csv_records(path, encoding=job.encoding, delimiter=job.delimiter, width=width)
    else:
        if not rows_path(path).exists():
            _unpack(path)
        records = csv_records(rows_path(path), encoding=_ROWS_ENCODING, delimiter=_ROWS_DELIMITER)
    for record in records:
        if "".join(record.cells).strip():
            yield record


def _unpack(path: Path) -> None:
    """Write the rows of a workbook as plain CSV, each on the line of its number; all of it or nothing."""
    target = rows_path(path)
    unfinished = rows_unfinished(path)
    try:
        with unfinished.open("w", encoding=_ROWS_ENCODING, errors="replace", newline="") as stream:
            writer = csv.writer(stream)
            expected = 1
            for number, cells in sheet_rows(path):
                stream.write("\r\n" * (number - expected))
                writer.writerow(cells)
                expected = number + 1
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


# --- delimiter and headings -------------------------------------------------------------------------------------------


def _sample(path: Path, encoding: str) -> str:
    """Return the beginning of a file in whole lines."""
    with path.open(encoding=encoding, newline="") as stream:
        text = stream.read(_SAMPLE).removeprefix("\ufeff")
    cut = text.rfind("\n")
    return text[: cut + 1] if len(text) == _SAMPLE and cut > 0 else text


def _delimiter(path: Path, encoding: str) -> str:
    """Return the delimiter: known headings count first, then rows of one width, then the number of cells."""
    sample = _sample(path, encoding)
    if said := _SEP_LINE.match(sample):
        return said[1]
    return max(DELIMITERS, key=lambda delimiter: _fitness(sample, delimiter))


def _fitness(sample: str, delimiter: str) -> tuple[int, float, int]:
    try:
        records = _first_records(sample, delimiter)
    except csv.Error:
        return (0, 0.0, 0)
    if not records:
        return (0, 0.0, 0)
    known = max(headings_known(record) for record in records[:_HEADINGS_WITHIN])
    width, times = Counter(len(record) for record in records).most_common(1)[0]
    return (known, times / len(records) if width > 1 else 0.0, width)


def _first_records(sample: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(StringIO(sample, newline=""), delimiter=delimiter)
    return [record for record in islice(reader, _SAMPLE_RECORDS) if record]


def _is_sep_line(record: Record) -> bool:
    return record.cells[0].lower().startswith("sep=")


def _header(records: Sequence[Record]) -> Record | None:
    """Return the first record that reads like headings, None without one; a title above them is skipped."""
    for record in records[:_HEADINGS_WITHIN]:
        if headings_known(record.cells) >= min(2, len(record.cells)):
            return record
    first = records[0]
    return None if _is_customer(first.cells, [record.cells for record in records[1:]]) else first


def _is_customer(cells: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Return whether a record is a customer, also with a damaged phone or address, rather than headings."""
    if any(reads_as_contact(cell) for cell in cells):
        return True
    return any(
        ("@" in cell or sum(sign.isdigit() for sign in cell) >= _DIGITS_OF_A_PHONE) and holds_contacts(others, column)
        for column, cell in enumerate(cells)
    )


def _heading(cell: str) -> str:
    """Return a heading as it can be shown and stored: one line without invisible characters."""
    seen = "".join(sign for sign in " ".join(cell.split()) if sign.isprintable())
    return seen[:COLUMN_NAME_LIMIT]


def _without_tail(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the headings without empty ones at the end that no row of the sample has a cell for."""
    kept = list(cells)
    while len(kept) > 1 and not kept[-1].strip() and not any(len(row) >= len(kept) for row in rows):
        kept.pop()
    return kept
