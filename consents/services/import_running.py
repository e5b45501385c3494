"""The run of one import: rows staged once, stored in batches, each batch with the place it reached.

A killed run is started again by anyone: `next_row` was moved in the transaction that stored the rows before it, and the
batches begin at the same rows every time, so the result is the one of an unbroken run.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from consents.enums import ImportStatus
from consents.errors import FileRefused, ImportBusy, ImportMissing
from consents.importing.columns import column_name, job_reader, job_shape
from consents.importing.conf import BATCH, LEASE_S, company_zone
from consents.importing.mapping import ImportField, mapping_check
from consents.importing.reading import data_records
from consents.importing.staging import rows_stage, staging_close, staging_open, twins_find
from consents.importing.storing import Batch, BatchResult, batch_store
from consents.models import ImportJob
from consents.services.importing import file_verify, import_files_delete

_LOCK_SPACE: Final = 0x494D50
_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Running:
    """How long a run may take before it hands over: None is until the end."""

    until: float | None = None

    def is_over(self) -> bool:
        """Say whether the next batch is for another run."""
        return self.until is not None and time.monotonic() >= self.until


def import_run(*, job_id: int, lock_wait_s: float = 0, budget_s: float | None = None) -> ImportStatus:
    """Store the rows of a file from where the last run got to, and give what the job has come to.

    RUNNING means that ``budget_s`` is spent and another call goes on. A finished job stays as it is. Raises
    ImportBusy when another run is at it still after ``lock_wait_s``, MappingIncomplete, ImportMissing; an unforeseen
    error is recorded and raised on. Two runs never overlap: the lock goes with the database connection.
    """
    running = Running(None if budget_s is None else time.monotonic() + budget_s)
    with _alone(job_id, lock_wait_s):
        job = _begun(job_id)
        if job.status == ImportStatus.FINISHED:
            return ImportStatus.FINISHED
        try:
            return _run(job, running)
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
    with _alone(job_id, 0), transaction.atomic():
        job = _begun(job_id)
        _run(job, Running(), keeps_file=True)
        yield
        transaction.set_rollback(True)


@contextmanager
def _alone(job_id: int, wait_s: float) -> Iterator[None]:
    """Hold the lock of a job while the block runs. A killed process gives it back with its connection."""
    deadline = time.monotonic() + wait_s
    while not _lock("pg_try_advisory_lock", job_id):
        if time.monotonic() >= deadline:
            raise ImportBusy
        time.sleep(0.2)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            _lock("pg_advisory_unlock", job_id)


def _lock(function: str, job_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [_LOCK_SPACE, job_id])
        (done,) = cursor.fetchone()
        return bool(done)


def _begun(job_id: int) -> ImportJob:
    """Mark the job as running, unless it is over."""
    with transaction.atomic():
        job = ImportJob.objects.select_for_update().filter(pk=job_id).first()
        if job is None:
            raise ImportMissing
        if job.status != ImportStatus.FINISHED:
            mapping_check(job.mapping, len(job.headers))
            job.status = ImportStatus.RUNNING
            job.error_code = ""
            job.started_at = job.started_at or timezone.now()
            job.leased_until = _lease()
            job.save(update_fields=["status", "error_code", "started_at", "leased_until"])
    return job


def _lease() -> datetime:
    return timezone.now() + timedelta(seconds=LEASE_S)


def _run(job: ImportJob, running: Running, *, keeps_file: bool = False) -> ImportStatus:
    file_verify(job)
    staging_open()
    try:
        _stage(job)
        while job.next_row < job.total_rows:
            if running.is_over():
                return ImportStatus.RUNNING
            _step(job)
    finally:
        if connection.connection is not None and not connection.needs_rollback and connection.is_usable():
            staging_close()
    job.status = ImportStatus.FINISHED
    job.finished_at = timezone.now()
    job.leased_until = None
    job.save(update_fields=["status", "finished_at", "leased_until"])
    if not keeps_file:
        import_files_delete(job)
    return ImportStatus.FINISHED


def _stage(job: ImportJob) -> None:
    """Read the whole file into the temporary tables and compare its rows with each other."""
    reader = job_reader(job)
    records = data_records(Path(job.path), job_shape(job))
    total = 0
    for total in rows_stage(reader.read(record) for record in records):  # noqa: B007 - the last count is what is wanted
        ImportJob.objects.filter(pk=job.pk).update(leased_until=_lease())
    job.total_rows = total
    twins_find(
        source=job.source,
        id_column=column_name(job, ImportField.EXTERNAL_ID),
        phone_column=column_name(job, ImportField.PHONE),
        email_column=column_name(job, ImportField.EMAIL),
        opt_out_column=column_name(job, ImportField.OPT_OUT),
    )


def _step(job: ImportJob) -> None:
    """Store one batch and the place it reached, both or neither."""
    batch = Batch(
        job_id=job.pk,
        job_uuid=job.uuid,
        source=job.source,
        zone=company_zone(),
        after=job.next_row,
        upto=min(job.next_row + BATCH, job.total_rows),
        id_column=column_name(job, ImportField.EXTERNAL_ID),
        phone_column=column_name(job, ImportField.PHONE),
        email_column=column_name(job, ImportField.EMAIL),
        opt_out_column=column_name(job, ImportField.OPT_OUT),
    )
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with transaction.atomic():
                _advance(job, batch, batch_store(batch))
        except IntegrityError:
            # Something else made the same customer or contact in the meantime: now it is there to be found.
            if attempt == _ATTEMPTS:
                raise
        else:
            job.next_row = batch.upto
            return


def _advance(job: ImportJob, batch: Batch, result: BatchResult) -> None:
    moved = ImportJob.objects.filter(pk=job.pk, next_row=batch.after).update(
        next_row=batch.upto,
        total_rows=job.total_rows,
        created_count=F("created_count") + result.created,
        updated_count=F("updated_count") + result.updated,
        unchanged_count=F("unchanged_count") + result.unchanged,
        refused_count=F("refused_count") + result.refused,
        doubtful_count=F("doubtful_count") + result.doubtful,
        leased_until=_lease(),
    )
    if not moved:
        raise ImportBusy


def _failed(job: ImportJob, reason: str) -> None:
    """Say why the run ended, where that can still be written; else the lease runs out and the sweep starts it again."""
    if connection.connection is None or not connection.is_usable():
        connection.close()
    ImportJob.objects.filter(pk=job.pk).exclude(status=ImportStatus.FINISHED).update(
        status=ImportStatus.FAILED, error_code=reason, leased_until=None
    )
