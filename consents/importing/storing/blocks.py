"""Judged rows in blocks, as the lines that COPY takes. Pure: a process without Django's settings makes them too."""

from collections.abc import Generator, Iterable, Sequence
from itertools import islice
from typing import Final, NamedTuple

from consents.importing.files.records import Record
from consents.importing.judging.issues import Issue
from consents.importing.judging.rows import CustomerRow, ReadRow, RowReader

ROWS_AT_ONCE: Final = 5_000
"""Rows of one block, and of one COPY."""
ROW_COLUMNS: Final = ("row_no", "refused", *CustomerRow._fields)
ISSUE_COLUMNS: Final = ("row_no", "line", "column_name", "value", "code", "detail", "refuses")

_NULL: Final = "\\N"
_NOTHING: Final = (None,) * (len(CustomerRow._fields) - 3)
_ESCAPED: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Block(NamedTuple):
    """Some rows that follow each other and their issues: the number of the last row, and lines for COPY."""

    last: int
    rows: bytes
    issues: bytes


def blocks_judge(
    reader: RowReader, records: Iterable[Record], *, part: int = 0, parts: int = 1
) -> Generator[Block, None, None]:
    """Yield the rows of a file, or those of every so many-th block alone; memory holds one block."""
    following, number, last = iter(records), 0, 0
    while records_at_once := list(islice(following, ROWS_AT_ONCE)):
        if number % parts == part:
            yield _block(map(reader.read, records_at_once), last)
        number += 1
        last += len(records_at_once)


def _block(read: Iterable[ReadRow], last: int) -> Block:
    rows: list[str] = []
    issues: list[str] = []
    for item in read:
        last += 1
        if item.row is None:
            refused = (item.line, item.external_id, *_NOTHING, item.opt_out)
            rows.append(f"{last}\tt\t{_line(refused)}")
        else:
            rows.append(f"{last}\tf\t{_line(item.row)}")
        if item.issues:
            issues += [f"{last}\t{_line(_issue_values(issue))}" for issue in item.issues]
    return Block(last, "".join(rows).encode(), "".join(issues).encode())


def _issue_values(issue: Issue) -> tuple[int | str, ...]:
    return issue.line, issue.column, issue.value, issue.code, issue.detail, "t" if issue.refuses else "f"


def _line(values: Sequence[int | str | None]) -> str:
    """Return the line of values for COPY. The first is a number; nearly no value has a sign that must be escaped."""
    number, *texts = values
    line = "\t".join([_NULL if text is None else text for text in texts])  # type: ignore[misc]  # only the first is a number
    if line.count("\\") > texts.count(None) or "\n" in line or "\r" in line or line.count("\t") >= len(texts):
        line = "\t".join([_NULL if text is None else str(text).translate(_ESCAPED) for text in texts])
    return f"{number}\t{line}\n"
