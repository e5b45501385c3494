"""Tasks of exports, each safe to run twice."""

from celery import shared_task
from celery.contrib.django.task import DjangoTask

from portal.exports.jobs import NUDGE_EXPIRES, export_make, exports_sweep


@shared_task(base=DjangoTask, name="portal.make_export", ignore_result=True)
def make_export(job_id: int) -> bool:
    """Write the file of one export."""
    return export_make(job_id=job_id)


@shared_task(base=DjangoTask, name="portal.sweep_exports", ignore_result=True)
def sweep_exports() -> None:
    """Delete files that are older than a day, and nudge exports that wait."""
    for job_id in exports_sweep():
        make_export.apply_async((job_id,), expires=NUDGE_EXPIRES)
