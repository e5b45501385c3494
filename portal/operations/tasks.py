"""Tasks about the site itself; each may run twice."""

import logging

from celery import shared_task
from celery.contrib.django.task import DjangoTask
from django.conf import settings
from django.db import connections

from portal.operations.database_roles import guards_missing
from portal.operations.head_mail import head_mail
from portal.operations.heartbeats import heartbeat_store

logger = logging.getLogger(__name__)


@shared_task(base=DjangoTask, name="portal.check_guards", ignore_result=True)
def check_guards() -> list[str]:
    """Compare grants and triggers of the ledger with the expected list, every night as before the web server starts."""
    missing = guards_missing(connections["default"])
    if missing and settings.MODE == "production":
        logger.error("the ledger is not guarded: %s", "; ".join(missing))
    return missing


@shared_task(base=DjangoTask, name="portal.heartbeat", ignore_result=True)
def heartbeat(queue: str) -> None:
    """Store that the beat and a worker of this queue run."""
    heartbeat_store(queue=queue)


@shared_task(base=DjangoTask, name="portal.mail_head", ignore_result=True)
def mail_head() -> int:
    """Send the newest head of the ledger to the DPO, every day."""
    return head_mail()
