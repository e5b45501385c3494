"""A list of outcomes as a person has it: a CSV, a plain list of references, or lines cut out of a mail server's log.

Pure. A line may hold anything around our reference; an outcome that it names itself stands in a cell of its own.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from notify.outbox.watching.resolution import Resolved

LOG_LIMIT: Final = 50 * 1024 * 1024
"""Bytes of the largest log that a page takes."""
_REFERENCE: Final = re.compile(r"(?<![0-9a-f-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f-])", re.IGNORECASE)
_CELLS: Final = re.compile(r"[;,\t]")

WORDS: Final[Mapping[str, Resolved]] = {
    "accepted": "accepted",
    "sent": "accepted",
    "delivered": "accepted",
    "ушло": "accepted",
    "принято": "accepted",
    "отправлено": "accepted",
    "доставлено": "accepted",
    "failed": "failed",
    "not sent": "failed",
    "bounced": "failed",
    "rejected": "failed",
    "не ушло": "failed",
    "не принято": "failed",
    "не отправлено": "failed",
    "не доставлено": "failed",
}
"""How a cell may name an outcome, in small letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomesRead:
    """A list as it was understood.

    ``without_reference``: lines that name no message. ``without_outcome``: references that came without one.
    ``contradicting``: references with two different ones; these two are left out of ``outcomes``.
    """

    outcomes: Mapping[UUID, Resolved]
    without_reference: int
    without_outcome: tuple[UUID, ...]
    contradicting: tuple[UUID, ...]


def outcomes_read(lines: Iterable[str], *, default: Resolved | None = None) -> OutcomesRead:
    """Read a list. ``default`` is the outcome of lines that name none. A reference may stand there many times."""
    said: dict[UUID, set[Resolved]] = {}
    without_reference = 0
    for line in lines:
        references = [UUID(found) for found in _REFERENCE.findall(line)]
        if not references:
            without_reference += bool(line.strip("\ufeff \r\n\t"))
            continue
        outcomes = _named(line) or ({default} if default else set())
        for reference in references:
            said.setdefault(reference, set()).update(outcomes)
    return OutcomesRead(
        outcomes={reference: next(iter(found)) for reference, found in said.items() if len(found) == 1},
        without_reference=without_reference,
        without_outcome=tuple(sorted(reference for reference, found in said.items() if not found)),
        contradicting=tuple(sorted(reference for reference, found in said.items() if len(found) > 1)),
    )


def _named(line: str) -> set[Resolved]:
    """Return the outcomes that cells of the line name."""
    cells = (cell.strip("\ufeff \r\n\t\"'").lower() for cell in _CELLS.split(line))
    return {WORDS[cell] for cell in cells if cell in WORDS}
