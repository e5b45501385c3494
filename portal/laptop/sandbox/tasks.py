"""The clock of the sandbox."""

from celery import shared_task
from celery.contrib.django.task import DjangoTask

from portal.laptop.sandbox.inbox import callbacks_deliver


@shared_task(base=DjangoTask, name="portal.deliver_sandbox_callbacks", ignore_result=True)
def deliver_sandbox_callbacks() -> int:
    """Have the sandbox provider call our webhooks."""
    return callbacks_deliver()
