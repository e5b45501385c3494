"""Nudges of the portal: each looks into a table, does what it finds, and may run twice."""

from celery import shared_task
from celery.contrib.django.task import DjangoTask

from notify.tasks import send_interactive
from portal.exports.jobs import export_make, exports_sweep
from portal.flows.enter import entrances_answer
from portal.nudges import nudge
from portal.public.session import sessions_clean
from portal.public.throttle import throttles_clean
from portal.sandbox.inbox import callbacks_deliver


@shared_task(base=DjangoTask, name="portal.answer_entrances", ignore_result=True)
def answer_entrances() -> int:
    """Answer those who asked for a code at the public entrance."""
    answered = entrances_answer()
    if answered:
        nudge(send_interactive)
    return answered


@shared_task(base=DjangoTask, name="portal.deliver_sandbox_callbacks", ignore_result=True)
def deliver_sandbox_callbacks() -> int:
    """Have the sandbox provider call our webhooks."""
    return callbacks_deliver()


@shared_task(base=DjangoTask, name="portal.clean_visits", ignore_result=True)
def clean_visits() -> int:
    """Delete ended visits and old counters."""
    return sessions_clean() + throttles_clean()


@shared_task(base=DjangoTask, name="portal.make_export", ignore_result=True)
def make_export(job_id: int) -> bool:
    """Write the file of one export."""
    return export_make(job_id=job_id)


@shared_task(base=DjangoTask, name="portal.sweep_exports", ignore_result=True)
def sweep_exports() -> None:
    """Delete files whose day is over, and nudge what waits."""
    for job_id in exports_sweep():
        make_export.delay(job_id)
