"""Files outside the database: lines that are only added, one file a day, and small files that are there or not.

Everything is on the disk before a call returns. No database here.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from consents.database.clock import database_now
from consents.private_files import private_folder, private_open

Line = Mapping[str, Any]

TAIL: Final = 1 << 17
"""Bytes from the end of a file that hold its last lines: the longest is below 40 kB."""
_SUFFIX: Final = ".jsonl"
_MARK: Final = re.compile(rb'^\{"kind":"[a-z_]+","epoch":"([0-9a-f-]{36})","n":(\d+),', re.MULTILINE)


def outside_folder() -> Path:
    """Return the folder, made when it is missing."""
    return private_folder(Path(settings.OUTSIDE_DIR or Path(settings.VAR_DIR) / "outside"))


def lines_add(lines: Iterable[Line], *, is_synced: bool = True) -> None:
    """Add lines to the file of today (UTC). A line that a crash cut short is ended first. Raises OSError.

    ``is_synced`` False leaves the flush to the disk to whoever adds next, for what a crash may lose.
    """
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode()
    path = _today()
    is_new = not path.exists()
    with _opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _write(descriptor, (b"\n" if _is_cut_short(descriptor) else b"") + text)
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        if is_synced:
            os.fdatasync(descriptor)
    if is_new:
        _folder_sync(path.parent)


def line_files() -> list[Path]:
    """Return the files of lines, oldest first."""
    return sorted(outside_folder().glob(f"[0-9]*{_SUFFIX}"))


def lines_read(paths: Iterable[Path] | None = None) -> Iterator[Line | None]:
    """Yield every line in order; None for one that cannot be read, as a crash leaves it."""
    for path in line_files() if paths is None else paths:
        with path.open("rb") as file:
            for raw in file:
                if raw.strip():
                    yield _line_of(raw)


def last_marks() -> Iterator[tuple[str, int]]:
    """Yield epoch and counter of the last lines that have them, newest first, from the ends of the files."""
    for path in reversed(line_files()):
        with path.open("rb") as file:
            length = file.seek(0, os.SEEK_END)
            file.seek(max(0, length - TAIL))
            found = _MARK.findall(file.read())
        yield from ((epoch.decode(), int(counter)) for epoch, counter in reversed(found))


def file_marks(path: Path) -> list[tuple[str, int]]:
    """Return epoch and counter of every line of a file that has them, in their order."""
    return [(epoch.decode(), int(counter)) for epoch, counter in _MARK.findall(path.read_bytes())]


def lines_sync() -> None:
    """Flush what was added without that. Raises OSError."""
    with _opened(_today()) as descriptor:
        os.fdatasync(descriptor)


def lines_forget(*, days: int) -> int:
    """Delete the files of lines that are older; return how many. The newest one always stays."""
    oldest = (database_now().date() - timedelta(days=days)).isoformat()
    gone = [path for path in line_files()[:-1] if path.stem < oldest]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def file_put(path: Path, content: Line) -> None:
    """Write a small file at once and whole. One that is there already stays as it is. Raises OSError."""
    private_folder(path.parent)
    if path.exists():
        return
    draft = path.with_suffix(f".{os.getpid()}-{os.urandom(4).hex()}")
    try:
        with _opened(draft) as descriptor:
            _write(descriptor, json.dumps(content).encode())
            os.fdatasync(descriptor)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    _folder_sync(path.parent)


def file_read(path: Path) -> Line | None:
    """Return a small file; None where it is gone or cannot be read."""
    try:
        return _line_of(path.read_bytes())
    except OSError:
        return None


def _today() -> Path:
    return outside_folder() / f"{database_now().date().isoformat()}{_SUFFIX}"


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """Open for adding."""
    descriptor = private_open(path, os.O_RDWR | os.O_APPEND)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _write(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


def _is_cut_short(descriptor: int) -> bool:
    length = os.fstat(descriptor).st_size
    return length > 0 and os.pread(descriptor, 1, length - 1) != b"\n"


def _folder_sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _line_of(raw: bytes) -> Line | None:
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None
