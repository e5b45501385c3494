"""Nudges of the journeys of customers: each looks into a table, does what it finds, and may run twice."""

from celery import shared_task
from celery.contrib.django.task import DjangoTask

from notify.tasks import send_transactional
from portal.flows.sign_in import answer_sign_ins
from portal.operations.nudges import nudge


@shared_task(base=DjangoTask, name="portal.answer_entrances", ignore_result=True)
def answer_entrances() -> int:
    """Answer those who asked for a code at the public entrance."""
    answered = answer_sign_ins()
    if answered:
        nudge(send_transactional)
    return answered
