"""The clock of visits."""

from celery import shared_task
from celery.contrib.django.task import DjangoTask

from portal.visits.session import sessions_clean
from portal.visits.throttle import throttles_clean


@shared_task(base=DjangoTask, name="portal.clean_visits", ignore_result=True)
def clean_visits() -> int:
    """Delete ended visits and old counters."""
    return sessions_clean() + throttles_clean()
