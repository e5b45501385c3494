"""What a worker does with a file: examine it, then store its rows in batches, each with the place it reached.

A killed run is started again by anyone: `next_row` was moved in the transaction that stored the rows before it, and the
batches begin at the same rows every time, so the result is the one of an unbroken run.
"""

import math
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from consents.database.clock import database_now
from consents.enums import ImportStatus
from consents.errors import FileRefused, ImportBusy, ImportMissing
from consents.importing.batches import batches_store, lease
from consents.importing.columns import import_check, row_rules
from consents.importing.conf import ANALYSED_FROM, COUNTED_AT_ONCE, DUPLICATES_LEASE_S
from consents.importing.judging.refusals import RefusalTally
from consents.importing.reading import data_file, data_records
from consents.importing.shape import shape_detect
from consents.importing.storing.judges import file_judge
from consents.importing.storing.locking import job_lock, job_locked
from consents.importing.storing.merging import tables_analyse
from consents.importing.storing.second import Second, both, second_connection
from consents.importing.storing.staging import block_stage, duplicates_find, staging_close, staging_open
from consents.importing.uploads import file_verify, files_delete
from consents.models import ImportJob

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
            job.leased_until = lease()
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
            job.started_at = job.started_at or database_now()
            job.leased_until = lease()
            job.pace_since = None
            job.save(update_fields=["status", "error_code", "error_detail", "started_at", "leased_until", "pace_since"])
    return job


def _run(job: ImportJob, budget_s: float, *, keeps_file: bool = False) -> ImportStatus:
    file_verify(Path(job.path), job.sha256)
    with second_connection(rows=job.total_rows) as second, _staging(second):
        _stage(job, second)
        _store(job, budget_s, second)
    if job.next_row < job.total_rows:
        return ImportStatus.RUNNING
    if job.total_rows >= ANALYSED_FROM:
        tables_analyse()
    job.status = ImportStatus.FINISHED
    job.finished_at = database_now()
    job.leased_until = None
    job.save(update_fields=["status", "finished_at", "leased_until"])
    if not keeps_file:
        files_delete(Path(job.path))
    return ImportStatus.FINISHED


@contextmanager
def _staging(second: Second | None) -> Iterator[None]:
    """Have the temporary tables during the block; those of a second connection end with it."""
    staging_open()
    if second:
        second.begin(staging_open).result()
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback and connection.is_usable():
            staging_close()


def _stage(job: ImportJob, second: Second | None) -> None:
    """Read the whole file into the temporary tables and compare its rows with each other."""
    total = 0
    with closing(file_judge(data_file(job), row_rules(job), rows=job.total_rows)) as blocks:
        for block in blocks:
            both(second, block_stage, block)
            total = block.last
            ImportJob.objects.filter(pk=job.pk).update(leased_until=lease())
    job.total_rows = total
    ImportJob.objects.filter(pk=job.pk).update(leased_until=lease(DUPLICATES_LEASE_S))
    both(second, duplicates_find, job)


def _store(job: ImportJob, budget_s: float, second: Second | None) -> None:
    """Store batches until the file or the budget is spent, but one at least."""
    job.pace_since, job.pace_row = database_now(), job.next_row
    job.save(update_fields=["pace_since", "pace_row"])
    begun = time.monotonic()
    while job.next_row < job.total_rows:
        batches_store(job, second)
        if time.monotonic() - begun >= budget_s:
            return


def _failed(job: ImportJob, reason: str) -> None:
    """Record why the run ended if the database takes it; else the lease runs out and the sweep starts the run again."""
    if connection.connection is None or not connection.is_usable():
        connection.close()
    ImportJob.objects.filter(pk=job.pk).exclude(status=ImportStatus.FINISHED).update(
        status=ImportStatus.FAILED, error_code=reason, leased_until=None
    )
