"""CSV for a Russian Excel, with no cell that it would run as a formula.

One guard for every file that leaves the system; the import takes the guard away again.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Final

BOM: Final = "\ufeff"
DELIMITER: Final = ";"
_TRIGGERS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_LINES_AT_ONCE: Final = 500


def cell_guard(value: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula (ASVS 1.2.10)."""
    # A text that begins with a guarded text is guarded too, so that taking the guard away gives it back unchanged.
    return f"'{value}" if value.startswith(_TRIGGERS) or _is_guarded(value) else value


def cell_unguard(value: str) -> str:
    """Take away the apostrophe of `cell_guard`; any other text stays as it is."""
    return value[1:] if _is_guarded(value) else value


def _is_guarded(value: str) -> bool:
    return value.startswith("'") and value.lstrip("'").startswith(_TRIGGERS)


def csv_stream(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a CSV file in pieces: UTF-8 with BOM, `;`, CRLF, every cell quoted and guarded. Memory stays flat."""
    buffer = StringIO()
    buffer.write(BOM)
    writer = csv.writer(buffer, delimiter=DELIMITER, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([cell_guard(str(cell)) for cell in header])
    for count, row in enumerate(rows, start=1):
        writer.writerow([cell_guard(str(cell)) for cell in row])
        if count % _LINES_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: StringIO) -> bytes:
    piece = buffer.getvalue().encode("utf-8")
    buffer.seek(0)
    buffer.truncate()
    return piece
