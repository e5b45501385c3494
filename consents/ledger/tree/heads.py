"""The file of signed heads outside the database: one JSON object a line, only ever added to. No database here.

A crash can cut the last line short; the next writer ends it and writes the same head again. So a line that is no head
is accepted only as the last one, or where the line after it begins with it. Anything else raises HeadsUnreadable.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from consents.errors import HeadsUnreadable
from consents.ledger.tree.signing import FORM, Head

_START: Final = b'{"form": "' + FORM.encode() + b'", '
_TAIL: Final = 8192
"""Bytes from the end of the file that hold the last head: a line is below 400."""


def heads_append(path: Path, heads: Iterable[Head]) -> int:
    """Add heads to the file, flush it to the disk and return how many. End a line that a crash cut short first."""
    lines = [json.dumps(head.as_json(), sort_keys=True) + "\n" for head in heads]
    if not lines:
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        if _is_cut_short(file):
            file.write(b"\n")
        file.write("".join(lines).encode())
        file.flush()
        os.fsync(file.fileno())
    return len(lines)


def heads_read(path: Path, *, end: int | None = None) -> Iterator[Head]:
    """Yield the heads in the first `end` bytes of the file, one at a time. Sizes must grow. Raises HeadsUnreadable."""
    size, torn = 0, b""
    try:
        with path.open("rb") as file:
            for line in file:
                if end is not None and file.tell() > end:
                    return
                _check_goes_on(torn, line)
                head = _head_of(line)
                torn = b"" if head else line.rstrip(b"\n")
                if head is None:
                    continue
                if head.size <= size:
                    raise HeadsUnreadable(f"the head over {head.size} events is not where it was written")
                size = head.size
                yield head
    except OSError as error:
        raise HeadsUnreadable("the file of heads cannot be read") from error


def last_head(path: Path) -> Head | None:
    """Return the last whole head of the file, None when there is no file or no head. Raises HeadsUnreadable.

    Reads the end only.
    """
    if not path.exists():
        return None
    with path.open("rb") as file:
        length = file.seek(0, os.SEEK_END)
        file.seek(max(0, length - _TAIL))
        lines = file.read().removesuffix(b"\n").split(b"\n")
    for line in reversed(lines if length <= _TAIL else lines[1:]):
        head = _head_of(line) if line else None
        if head is not None:
            return head
    if length > _TAIL:
        raise HeadsUnreadable("the file does not end in heads")
    return None


def _head_of(line: bytes) -> Head | None:
    """Return the head of one line; None for a line that was cut short. Raises HeadsUnreadable for anything else."""
    if line.startswith(_START) and line.rstrip().endswith(b"}"):
        try:
            return Head.from_json(json.loads(line))
        except ValueError as error:
            raise HeadsUnreadable("a line is not JSON") from error
    begun = line.rstrip(b"\n")
    if begun and (begun.startswith(_START) or _START.startswith(begun)):
        return None
    raise HeadsUnreadable("a line is not a tree head")


def _check_goes_on(torn: bytes, line: bytes) -> None:
    shorter = min(len(torn), len(line.rstrip(b"\n")))
    if torn and torn[:shorter] != line[:shorter]:
        raise HeadsUnreadable("a line was cut short, and is not the one that follows it")


def _is_cut_short(file: Any) -> bool:
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) != b"\n")
