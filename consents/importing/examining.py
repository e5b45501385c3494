"""Examining an upload: its kind, encoding, columns and number of rows, found by reading the whole file."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from consents.enums import ImportStatus
from consents.errors import FileRefused, ImportMissing
from consents.importing.conf import LEASE_S
from consents.importing.reading import data_records, shape_detect
from consents.importing.storing.locking import job_lock
from consents.importing.uploads import files_delete
from consents.models import ImportJob


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
            job.leased_until = timezone.now() + timedelta(seconds=LEASE_S)
            job.save(update_fields=["leased_until"])
            try:
                _understood(job)
            except FileRefused as error:
                _refused(job, error.reason, error.detail)
            except Exception:
                _refused(job, "file_unread")
                raise
    return ImportStatus(job.status)


def _understood(job: ImportJob) -> None:
    if not Path(job.path).is_file():
        raise FileRefused("file_missing")
    shape_detect(job)
    job.total_rows = sum(1 for _record in data_records(job))
    job.status = ImportStatus.UPLOADED
    job.leased_until = None
    job.save(force_update=True)  # not into the place of an upload that was discarded meanwhile


def _refused(job: ImportJob, reason: str, detail: str = "") -> None:
    job.status = ImportStatus.REFUSED
    job.error_code, job.error_detail = reason, detail
    job.leased_until = None
    job.save(update_fields=["status", "error_code", "error_detail", "leased_until"])
    files_delete(Path(job.path))
