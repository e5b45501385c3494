"""The site: pages, webhooks and commands. Its import makes the Celery application known to `shared_task`."""

from portal.celery import app as celery_app

__version__ = "0.1.0"

__all__ = ["__version__", "celery_app"]
