"""The lines that a restored database does not know of: those after the mark at which it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from consents.outside.epochs import EpochView, epoch_current, seen_outside
from consents.outside.files import Line, file_marks, line_files, lines_read

_MARGIN: Final = 200
"""Marks before that one are read too: processes write a little out of order, and a repeat is harmless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far the files go. ``is_whole``: back to before the copy was made, so that nothing is missing in between."""

    is_whole: bool
    first_day: date | None
    counter: int
    outside_counter: int


def lines_after_copy() -> Iterator[Line]:
    """Yield the lines of all that was done after the copy was made, in their order."""
    current = epoch_current()
    paths, is_whole = _files_after_copy(current)
    is_after = not is_whole
    for line in lines_read(paths):
        if line is None:
            continue
        is_after = is_after or (
            line.get("epoch") == str(current.uuid) and int(line.get("n", 0)) > current.counter - _MARGIN
        )
        if is_after:
            yield line


def outside_reach() -> Reach:
    """Return how far the files go."""
    current, seen = epoch_current(), seen_outside()
    files, (_, is_whole) = line_files(), _files_after_copy(current)
    return Reach(
        is_whole=is_whole,
        first_day=date.fromisoformat(files[0].stem) if files else None,
        counter=current.counter,
        outside_counter=seen.counter if seen else 0,
    )


def _files_after_copy(current: EpochView) -> tuple[list[Path], bool]:
    """Return the files from the one on in which the copy was made, and whether there is such a one."""
    files = line_files()
    for place in range(len(files) - 1, -1, -1):
        marks = file_marks(files[place])
        if any(epoch == str(current.uuid) and counter <= current.counter + 1 for epoch, counter in marks):
            return files[place:], True
    return files, False
