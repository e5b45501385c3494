"""How a file is to be read: its encoding, delimiter, headings, columns."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from consents.errors import FileRefused
from consents.importing.files.encoding import encoding_detect
from consents.importing.files.records import Record, cells_of, filled_records, quotes_doubled
from consents.importing.judging.issues import COLUMN_NAME_LIMIT
from consents.importing.judging.mapping import (
    COLUMN_LIMIT,
    headings_known,
    holds_contacts,
    mapping_guess,
    reads_as_contact,
)
from consents.importing.reading import table_file
from consents.models import ImportJob
from consents.normalise import text_seen

DELIMITERS: Final = (";", ",", "\t", "|", "~", "^", "¦", "§", "#", "*", ":", "/", "\\", "!", "$", "\x1f", "\x01", " ")
"""The usual first. The others are believed only where they make a table and the usual do not."""
_USUAL: Final = 4

_SAMPLE: Final = 1 << 17
_SAMPLE_RECORDS: Final = 100
_HEADINGS_WITHIN: Final = 10
_DIGITS_OF_A_PHONE: Final = 5
"""No heading has so many, a damaged phone has."""
_ALWAYS: Final = 0.9
"""Share of the rows in which a column must be filled before a row without it lacks something."""
_SEP_LINE: Final = re.compile(r"sep=([^\w\s\"'\0]|\t)\s*$", re.IGNORECASE | re.MULTILINE)


class _Fitness(NamedTuple):
    """How much a text looks like a table under one delimiter, compared from the left."""

    known: int
    uniform: float
    width: int


def is_delimiter(sign: str) -> bool:
    """Return whether a sign can part columns."""
    return len(sign) == 1 and not sign.isalnum() and sign not in "\"'\r\n\0"


def shape_detect(job: ImportJob) -> None:
    """Find out how to read the file of a job and set it on the job, without a save. Raises FileRefused.

    A delimiter and a sheet that the job names already are those that a person chose. ``header_line`` is 0 where the
    first record is a customer already.
    """
    if job.file_kind == "csv":
        path = Path(job.path)
        job.encoding = encoding_detect(path)
        sample = _sample(path, job.encoding)
        job.delimiter = job.delimiter or _delimiter(sample)
        job.escapes = _has_escapes(sample, job.delimiter)
    filled = (record for record in filled_records(table_file(job)) if not (record.line == 1 and _is_sep_line(record)))
    records = list(islice(filled, _SAMPLE_RECORDS))
    if not records:
        raise FileRefused("file_empty")
    header = _header(records)
    rows = [record.cells for record in records if header is None or record.line > header.line]
    if not rows:
        raise FileRefused("file_no_rows")
    width = max(map(_filled_width, rows))
    if header:
        # A row that has more cells than there are headings is damage, and no column.
        width = max(min(width, len(header.cells)), _filled_width(header.cells))
    if width > COLUMN_LIMIT:
        raise FileRefused("columns_too_many")
    cells = header.cells if header else []
    job.headers = [_heading(cell) for cell in cells[:width]] + [""] * (width - len(cells))
    job.header_line = header.line if header else 0
    job.mapping = mapping_guess(job.headers, rows)
    # The rows of a sheet end with their last filled cell: a short one lacks nothing.
    job.least_cells = _least_cells(rows, width) if job.file_kind == "csv" else 0


def _sample(path: Path, encoding: str) -> str:
    """Return the beginning of a file in whole lines."""
    with path.open(encoding=encoding, newline="") as stream:
        text = stream.read(_SAMPLE).removeprefix("\ufeff")
    cut = text.rfind("\n")
    return text[: cut + 1] if len(text) == _SAMPLE and cut > 0 else text


def _delimiter(sample: str) -> str:
    """Return the delimiter: known headings count first, then rows of one width, then the number of cells."""
    if (said := _SEP_LINE.match(sample)) and is_delimiter(said[1]):
        return said[1]
    best = max(DELIMITERS[:_USUAL], key=lambda delimiter: _fitness(sample, delimiter))
    fitness = _fitness(sample, best)
    if fitness.width > 1 and (fitness.known > 1 or fitness.uniform >= _ALWAYS):
        return best
    other = max(DELIMITERS[_USUAL:], key=lambda delimiter: _fitness(sample, delimiter))
    found = _fitness(sample, other)
    is_table = found.width > 1 and found.uniform >= _ALWAYS and (found.known > 1 or _has_contacts(sample, other))
    return other if is_table else best


def _has_escapes(sample: str, delimiter: str) -> bool:
    """Return whether quotes within cells are escaped by a backslash, so that the rows are alike only then."""
    if '\\"' not in sample:
        return False
    doubled = "".join(map(quotes_doubled, sample.splitlines(keepends=True)))
    return _fitness(doubled, delimiter).uniform >= _fitness(sample, delimiter).uniform


def _fitness(sample: str, delimiter: str) -> _Fitness:
    try:
        records = _first_records(sample, delimiter)
    except csv.Error:
        records = []
    if not records:
        return _Fitness(0, 0.0, 0)
    known = max(headings_known(record) for record in records[:_HEADINGS_WITHIN])
    width, times = Counter(len(record) for record in records).most_common(1)[0]
    return _Fitness(known, times / len(records) if width > 1 else 0.0, width)


def _has_contacts(sample: str, delimiter: str) -> bool:
    return any(reads_as_contact(cell) for record in _first_records(sample, delimiter) for cell in record)


def _first_records(sample: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(StringIO(sample, newline=""), delimiter=delimiter)
    records = [cells_of(record, delimiter) for record in islice(reader, _SAMPLE_RECORDS) if record]
    # Delimiters behind the last filled column part nothing.
    return [record[: COLUMN_LIMIT + 1] for record in records]


def _is_sep_line(record: Record) -> bool:
    return record.cells[0].lower().startswith("sep=")


def _header(records: Sequence[Record]) -> Record | None:
    """Return the first record that reads like headings, None without one; a title above them is skipped."""
    for record in records[:_HEADINGS_WITHIN]:
        if headings_known(record.cells[:COLUMN_LIMIT]) >= min(2, _filled_width(record.cells)):
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
    seen = "".join(sign for sign in " ".join(text_seen(cell).split()) if sign.isprintable())
    return seen[:COLUMN_NAME_LIMIT]


def _filled_width(cells: Sequence[str]) -> int:
    """Return how many cells a record has up to its last filled one."""
    return next((place for place in range(len(cells), 0, -1) if cells[place - 1].strip()), 0)


def _least_cells(rows: Sequence[Sequence[str]], width: int) -> int:
    """Return how many cells a row has before its empty tail: up to the last column that is filled nearly always.

    Excel leaves out the tails that are empty in sixteen rows; a row that ends before such a column was cut off.
    """
    filled = Counter(place for cells in rows for place, cell in enumerate(cells[:width], start=1) if cell.strip())
    return max((place for place, times in filled.items() if times >= _ALWAYS * len(rows)), default=0)
