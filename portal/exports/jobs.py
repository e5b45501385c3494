"""Files that staff asked for: made by a worker, fetched by the person who asked, deleted after a day.

The rows are the queue: the sweep repairs a lost nudge, and a second worker finds the row taken.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from consents.apart import apart
from consents.database.clock import database_now
from consents.database.snapshot import snapshot
from consents.private_files import folder_now, private_create, private_folder
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import action_record
from portal.errors import ExportChanged, ExportMissing
from portal.exports.kinds import ExportKind, export_open
from portal.exports.max_answer import ACCOUNT
from portal.models import ExportJob
from portal.models.export import ExportState

LIFE: Final = timedelta(hours=24)
FORGOTTEN: Final = timedelta(minutes=2)
"""A row that still waits after this long has lost its nudge."""
HOPELESS: Final = timedelta(hours=6)
"""Long after runs of imports and checks of the ledger, an hour each at most, have let the worker that they share go."""
NUDGE_EXPIRES: Final = 300.0
"""Seconds from one sweep to the next, which nudges again whatever still waits."""

MEDIA_TYPES: Final = {".zip": "application/zip", ".pdf": "application/pdf", ".csv": "text/csv; charset=utf-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """A file that may be handed over."""

    path: Path
    name: str
    sha256: str

    @property
    def content_type(self) -> str:
        """Return its media type."""
        return MEDIA_TYPES[self.path.suffix]


def filters_said(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the journal of staff says of a filter: an account stays out, also encrypted."""
    return {name: value for name, value in filters.items() if name != ACCOUNT}


def export_request(*, kind: ExportKind, filters: dict[str, Any], reason: str, requested_by_id: int) -> int:
    """Put an export into the queue and return its number; the view then starts the task on commit.

    ``filters`` holds numbers and days, and an account of a messenger encrypted, never a contact in clear. Each call
    makes another export: its reason is its own.
    """
    return ExportJob.objects.create(kind=kind, filters=filters, reason=reason, created_by_id=requested_by_id).pk


def export_make(*, job_id: int) -> bool:
    """Write the file of a queued export and record its rows and hash. Return False when another worker has made it.

    Two workers at once each write a file of their own; the row takes the first and the other is deleted.
    """
    job = ExportJob.objects.filter(pk=job_id, state=ExportState.QUEUED).first()
    if job is None:
        return False
    path = exports_folder() / f"{job.uuid}.{uuid4().hex}.{ExportKind(job.kind).extension}"
    try:
        row_count, sha256 = _write(path, job)
    except Exception:
        path.unlink(missing_ok=True)
        _fail(job)
        raise
    is_first = _ready(job, path, row_count=row_count, sha256=sha256)
    if not is_first:
        path.unlink(missing_ok=True)
    return is_first


def export_fetch(*, job_uuid: UUID, user_id: int) -> ExportFile:
    """Return the file for the person who asked for it, within a day.

    Raises `ExportMissing` for anybody else, for a file that is not ready or was deleted, and `ExportChanged`
    when the bytes are not those that were made.
    """
    job = ExportJob.objects.filter(uuid=job_uuid, created_by_id=user_id, state=ExportState.READY).first()
    if job is None or job.expires_at is None or job.expires_at <= database_now():
        raise ExportMissing
    path = Path(job.path)
    if not path.is_file():
        raise ExportMissing
    with path.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != job.sha256:
            raise ExportChanged
    name = f"{job.kind}-{timezone.localtime(job.created_at):%Y%m%d}-{str(job.uuid)[:8]}{path.suffix}"
    return ExportFile(path=path, name=name.replace("_", "-"), sha256=job.sha256)


def exports_sweep() -> list[int]:
    """Delete files that are older than a day or belong to no row; return the rows that wait for a lost nudge."""
    now = database_now()
    for job in ExportJob.objects.filter(state=ExportState.READY, expires_at__lte=now):
        apart(f"deleting export {job.pk}", partial(_expire, job), None)
    for job in ExportJob.objects.filter(state=ExportState.QUEUED, created_at__lte=now - HOPELESS):
        apart(f"giving export {job.pk} up", partial(_fail, job), None)
    known = set(ExportJob.objects.filter(state=ExportState.READY).values_list("path", flat=True))
    oldest = folder_now(exports_folder()) - HOPELESS.total_seconds()
    for path in exports_folder().iterdir():
        if str(path) not in known:
            apart("deleting a file of no export", partial(_stray_delete, path, oldest), None)
    waiting = ExportJob.objects.filter(state=ExportState.QUEUED, created_at__lte=now - FORGOTTEN)
    return list(waiting.values_list("pk", flat=True))


def exports_folder() -> Path:
    """Return the folder of the files."""
    return private_folder(Path(settings.VAR_DIR) / "exports")


def _write(path: Path, job: ExportJob) -> tuple[int, str]:
    """Write the file piece by piece, private from the start; return its rows and SHA-256."""
    digest = hashlib.sha256()
    with snapshot(), os.fdopen(private_create(path), "wb") as stream:
        row_count, pieces = export_open(
            kind=job.kind,
            filters=job.filters,
            number=str(job.uuid),
            asked_by=job.created_by.name,
            reason=job.reason,
        )
        for piece in pieces:
            digest.update(piece)
            stream.write(piece)
        stream.flush()
        os.fsync(stream.fileno())
    return row_count, digest.hexdigest()


def _expire(job: ExportJob) -> None:
    Path(job.path).unlink(missing_ok=True)
    ExportJob.objects.filter(pk=job.pk).update(state=ExportState.EXPIRED, path="")


def _stray_delete(path: Path, oldest: float) -> None:
    if path.stat().st_mtime < oldest:
        path.unlink(missing_ok=True)


@transaction.atomic
def _ready(job: ExportJob, path: Path, *, row_count: int, sha256: str) -> bool:
    now = database_now()
    taken = ExportJob.objects.filter(pk=job.pk, state=ExportState.QUEUED).update(
        state=ExportState.READY, path=str(path), row_count=row_count, sha256=sha256, ready_at=now, expires_at=now + LIFE
    )
    if not taken:
        return False
    action_record(
        StaffActor(user=job.created_by),
        AuditedAction.EXPORT_MADE,
        "export",
        job.uuid,
        reason=job.reason,
        details={"kind": job.kind, "filters": filters_said(job.filters), "rows": row_count, "sha256": sha256},
    )
    return True


@transaction.atomic
def _fail(job: ExportJob) -> None:
    if ExportJob.objects.filter(pk=job.pk, state=ExportState.QUEUED).update(state=ExportState.FAILED):
        action_record(
            StaffActor(user=job.created_by), AuditedAction.EXPORT_FAILED, "export", job.uuid, reason=job.reason
        )
