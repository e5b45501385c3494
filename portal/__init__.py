"""The site: every way in. Importing it makes the Celery application known to `shared_task`."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
