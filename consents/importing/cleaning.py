"""Deleting old uploads: they hold personal data, so that none is kept longer than it is needed."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from consents.enums import ImportStatus
from consents.importing.conf import STRAY_HOURS, UPLOAD_DAYS, uploads_dir
from consents.importing.runs import import_close, import_discard
from consents.models import ImportJob

_WAITING: Final = (ImportStatus.READING, ImportStatus.UPLOADED, ImportStatus.FAILED)
_LIVE: Final = (*_WAITING, ImportStatus.QUEUED, ImportStatus.RUNNING)


def uploads_clean() -> int:
    """End uploads that nobody touched for a week and delete files that no job needs; return how many uploads.

    An upload without a stored row is discarded, a run that stopped half-way is closed. A repeat finds none.
    """
    old = timezone.now() - timedelta(days=UPLOAD_DAYS)
    waiting = ImportJob.objects.filter(
        Q(started_at__isnull=True) | Q(started_at__lt=old), status__in=_WAITING, created_at__lt=old
    )
    jobs = list(waiting.values_list("pk", "next_row"))
    for job_id, next_row in jobs:
        if next_row:
            import_close(job_id=job_id)
        else:
            import_discard(job_id=job_id)
    _strays_delete()
    return len(jobs)


def _strays_delete() -> None:
    """Delete the files that a killed process left: those without a row, or whose job is over."""
    needed = set(ImportJob.objects.filter(status__in=_LIVE).values_list("uuid", flat=True))
    oldest = time.time() - STRAY_HOURS * 3600
    for path in uploads_dir().iterdir():
        # A file is written before its row, so a new one may still get its row.
        if _job_of(path) not in needed and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _job_of(path: Path) -> UUID | None:
    try:
        return UUID(path.name.partition(".")[0])
    except ValueError:
        return None
