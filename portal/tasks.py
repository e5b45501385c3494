"""Nudges of the portal: each looks into a table, does what it finds, and may run twice."""

import logging

from celery import shared_task
from celery.contrib.django.task import DjangoTask
from django.conf import settings
from django.db import connections

from notify.tasks import send_interactive
from portal.exports.jobs import NUDGE_EXPIRES, export_make, exports_sweep
from portal.flows.enter import entrances_answer
from portal.laptop.sandbox.inbox import callbacks_deliver
from portal.operations.database_roles import guards_missing
from portal.operations.head_mail import head_mail
from portal.operations.heartbeats import heartbeat_store
from portal.operations.nudges import nudge
from portal.visits.session import sessions_clean
from portal.visits.throttle import throttles_clean

logger = logging.getLogger(__name__)


@shared_task(base=DjangoTask, name="portal.answer_entrances", ignore_result=True)
def answer_entrances() -> int:
    """Answer those who asked for a code at the public entrance."""
    answered = entrances_answer()
    if answered:
        nudge(send_interactive)
    return answered


@shared_task(base=DjangoTask, name="portal.check_guards", ignore_result=True)
def check_guards() -> list[str]:
    """Compare grants and triggers of the ledger with the expected list, every night as before the web server starts."""
    missing = guards_missing(connections["default"])
    if missing and settings.MODE == "production":
        logger.error("the ledger is not guarded: %s", "; ".join(missing))
    return missing


@shared_task(base=DjangoTask, name="portal.heartbeat", ignore_result=True)
def heartbeat(queue: str) -> None:
    """Say that the clock and a worker of this queue are alive."""
    heartbeat_store(queue=queue)


@shared_task(base=DjangoTask, name="portal.mail_head", ignore_result=True)
def mail_head() -> int:
    """Send the newest head of the ledger to the DPO, every day."""
    return head_mail()


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
        make_export.apply_async((job_id,), expires=NUDGE_EXPIRES)
