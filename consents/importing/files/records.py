"""Records of a CSV file one by one, in flat memory; an unclosed quote costs its own line and nothing more."""

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

LINES_LIMIT: Final = 50
"""Lines of one quoted record. Beyond this a quote was never closed."""


class Record(NamedTuple):
    """One record: its number in the file (the first is 1) and its cells. ``broken``: a quote in it is never closed."""

    line: int
    cells: list[str]
    broken: bool = False


class _Lines:
    """Lines of the file for the CSV reader, which can be given back and which know what the last record took."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
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


def csv_records(path: Path, *, encoding: str, delimiter: str, width: int = 0) -> Iterator[Record]:
    """Yield every record of a file whose encoding is certain. Blank lines are records without cells.

    ``width`` is the number of columns: a record over several lines that does not have it began with a stray quote, so
    only its first line is broken and the reading goes on with the second. 0 trusts every quote.
    """
    with path.open(encoding=encoding, newline="") as stream:
        if encoding.startswith("utf-16") and stream.read(1) != "\ufeff":
            stream.seek(0)
        lines = _Lines(stream)
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
                broken = len(lines.taken) > 1 and _is_stray(lines, cells, width)
            if broken:
                first = lines.give_back()
                reader = csv.reader(lines, delimiter=delimiter)
                cells = [first.rstrip("\r\n")]
            yield Record(number, cells, broken)


def _is_stray(lines: _Lines, cells: list[str], width: int) -> bool:
    if lines.cut:
        return True
    return bool(width) and (len(cells) != width or sum(line.count('"') for line in lines.taken) % 2 == 1)
