"""The rows of a workbook, unpacked by a process of its own that is bound in memory and time and sees no secret.

The library is not ours and keeps a whole sheet in memory: what it takes, and whatever a file makes it do, ends with
the process. Rows come over a pipe as JSON, which says nothing but rows whatever became of the process.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import Final

from django.conf import settings

from consents.errors import FileRefused
from consents.importing import conf
from consents.importing.files.sheet_faults import Row

WORKBOOK_LIMIT: Final = 100 << 20

_ROOT: Final = Path(__file__).parents[3]
_LINE_LIMIT: Final = 64 << 20
_OUT_OF_BOUNDS: Final = (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU)
"""How the process ends without memory (of itself, by the system) and out of time (by us, by the system)."""


@dataclass(slots=True)
class BookFacts:
    """What is known of a workbook once its rows were read.

    ``sheets`` holds the name and the state of each: read, empty, skipped, or hidden, which is skipped too.
    """

    kind: str = "xlsx"
    sheet: str = ""
    sheets: list[list[str]] = field(default_factory=list)
    hidden_rows: int = 0


def sheet_rows(path: Path, *, sheet: str = "", facts: BookFacts | None = None) -> Iterator[Row]:
    """Yield (row number in the sheet, cells as text) as `sheet_book.book_rows` does, which runs in another process.

    What it tells besides is set on ``facts``. That process ends with the iterator. Raises FileRefused: file_too_big,
    what `book_rows` raises, file_heavy when memory or time ran out, and file_unread when the process broke off in any
    other way.
    """
    if path.stat().st_size > WORKBOOK_LIMIT:
        raise FileRefused("file_too_big")
    seconds = conf.WORKBOOK_SECONDS
    command = [sys.executable, "-m", "consents.importing.files.sheet_child", str(path.absolute())]
    command += [str(settings.IMPORT_MEMORY_MB), str(seconds), sheet]
    with subprocess.Popen(  # noqa: S603 - our own module, and no shell
        command, cwd=_ROOT, env={}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        timer = Timer(seconds, child.kill)
        timer.start()
        try:
            yield from _told(child, facts or BookFacts())
        finally:
            timer.cancel()
            child.kill()


def _told(child: "subprocess.Popen[bytes]", facts: BookFacts) -> Iterator[Row]:
    """Yield the rows that the process tells; refuse the file for the reason it gives, or when it gave no last word."""
    if child.stdout is None:
        raise FileRefused("file_unread")
    while (line := child.stdout.readline(_LINE_LIMIT)).endswith(b"\n"):
        message = json.loads(line)
        if message == "":
            return
        if isinstance(message, str):
            raise FileRefused(message)
        if isinstance(message, dict):
            for name, value in message.items():
                setattr(facts, name, value)
            continue
        yield from ((number, cells) for number, cells in message)
    child.stdout.close()  # ends a process that would say more than a line may hold
    raise FileRefused("file_heavy" if child.wait() in _OUT_OF_BOUNDS else "file_unread")
