"""The mark of the database, compared with the files outside it: a database that was set back holds everything.

The counter moves forward in the database first and is written outside before work leaves. So what the files knew before
a move is always less than what the move gives; anything else is a database that has been set back.
"""

import fcntl
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.db.models.functions import Now

from consents.enums import EpochState, SetBack
from consents.models import Epoch
from consents.outside.files import last_marks, lines_add, outside_folder

logger = logging.getLogger(__name__)

_FRESH: Final = 3
"""A database that has moved so little is new: a kill may have come before its first mark was written."""
_SEEN_IN: Final = 32
"""So many marks from the end are looked at: several processes may have written a little out of order."""

ADVANCE: Final = """
UPDATE consents_epoch SET counter = counter + CASE WHEN state = 'in_force' THEN 1 ELSE 0 END WHERE state <> 'over'
RETURNING uuid, counter, state, statement_timestamp()
"""
"""Also a part of statements of the room above, which take work by it."""

_BEGIN: Final = "INSERT INTO consents_epoch (uuid, recovered) VALUES (gen_random_uuid(), '{}') ON CONFLICT DO NOTHING"
_HOLD: Final = """
UPDATE consents_epoch
SET state = 'held', held_at = statement_timestamp(), held_for = %(reason)s, outside_counter = %(counter)s
WHERE state = 'in_force' AND NOT (%(reason)s = 'heads' AND heads_anew)
"""


class Mark(NamedTuple):
    """One move of the counter: a place in the life of the database, by the database's clock."""

    epoch: UUID
    counter: int
    state: str
    at: datetime

    @property
    def is_held(self) -> bool:
        """Return whether nothing may leave."""
        return self.state == EpochState.HELD

    def line(self, kind: str, **facts: Any) -> dict[str, Any]:
        """Return a line for the files outside."""
        return {"kind": kind, "epoch": str(self.epoch), "n": self.counter, "at": self.at.isoformat(), **facts}


class SeenOutside(NamedTuple):
    """The highest mark that the files hold."""

    epoch: UUID
    counter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochView:
    """Where the installation stands."""

    id: int
    uuid: UUID
    counter: int
    state: EpochState
    held_at: datetime | None
    held_for: str
    outside_counter: int | None
    recovered_at: datetime | None
    recovered: dict[str, Any]
    heads_anew: bool

    @property
    def is_held(self) -> bool:
        """Return whether nothing may leave."""
        return self.state == EpochState.HELD


def epoch_current() -> EpochView:
    """Return the epoch that is not over; a database without one begins its first."""
    for _ in range(2):
        row = Epoch.objects.exclude(state=EpochState.OVER).values(*EpochView.__slots__).first()
        if row is not None:
            return EpochView(**{**row, "state": EpochState(row["state"])})
        with connection.cursor() as cursor:
            cursor.execute(_BEGIN)
    raise RuntimeError("an epoch that was begun is not there: not a READ COMMITTED transaction?")


def seen_outside() -> SeenOutside | None:
    """Return the highest mark of the newest epoch in the files; None without one. No query."""
    marks = list(islice(last_marks(), _SEEN_IN))
    if not marks:
        return None
    epoch = marks[0][0]
    return SeenOutside(UUID(epoch), max(counter for of, counter in marks if of == epoch))


def mark_take() -> Mark:
    """Move the counter forward, and hold everything where that shows a set-back. The caller writes the mark outside."""
    before = seen_outside()
    if before is not None:
        return mark_checked(_advance(), before)
    # Without any mark outside one process at a time goes on: the first mark of a database makes the files.
    with (outside_folder() / ".first").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = seen_outside()
        return mark_checked(_advance(), before)


def files_ready() -> SeenOutside | None:
    """Return what the files know; without anything, begin them, or hold where the database is not new."""
    before = seen_outside()
    if before is None:
        mark_take()
        before = seen_outside()
    return before


def mark_checked(mark: Mark, before: SeenOutside | None) -> Mark:
    """Return the mark, held where the files of before the move say that the database has been set back.

    The first marks of a database make the files.
    """
    if mark.is_held:
        return mark
    if before is None and mark.counter <= _FRESH:
        lines_add([mark.line("begin")])
        return mark
    reason = _set_back(mark.epoch, mark.counter - 1, before)
    if reason is None:
        if before is not None and before.epoch != mark.epoch:
            lines_add([mark.line("begin")])
        return mark
    epoch_hold(reason, before.counter if before else None)
    return mark._replace(state=EpochState.HELD)


def epoch_check() -> EpochView:
    """Hold everything where the files show a set-back now; return where the installation stands. A repeat is harmless.

    The files are read before the database is asked: what goes on meanwhile never looks like a set-back.
    """
    before = seen_outside()
    current = epoch_current()
    if current.is_held or (before is None and current.counter <= _FRESH):
        return current
    reason = _set_back(current.uuid, current.counter, before)
    if reason is None:
        return current
    epoch_hold(reason, before.counter if before else None)
    return epoch_current()


def epoch_hold(reason: SetBack, outside_counter: int | None = None) -> None:
    """Let nothing leave any more, on any machine. A repeat changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, {"reason": reason.value, "counter": outside_counter})
        if cursor.rowcount:
            logger.critical("the database has been set back (%s): nothing is sent", reason.value)


def epoch_begin() -> EpochView:
    """End the epoch that is held and begin another; the files are told first, and the heads begin anew.

    A repeat changes nothing. Raises OSError.
    """
    current = epoch_current()
    if not current.is_held:
        return current
    seen = seen_outside()
    known = max(current.counter, current.outside_counter or 0, seen.counter if seen else 0)
    # Two that end it at one moment name the same successor.
    successor = uuid5(current.uuid, f"{seen.epoch if seen else ''}|{known}|{current.held_at}")
    lines_add([{"kind": "begin", "epoch": str(successor), "n": 1, "after": str(current.uuid)}])
    with transaction.atomic():
        ended = Epoch.objects.filter(pk=current.id, state=EpochState.HELD)
        if ended.update(state=EpochState.OVER, counter=known):
            if seen is not None and seen.epoch != current.uuid:
                # What the copy did not know of: an epoch that had begun after it.
                Epoch.objects.get_or_create(
                    uuid=seen.epoch, defaults={"state": EpochState.OVER, "counter": seen.counter}
                )
            Epoch.objects.create(uuid=successor, counter=1, heads_anew=True)
    return epoch_current()


def epoch_recovered(*, counts: Mapping[str, int]) -> None:
    """Write down what has been read back from the files into the epoch that is held."""
    Epoch.objects.filter(state=EpochState.HELD).update(recovered=dict(counts), recovered_at=Now())


def heads_anew_asked() -> bool:
    """Return whether the file of heads has to begin anew after a restore."""
    return Epoch.objects.filter(state=EpochState.IN_FORCE, heads_anew=True).exists()


def heads_anew_done() -> None:
    """Write down that the file of heads has begun anew."""
    Epoch.objects.filter(state=EpochState.IN_FORCE).update(heads_anew=False)


def _advance() -> Mark:
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(ADVANCE)
            row = cursor.fetchone()
        if row is not None:
            return Mark(*row)
        epoch_current()
    raise RuntimeError("there is no epoch")


def _set_back(epoch: UUID, counter: int, before: SeenOutside | None) -> SetBack | None:
    """Return how it shows that a database that stood at a mark has been set back; None where nothing does."""
    if before is None:
        return SetBack.MISSING
    if before.epoch == epoch:
        return SetBack.BEHIND if counter < before.counter else None
    is_ended = Epoch.objects.filter(uuid=before.epoch, state=EpochState.OVER, counter__gte=before.counter).exists()
    return None if is_ended else SetBack.OTHER
