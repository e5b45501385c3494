"""The Celery application, its queues and its clock."""

import os

from celery import Celery
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.embedded")

# interactive: a person waits for it (codes, receipts). send: campaigns. reports: imports, exports, clocks.
QUEUES = ("interactive", "send", "reports")

app = Celery("mostik")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [Queue(name, routing_key=name) for name in QUEUES]
app.autodiscover_tasks()
