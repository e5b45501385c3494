"""The lines that a restored database does not know of: those after the mark at which it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from consents.outside.epochs import epoch_current, seen_outside
from consents.outside.files import Line, line_files, lines_read

_MARGIN: Final = 200
"""Marks before that one are read too: processes write a little out of order, and a repeat is harmless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far the files go. ``is_whole``: back to before the copy was made, so that nothing is missing in between."""

    is_whole: bool
    lines: int
    damaged: int
    first_day: date | None
    counter: int
    outside_counter: int


def lines_after_copy() -> Iterator[Line]:
    """Yield the lines of all that was done after the copy was made, in their order."""
    current = epoch_current()
    is_after = not _knows(str(current.uuid))
    for line in lines_read():
        if line is None:
            continue
        is_after = is_after or (
            line.get("epoch") == str(current.uuid) and int(line.get("n", 0)) > current.counter - _MARGIN
        )
        if is_after:
            yield line


def outside_reach() -> Reach:
    """Read all files once, and tell how far they go."""
    current, seen = epoch_current(), seen_outside()
    is_whole, lines, damaged = False, 0, 0
    for line in lines_read():
        lines += 1
        if line is None:
            damaged += 1
        elif line.get("epoch") == str(current.uuid) and int(line.get("n", 0)) <= current.counter + 1:
            is_whole = True
    files = line_files()
    return Reach(
        is_whole=is_whole,
        lines=lines,
        damaged=damaged,
        first_day=date.fromisoformat(files[0].stem) if files else None,
        counter=current.counter,
        outside_counter=seen.counter if seen else 0,
    )


def _knows(epoch: str) -> bool:
    return any(line is not None and line.get("epoch") == epoch for line in lines_read())
