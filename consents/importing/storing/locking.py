"""The locks of a job: one of the connection while a process is at it, one of the row while a transaction is."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

from consents.errors import ImportBusy, ImportMissing
from consents.models import ImportJob

_LOCK_SPACE: Final = 0x494D50
_PAUSE_S: Final = 0.2


@contextmanager
def job_lock(job_id: int, *, wait_s: float = 0) -> Iterator[None]:
    """Hold the lock of a job while the block runs. The end of the connection of a killed process releases it.

    Raises ImportBusy when another process still holds it after ``wait_s``.
    """
    deadline = time.monotonic() + wait_s
    while not _lock("pg_try_advisory_lock", job_id):
        if time.monotonic() >= deadline:
            raise ImportBusy
        time.sleep(_PAUSE_S)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed and not connection.needs_rollback:
            _lock("pg_advisory_unlock", job_id)


def _lock(function: str, job_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [_LOCK_SPACE, job_id])
        (done,) = cursor.fetchone()
        return bool(done)


def job_locked(job_id: int) -> ImportJob:
    """Return the row of a job, locked until the transaction ends. Raises ImportMissing."""
    job = ImportJob.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise ImportMissing
    return job
