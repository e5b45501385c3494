"""The batches of a run: each is stored with the place it reached, two of a long file side by side."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from copy import copy
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F

from consents.database.clock import database_now
from consents.errors import ImportBusy
from consents.importing.conf import BATCH, LEASE_S
from consents.importing.storing.merging import batch_store, source_locked
from consents.importing.storing.second import Second
from consents.models import ImportJob

_ATTEMPTS: Final = 3
_LOST_TO_ANOTHER: Final = ("40P01", "40001")
"""Deadlock and serialization failure: the server took back our side, and the same again will do."""


def lease(seconds: int = LEASE_S) -> datetime:
    """Return the lease of a run that shows life now."""
    return database_now() + timedelta(seconds=seconds)


def batches_store(job: ImportJob, second: Second | None) -> None:
    """Store the next batch, or the next two, and move `next_row` of the job."""
    is_last = job.total_rows - job.next_row <= BATCH
    if second is None or is_last or not _pair(job, second):
        _step(job)


def _step(job: ImportJob) -> None:
    """Store one batch and the place it reached, both or neither."""
    upto = min(job.next_row + BATCH, job.total_rows)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            _store(job, upto)
        except (IntegrityError, OperationalError) as error:
            if attempt == _ATTEMPTS or not _may_repeat(error):
                raise
        else:
            job.next_row = upto
            return


def _pair(job: ImportJob, second: Second) -> bool:
    """Store two batches side by side, the later one after the earlier; return whether both are stored.

    False where something else made the same customer meanwhile: the batch that lost can be stored again, by itself.
    """
    later = copy(job)
    later.next_row = middle = job.next_row + BATCH
    upto = min(middle + BATCH, job.total_rows)
    earlier: Future[None] = Future()
    with source_locked(job.source):
        done = second.begin(_store, later, upto, until_earlier=earlier.result)
        try:
            _store(job, middle)
            job.next_row = middle
            earlier.set_result(None)
            done.result()
            job.next_row = upto
        except (IntegrityError, OperationalError) as error:
            if not _may_repeat(error):
                raise
            return False
        finally:
            earlier.cancel()  # unless it is stored: then the later one takes back what it has
            wait([done])
    return True


def _store(job: ImportJob, upto: int, *, until_earlier: Callable[[], None] | None = None) -> None:
    with transaction.atomic():
        _advance(job, upto, batch_store(job, upto, until_earlier=until_earlier))


def _may_repeat(error: IntegrityError | OperationalError) -> bool:
    """Return whether the batch may succeed at the second attempt.

    Where something else made the same customer or contact in the meantime, it is there to be found now.
    """
    return isinstance(error, IntegrityError) or getattr(error.__cause__, "sqlstate", None) in _LOST_TO_ANOTHER


def _advance(job: ImportJob, upto: int, counts: dict[str, int]) -> None:
    moved = ImportJob.objects.filter(pk=job.pk, next_row=job.next_row).update(
        next_row=upto,
        total_rows=job.total_rows,
        leased_until=lease(),
        **{name: F(name) + count for name, count in counts.items()},
    )
    if not moved:
        raise ImportBusy
