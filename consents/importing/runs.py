"""Customer files: received, mapped, queued, discarded, closed. A worker examines and runs them in `running`.

Old uploads hold personal data, so that none is kept longer than it is needed.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import IO, Final

from django.db import transaction
from django.db.models import Q

from consents.apart import apart
from consents.database.clock import database_now
from consents.enums import ImportStatus
from consents.errors import FileRefused, ImportBusy
from consents.importing.columns import import_check
from consents.importing.conf import NUDGE_S, STRAY_HOURS, UPLOAD_DAYS, uploads_dir
from consents.importing.judging.mapping import mapping_check
from consents.importing.judging.refusals import Meanings, meanings_check
from consents.importing.reading import kind_detect, rows_path
from consents.importing.shape import is_delimiter
from consents.importing.storing.locking import job_lock, job_locked
from consents.importing.uploads import file_write, files_delete, name_shown
from consents.models import ImportJob
from consents.private_files import folder_now

_STARTABLE: Final = (ImportStatus.UPLOADED, ImportStatus.FAILED)
_CORRECTABLE: Final = (*_STARTABLE, ImportStatus.QUEUED, ImportStatus.RUNNING)
_DISCARDABLE: Final = (*_STARTABLE, ImportStatus.READING, ImportStatus.REFUSED)
_WAITING: Final = (*_STARTABLE, ImportStatus.READING)
_LIVE: Final = (*_WAITING, ImportStatus.QUEUED, ImportStatus.RUNNING)


def import_receive(
    *,
    file_name: str,
    stream: IO[bytes],
    source: str,
    created_by_id: int | None = None,
    delimiter: str = "",
    sheet: str = "",
) -> int:
    """Store a file under a name of ours and return the id of its job, which waits for `import_examine`.

    Only its first bytes are read here. A delimiter or a sheet is what a person chose; without one it is found out.
    Raises FileRefused and keeps nothing when the bytes or the size show that it is no table. A repeat makes a second
    job.
    """
    job_uuid = uuid.uuid4()
    path = uploads_dir() / str(job_uuid)
    try:
        sha256 = file_write(stream, path)
        job = ImportJob.objects.create(
            uuid=job_uuid,
            source=source,
            file_name=name_shown(file_name),
            path=str(path),
            sha256=sha256,
            file_kind=kind_detect(path),
            delimiter=delimiter,
            sheet=sheet,
            leased_until=database_now() + timedelta(seconds=NUDGE_S),
            created_by_id=created_by_id,
        )
    except BaseException:
        files_delete(path)
        raise
    return job.pk


def import_mapping_set(*, job_id: int, mapping: Mapping[str, int], refusals: Meanings | None = None) -> None:
    """Store which column holds what, before the first row is stored. A repeat writes the same again.

    ``refusals`` is what a person says of the columns of refusals and their values; without it that stays as it is.
    Raises MappingIncomplete, ImportMissing, and ImportBusy once rows are stored or while a run holds the file.
    """
    with job_lock(job_id), transaction.atomic():
        job = job_locked(job_id)
        if job.status not in _CORRECTABLE or job.next_row > 0:
            raise ImportBusy
        mapping_check(mapping, len(job.headers))
        job.mapping = dict(mapping)
        if refusals is not None:
            meanings_check(refusals, len(job.headers))
            job.refusal_meanings = {column: dict(values) for column, values in refusals.items()}
        job.save(update_fields=["mapping", "refusal_meanings"])


def import_reread(*, job_id: int, delimiter: str, sheet: str) -> None:
    """Have an upload examined anew by a delimiter and a sheet that a person chose; an empty one is found out.

    What was said of its columns is forgotten. Raises ImportMissing, FileRefused (delimiter_unknown), and ImportBusy
    once rows are stored or while a run holds the file.
    """
    if delimiter and not is_delimiter(delimiter):
        raise FileRefused("delimiter_unknown")
    with job_lock(job_id), transaction.atomic():
        job = job_locked(job_id)
        if job.status not in _STARTABLE or job.next_row > 0:
            raise ImportBusy
        job.status = ImportStatus.READING
        job.delimiter, job.sheet = delimiter, sheet
        job.leased_until = database_now() + timedelta(seconds=NUDGE_S)
        job.save(update_fields=["status", "delimiter", "sheet", "leased_until"])
        path = Path(job.path)
        transaction.on_commit(lambda: rows_path(path).unlink(missing_ok=True))


def import_queue(*, job_id: int) -> bool:
    """Put an upload, or a run that failed, in the queue; return whether it was not there yet.

    A repeat does nothing. Raises MappingIncomplete while the columns lack an id or a contact, or refusals are unjudged.
    """
    with transaction.atomic():
        job = job_locked(job_id)
        if job.status not in _STARTABLE:
            return False
        import_check(job)
        job.status = ImportStatus.QUEUED
        job.error_code = job.error_detail = ""
        job.leased_until = database_now() + timedelta(seconds=NUDGE_S)
        job.save(update_fields=["status", "error_code", "error_detail", "leased_until"])
    return True


def import_discard(*, job_id: int) -> None:
    """Delete an upload of which no row was stored, and its file. Raises ImportBusy for any other."""
    with transaction.atomic():
        job = job_locked(job_id)
        if job.status not in _DISCARDABLE or job.next_row > 0:
            raise ImportBusy
        path = Path(job.path)
        job.delete()
        transaction.on_commit(lambda: files_delete(path))


def import_close(*, job_id: int) -> bool:
    """Close a run that stopped half-way: delete its file, keep its stored rows; return whether there was one.

    Any other upload is left as it is, so that a repeat does nothing.
    """
    with transaction.atomic():
        job = job_locked(job_id)
        if job.status != ImportStatus.FAILED or job.next_row == 0:
            return False
        job.status = ImportStatus.CLOSED
        job.finished_at = database_now()
        job.save(update_fields=["status", "finished_at"])
        path = Path(job.path)
        transaction.on_commit(lambda: files_delete(path))
    return True


def uploads_clean() -> int:
    """End uploads that nobody touched for a week and delete files that no job needs; return how many uploads.

    An upload without a stored row is discarded, a run that stopped half-way is closed. A repeat finds none.
    """
    old = database_now() - timedelta(days=UPLOAD_DAYS)
    waiting = ImportJob.objects.filter(
        Q(started_at__isnull=True) | Q(started_at__lt=old), status__in=_WAITING, created_at__lt=old
    )
    jobs = list(waiting.values_list("pk", "next_row"))
    for job_id, next_row in jobs:
        end = import_close if next_row else import_discard
        apart(f"ending upload {job_id}", partial(end, job_id=job_id), None)
    _strays_delete()
    return len(jobs)


def _strays_delete() -> None:
    """Delete the files that a killed process left: those without a row, or whose job is over."""
    needed = set(ImportJob.objects.filter(status__in=_LIVE).values_list("uuid", flat=True))
    oldest = folder_now(uploads_dir()) - STRAY_HOURS * 3600
    for path in uploads_dir().iterdir():
        # A file is written before its row, so a new one may still get its row.
        if _job_of(path) not in needed:
            apart("deleting a file of no upload", partial(_stray_delete, path, oldest), None)


def _stray_delete(path: Path, oldest: float) -> None:
    if path.stat().st_mtime < oldest:
        path.unlink(missing_ok=True)


def _job_of(path: Path) -> uuid.UUID | None:
    try:
        return uuid.UUID(path.name.partition(".")[0])
    except ValueError:
        return None
