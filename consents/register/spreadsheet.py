"""CSV that a spreadsheet shows as it is: no cell runs as a formula, none becomes a number or a date.

One guard for every file that leaves the system; the import takes the guard away again.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Final

BOM: Final = "\ufeff"
DELIMITER: Final = ";"
_TRIGGERS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_LITERAL_LIMIT: Final = 255
"""Signs of a text within a formula, in Excel."""
_CONVERTED: Final = re.compile(
    # Numbers, amounts, dates and times in any writing: digits and the signs among them; moments as ISO 8601.
    r"[\s.,:/\\\-+%()€$₽£'№\d]*\d[\s.,:/\\\-+%()€$₽£'№\dTZeEеЕ]*"
    r"|true|false|истина|ложь"
    r"|\d{1,4}[\s.\-/]*[a-zа-я]{3,8}\.?[\s.\-/]*\d{0,4}"  # 1 мар
    r"|[a-zа-я]{3,8}\.?[\s.\-/]*\d{1,4}(?:[\s,.\-/]+\d{1,4})?"  # MARCH1
    r"|\d{1,2}(?::\d{2}){1,2}\s*[ap]m",
    re.IGNORECASE,
)
"""Texts that a spreadsheet would make a number, a date, a time or a truth value of."""
_SHOWN: Final = re.compile(r'="((?:[^"]|"")*)"')


def cell_guard(value: str) -> str:
    """Return a text in the form in which a spreadsheet shows it unchanged and runs nothing (ASVS 1.2.10).

    A text that it would run or convert becomes a formula that is this text and nothing else, `="00123"`. One too long
    for that has an apostrophe before it.
    """
    # A text that looks guarded is guarded too, so that taking the guard away gives it back unchanged.
    is_run = value.startswith(_TRIGGERS) or _is_apostrophed(value)
    is_short = len(value) <= _LITERAL_LIMIT
    if not is_run and not (is_short and _CONVERTED.fullmatch(value)):
        return value
    if is_short and value.isprintable():
        quoted = value.replace('"', '""')
        return f'="{quoted}"'
    return f"'{value}" if is_run else value


def cell_unguard(value: str) -> str:
    """Take away the guard of `cell_guard`; any other text stays as it is."""
    if shown := _SHOWN.fullmatch(value):
        return shown[1].replace('""', '"')
    return value[1:] if _is_apostrophed(value) else value


def _is_apostrophed(value: str) -> bool:
    return value.startswith("'") and value.lstrip("'").startswith(_TRIGGERS)


def csv_stream(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a CSV file in pieces: UTF-8 with BOM, `;`, CRLF, every cell quoted, texts guarded. Memory stays flat.

    A number that is given as one stays a number for the spreadsheet.
    """
    buffer = StringIO()
    buffer.write(BOM)
    writer = csv.writer(buffer, delimiter=DELIMITER, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([_written(cell) for cell in header])
    for count, row in enumerate(rows, start=1):
        writer.writerow([_written(cell) for cell in row])
        if count % _LINES_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


_LINES_AT_ONCE: Final = 500


def _written(cell: object) -> str:
    return str(cell) if type(cell) is int else cell_guard(str(cell))


def _taken(buffer: StringIO) -> bytes:
    piece = buffer.getvalue().encode("utf-8")
    buffer.seek(0)
    buffer.truncate()
    return piece
