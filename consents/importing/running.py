"""What a worker does with a file: examine it, then store its rows in batches, each with the place it reached.

A killed run is started again by anyone: `next_row` was moved in the transaction that stored the rows before it, and the
batches begin at the same rows every time, so the result is the one of an unbroken run.
"""

import math
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from consents.enums import ImportStatus
from consents.errors import FileRefused, ImportBusy, ImportMissing
from consents.importing.columns import import_check, row_rules
from consents.importing.conf import ANALYSED_FROM, BATCH, COUNTED_AT_ONCE, DUPLICATES_LEASE_S, LEASE_S
from consents.importing.judging.refusals import RefusalTally
from consents.importing.reading import data_file, data_records
from consents.importing.shape import shape_detect
from consents.importing.storing.judges import file_judge
from consents.importing.storing.locking import job_lock, job_locked
from consents.importing.storing.merging import batch_store, tables_analyse
from consents.importing.storing.staging import duplicates_find, rows_stage, staging_close, staging_open
from consents.importing.uploads import file_verify, files_delete
from consents.models import ImportJob

_ATTEMPTS: Final = 3
_LOST_TO_ANOTHER: Final = ("40P01", "40001")
"""Deadlock and serialization failure: the server took back our side, and the same again will do."""
_OVER: Final = (ImportStatus.FINISHED, ImportStatus.CLOSED, ImportStatus.REFUSED)


def import_examine(*, job_id: int) -> ImportStatus:
    """Find out how to read an upload, count its rows, and return the status of the job.

    UPLOADED waits for a person, or for the command; REFUSED keeps the reason and no file. A repeat changes nothing.
    Raises ImportBusy while another process holds the file, ImportMissing; an unforeseen error refuses the file too.
    """
    with job_lock(job_id):
        job = ImportJob.objects.filter(pk=job_id).first()
        if job is None:
            raise ImportMissing
        if job.status == ImportStatus.READING:
            job.leased_until = _lease()
            job.save(update_fields=["leased_until"])
            try:
                _understood(job)
            except FileRefused as error:
                _refused(job, error.reason, error.detail)
            except Exception:
                _refused(job, "file_unread")
                raise
    return ImportStatus(job.status)


def import_run(*, job_id: int, lock_wait_s: float = 0, budget_s: float = math.inf) -> ImportStatus:
    """Store the rows of a file from where the last run got to, and return the status of the job.

    RUNNING means that ``budget_s`` is spent and another call goes on; it counts from the first batch, and one batch is
    stored in any case, so each call gets on. A job that is over stays as it is. Raises ImportBusy when another run is
    at it still after ``lock_wait_s`` or the file was not examined yet, MappingIncomplete, ImportMissing; an unforeseen
    error is recorded and raised on. Two runs never overlap: the lock goes with the database connection.
    """
    with job_lock(job_id, wait_s=lock_wait_s):
        job = _begun(job_id)
        if job.status in _OVER:
            return ImportStatus(job.status)
        try:
            return _run(job, budget_s)
        except FileRefused as error:
            _failed(job, error.reason)
            return ImportStatus.FAILED
        except Exception:
            _failed(job, "broken_off")
            raise


@contextmanager
def import_rehearsal(*, job_id: int) -> Iterator[None]:
    """Store everything, let the block look at the result, then take it all back: the base stays as it was.

    Raises as `import_run`, and FileRefused. The file stays.
    """
    with job_lock(job_id), transaction.atomic():
        job = _begun(job_id)
        _run(job, math.inf, keeps_file=True)
        yield
        transaction.set_rollback(True)


def _understood(job: ImportJob) -> None:
    if not Path(job.path).is_file():
        raise FileRefused("file_missing")
    shape_detect(job)
    tally = RefusalTally(job.headers, job.mapping)
    job.total_rows = 0
    records = data_records(job)
    while cells := [record.cells for record in islice(records, COUNTED_AT_ONCE)]:
        job.total_rows += len(cells)
        tally.add(cells)
    job.refusal_values, job.refusal_meanings = tally.found(), None
    job.status = ImportStatus.UPLOADED
    job.leased_until = None
    job.save(force_update=True)  # not into the place of an upload that was discarded meanwhile


def _refused(job: ImportJob, reason: str, detail: str = "") -> None:
    job.status = ImportStatus.REFUSED
    job.error_code, job.error_detail = reason, detail
    job.leased_until = None
    job.save(update_fields=["status", "error_code", "error_detail", "leased_until"])
    files_delete(Path(job.path))


def _begun(job_id: int) -> ImportJob:
    """Mark the job as running, unless it is over."""
    with transaction.atomic():
        job = job_locked(job_id)
        if job.status == ImportStatus.READING:
            raise ImportBusy
        if job.status not in _OVER:
            import_check(job)
            job.status = ImportStatus.RUNNING
            job.error_code = job.error_detail = ""
            job.started_at = job.started_at or timezone.now()
            job.leased_until = _lease()
            job.pace_since = None
            job.save(update_fields=["status", "error_code", "error_detail", "started_at", "leased_until", "pace_since"])
    return job


def _lease(seconds: int = LEASE_S) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def _run(job: ImportJob, budget_s: float, *, keeps_file: bool = False) -> ImportStatus:
    file_verify(Path(job.path), job.sha256)
    staging_open()
    try:
        _stage(job)
        _store(job, budget_s)
    finally:
        if connection.connection is not None and not connection.needs_rollback and connection.is_usable():
            staging_close()
    if job.next_row < job.total_rows:
        return ImportStatus.RUNNING
    if job.total_rows >= ANALYSED_FROM:
        tables_analyse()
    job.status = ImportStatus.FINISHED
    job.finished_at = timezone.now()
    job.leased_until = None
    job.save(update_fields=["status", "finished_at", "leased_until"])
    if not keeps_file:
        files_delete(Path(job.path))
    return ImportStatus.FINISHED


def _stage(job: ImportJob) -> None:
    """Read the whole file into the temporary tables and compare its rows with each other."""
    total = 0
    with closing(file_judge(data_file(job), row_rules(job), rows=job.total_rows)) as blocks:
        for total in rows_stage(blocks):  # noqa: B007 - the last count is what is wanted
            ImportJob.objects.filter(pk=job.pk).update(leased_until=_lease())
    job.total_rows = total
    ImportJob.objects.filter(pk=job.pk).update(leased_until=_lease(DUPLICATES_LEASE_S))
    duplicates_find(job)


def _store(job: ImportJob, budget_s: float) -> None:
    """Store batches until the file or the budget is spent, but one at least."""
    job.pace_since, job.pace_row = timezone.now(), job.next_row
    job.save(update_fields=["pace_since", "pace_row"])
    begun = time.monotonic()
    while job.next_row < job.total_rows:
        _step(job)
        if time.monotonic() - begun >= budget_s:
            return


def _step(job: ImportJob) -> None:
    """Store one batch and the place it reached, both or neither."""
    upto = min(job.next_row + BATCH, job.total_rows)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with transaction.atomic():
                _advance(job, upto, batch_store(job, upto))
        except (IntegrityError, OperationalError) as error:
            if attempt == _ATTEMPTS or not _may_repeat(error):
                raise
        else:
            job.next_row = upto
            return


def _may_repeat(error: IntegrityError | OperationalError) -> bool:
    """Return whether the batch may succeed at the second attempt.

    Where something else made the same customer or contact in the meantime, it is there to be found now.
    """
    return isinstance(error, IntegrityError) or getattr(error.__cause__, "sqlstate", None) in _LOST_TO_ANOTHER


def _advance(job: ImportJob, upto: int, counts: dict[str, int]) -> None:
    moved = ImportJob.objects.filter(pk=job.pk, next_row=job.next_row).update(
        next_row=upto,
        total_rows=job.total_rows,
        leased_until=_lease(),
        **{name: F(name) + count for name, count in counts.items()},
    )
    if not moved:
        raise ImportBusy


def _failed(job: ImportJob, reason: str) -> None:
    """Record why the run ended if the database takes it; else the lease runs out and the sweep starts the run again."""
    if connection.connection is None or not connection.is_usable():
        connection.close()
    ImportJob.objects.filter(pk=job.pk).exclude(status=ImportStatus.FINISHED).update(
        status=ImportStatus.FAILED, error_code=reason, leased_until=None
    )
