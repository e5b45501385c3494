"""Nudges of journeys and of acts: each looks into a table, does what it finds, and may run twice."""

from celery import shared_task
from celery.contrib.django.task import DjangoTask

from notify.tasks import send_transactional
from portal.flows.restoring.kept_refusals import carry_out_kept_refusals
from portal.flows.restoring.restore import read_back
from portal.flows.sending.brakes import tell_of_brakes
from portal.flows.sign_in import answer_sign_ins
from portal.operations.nudges import nudge


@shared_task(base=DjangoTask, name="portal.answer_entrances", ignore_result=True)
def answer_entrances() -> int:
    """Answer those who asked for a code at the public entrance."""
    answered = answer_sign_ins()
    if answered:
        nudge(send_transactional)
    return answered


@shared_task(base=DjangoTask, name="portal.carry_out_refusals", ignore_result=True)
def carry_out_refusals() -> int:
    """Record the refusals that waited for the database."""
    return carry_out_kept_refusals()


@shared_task(base=DjangoTask, name="portal.tell_of_brakes", ignore_result=True)
def tell_brakes() -> int:
    """Write down and send word of campaigns that were paused by themselves."""
    return tell_of_brakes()


@shared_task(base=DjangoTask, name="portal.read_back", ignore_result=True, soft_time_limit=3300, time_limit=3360)
def read_back_outside() -> None:
    """Read back what lies outside the database after a restore."""
    read_back()
