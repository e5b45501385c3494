"""Customer files: taken in, understood, corrected, queued, thrown away. The run itself is in `import_running`."""

import hashlib
import os
import uuid
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import IO, Final

from django.db import transaction
from django.utils import timezone

from consents.enums import ImportStatus
from consents.errors import FileRefused, ImportBusy, ImportMissing
from consents.importing.conf import UPLOAD_DAYS, uploads_dir
from consents.importing.mapping import mapping_check
from consents.importing.reading import CSV_LIMIT, data_records, rows_path, shape_detect
from consents.models import ImportJob

_PIECE: Final = 1 << 18
_STARTABLE: Final = (ImportStatus.UPLOADED, ImportStatus.FAILED)


def import_receive(*, file_name: str, stream: IO[bytes], source: str, created_by_id: int | None = None) -> int:
    """Keep a file under a name of ours, find out how to read it, and give the id of its job.

    Raises FileRefused and keeps nothing when it cannot be read. A repeat makes a second job.
    """
    job_uuid = uuid.uuid4()
    path = uploads_dir() / str(job_uuid)
    try:
        sha256 = _written(stream, path)
        shape = shape_detect(path)
        job = ImportJob(
            uuid=job_uuid,
            source=source,
            file_name=_shown_name(file_name),
            path=str(path),
            sha256=sha256,
            file_kind=shape.kind,
            encoding=shape.encoding,
            delimiter=shape.delimiter,
            mapping=shape.mapping,
            headers=list(shape.headings),
            header_line=shape.header_line,
            total_rows=sum(1 for _record in data_records(path, shape)),
            created_by_id=created_by_id,
        )
        job.save()
    except BaseException:
        _files_delete(path)
        raise
    return job.pk


def import_mapping_set(*, job_id: int, mapping: Mapping[str, int]) -> None:
    """Say which column holds what, before the first row is stored. A repeat writes the same again.

    Raises MappingIncomplete, ImportMissing, and ImportBusy once rows are stored.
    """
    with transaction.atomic():
        job = _locked(job_id)
        if job.status not in _STARTABLE or job.next_row > 0:
            raise ImportBusy
        mapping_check(mapping, len(job.headers))
        job.mapping = dict(mapping)
        job.save(update_fields=["mapping"])


def import_queue(*, job_id: int) -> bool:
    """Put an upload, or a run that failed, in the queue; say whether it was not there yet.

    Raises MappingIncomplete while the columns do not tell enough. A repeat does nothing.
    """
    with transaction.atomic():
        job = _locked(job_id)
        if job.status not in _STARTABLE:
            return False
        mapping_check(job.mapping, len(job.headers))
        job.status = ImportStatus.QUEUED
        job.error_code = ""
        job.leased_until = timezone.now() + timedelta(seconds=30)  # until then the nudge may still be on its way
        job.save(update_fields=["status", "error_code", "leased_until"])
    return True


def import_discard(*, job_id: int) -> None:
    """Forget an upload of which no row was stored, and delete its file. Raises ImportBusy for any other."""
    with transaction.atomic():
        job = _locked(job_id)
        if job.status not in _STARTABLE or job.next_row > 0:
            raise ImportBusy
        path = Path(job.path)
        job.delete()
        transaction.on_commit(lambda: _files_delete(path))


def uploads_clean() -> int:
    """Discard uploads that nobody started within a week; give how many. A repeat finds none."""
    old = timezone.now() - timedelta(days=UPLOAD_DAYS)
    waiting = ImportJob.objects.filter(status__in=_STARTABLE, next_row=0, created_at__lt=old)
    job_ids = list(waiting.values_list("pk", flat=True))
    for job_id in job_ids:
        import_discard(job_id=job_id)
    return len(job_ids)


def import_files_delete(job: ImportJob) -> None:
    """Delete the file of a job that is over: the rows are in the base, the report in its issues."""
    _files_delete(Path(job.path))


def file_verify(job: ImportJob) -> None:
    """Raise FileRefused (file_missing, file_changed) unless the file is the one that was uploaded."""
    path = Path(job.path)
    if not path.is_file():
        raise FileRefused("file_missing")
    if file_sha256(path) != job.sha256:
        raise FileRefused("file_changed")


def file_sha256(path: Path) -> str:
    """Give the SHA-256 of a file in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _locked(job_id: int) -> ImportJob:
    job = ImportJob.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise ImportMissing
    return job


def _written(stream: IO[bytes], path: Path) -> str:
    """Write the bytes for us alone to read; give their SHA-256."""
    digest = hashlib.sha256()
    size = 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > CSV_LIMIT:
                raise FileRefused("file_too_big")
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()


def _shown_name(file_name: str) -> str:
    """Give the name as a person may see it: no folders, nothing that cannot be seen."""
    name = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable()).strip()[:255] or "—"


def _files_delete(path: Path) -> None:
    for place in (path, rows_path(path)):
        place.unlink(missing_ok=True)
