"""The process that unpacks one workbook: bound in memory and time, it writes rows to its output and nothing else.

`python -m consents.importing.files.sheet_child FILE MEGABYTES SECONDS SHEET`. A line is a list of rows in JSON, or an
object of facts about the book; the last is a text, empty when all rows were given, or the reason of `FileRefused`.
Without it the process broke off.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from consents.errors import FileRefused
from consents.importing.files.sheet_book import book_rows
from consents.importing.files.sheet_faults import Row

_AT_ONCE: Final = 1 << 16
"""Characters of the rows of one line."""


def main(path: Path, megabytes: int, seconds: int, sheet: str) -> None:
    """Write the rows of a workbook, then how it ended."""
    memory = megabytes << 20
    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),  # it would hold customers
    ):
        resource.setrlimit(kind, (limit, limit))
    try:
        for rows in _batches(book_rows(path, sheet=sheet, tell=_say)):
            _say(rows)
        _say("")
    except FileRefused as error:
        _say(error.reason)
    except MemoryError:
        _say("file_heavy")
    except BaseException as error:
        # What the library itself stumbles over is raised past Exception.
        if type(error).__name__ != "PanicException":
            raise
        _say("file_broken")


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(map(len, row[1]))
        if size > _AT_ONCE:
            yield batch
            batch, size = [], 0
    yield batch


def _say(message: list[Row] | dict[str, object] | str) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
