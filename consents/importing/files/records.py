"""Records of a CSV file one by one, in flat memory; an unclosed quote costs its own line and nothing more."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

csv.field_size_limit(1 << 22)
"""The library's own limit of 128 KiB is less than a note in a cell may have; lines are limited before."""
LINES_LIMIT: Final = 50
"""Lines of one quoted record. Beyond this a quote was never closed."""


_ESCAPED: Final = re.compile(r'\\([\\"])')


class Record(NamedTuple):
    """One record: its number in the file (the first is 1) and its cells. ``broken``: a quote in it is never closed."""

    line: int
    cells: list[str]
    broken: bool = False


class CsvFile(NamedTuple):
    """A file and how to read it.

    ``width`` and ``least`` are those of `csv_records`; records up to ``header_line`` are no data.
    """

    path: str
    encoding: str
    delimiter: str
    width: int = 0
    least: int = 0
    escapes: bool = False
    header_line: int = 0


class _Lines:
    """Lines of the file for the CSV reader, which can be given back and which know what the last record took."""

    def __init__(self, stream: IO[str], *, escapes: bool) -> None:
        self._stream = map(quotes_doubled, stream) if escapes else stream
        self._back: deque[str] = deque()
        self.taken: list[str] = []
        self.cut = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= LINES_LIMIT:
            self.cut = True
            raise StopIteration
        line = self._back.popleft() if self._back else next(self._stream)
        self.taken.append(line)
        return line

    def give_back(self) -> str:
        """Put all lines of the record but the first back into the queue; return the first."""
        first, *rest = self.taken
        self._back.extendleft(reversed(rest))
        self.cut = False
        return first


def quotes_doubled(line: str) -> str:
    """Return a line of MySQL, which puts a backslash before a quote, as other programs write it."""
    return _ESCAPED.sub(lambda found: '""' if found[1] == '"' else found[1], line) if "\\" in line else line


def cells_of(cells: list[str], delimiter: str) -> list[str]:
    """Return the cells of a record whose line as a whole was taken for one cell and quoted; any other as it is."""
    if len(cells) == 1 and delimiter in cells[0] and not any(end in cells[0] for end in "\r\n"):
        return next(csv.reader(cells, delimiter=delimiter), cells)
    return cells


def csv_records(
    path: Path, *, encoding: str, delimiter: str, width: int = 0, least: int = 0, escapes: bool = False
) -> Iterator[Record]:
    """Yield every record of a file whose encoding is certain. Blank lines are records without cells.

    ``width`` is the number of columns, ``least`` that of a row without its empty tail: a record over several lines that
    has more or fewer began with a stray quote, so only its first line is broken and the reading goes on with the
    second. A width of 0 trusts every quote.
    """
    with path.open(encoding=encoding, newline="") as stream:
        if encoding.startswith("utf-16") and stream.read(1) != "\ufeff":
            stream.seek(0)
        lines = _Lines(stream, escapes=escapes)
        reader = csv.reader(lines, delimiter=delimiter)
        number = 0
        while True:
            number += 1
            lines.taken.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:  # a cell longer than any cell
                cells = []
                broken = True
            else:
                broken = len(lines.taken) > 1 and _is_stray(lines, cells, width, least or width)
            if broken:
                first = lines.give_back()
                reader = csv.reader(lines, delimiter=delimiter)
                cells = [first.rstrip("\r\n")]
            yield Record(number, cells if broken else cells_of(cells, delimiter), broken)


def _is_stray(lines: _Lines, cells: list[str], width: int, least: int) -> bool:
    if lines.cut:
        return True
    is_other = len(cells) < least or any(cells[width:])
    return bool(width) and (is_other or sum(line.count('"') for line in lines.taken) % 2 == 1)


def filled_records(file: CsvFile) -> Iterator[Record]:
    """Yield the records of data that are not blank, with their numbers in the file."""
    records = csv_records(
        Path(file.path),
        encoding=file.encoding,
        delimiter=file.delimiter,
        width=file.width,
        least=file.least,
        escapes=file.escapes,
    )
    for record in records:
        if record.line > file.header_line and any(map(str.strip, record.cells)):
            yield record
