"""The Celery application: its queues, each with a worker of its own, and its schedule."""

import os
from typing import Any, Final

from celery import Celery, bootsteps
from celery.schedules import crontab
from kombu import Queue

from notify import queues
from portal.broker.expiry import NudgeRequest
from portal.broker.logs import LogOfDjango
from portal.broker.publishing import LimitedAMQP
from portal.database.process_kind import ProcessKind, process_kind_set

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.laptop.settings")

BEAT: Final[dict[str, dict[str, Any]]] = {
    **queues.BEAT,
    **{
        f"heartbeat-{queue}": {
            "task": "portal.heartbeat",
            "schedule": 30.0,
            "args": (queue,),
            "options": {"queue": queue, "expires": 60.0},
        }
        for queue in queues.QUEUES
    },
    "ledger-seal": {"task": "consents.seal_ledger", "schedule": 30.0, "options": {"expires": 60.0}},
    "ledger-check": {"task": "consents.check_ledger", "schedule": crontab(hour=3, minute=17)},
    "epoch-check": {"task": "consents.check_epoch", "schedule": 10.0, "options": {"expires": 20.0}},
    "noes-waiting": {"task": "consents.record_waiting_noes", "schedule": 60.0, "options": {"expires": 60.0}},
    "outside-forget": {"task": "consents.forget_outside", "schedule": crontab(hour=4, minute=23)},
    "codes-watch": {"task": "consents.watch_codes", "schedule": 60.0, "options": {"expires": 60.0}},
    "ledger-guards": {"task": "portal.check_guards", "schedule": crontab(hour=3, minute=37)},
    "ledger-mail": {"task": "portal.mail_head", "schedule": crontab(hour=6, minute=23)},
    "imports-sweep": {"task": "consents.sweep_imports", "schedule": 30.0, "options": {"expires": 60.0}},
    "uploads-clean": {"task": "consents.clean_uploads", "schedule": crontab(hour=4, minute=11)},
    "entrances": {"task": "portal.answer_entrances", "schedule": 5.0, "options": {"expires": 10.0}},
    "refusals": {"task": "portal.carry_out_refusals", "schedule": 5.0, "options": {"expires": 10.0}},
    "brakes": {"task": "portal.tell_of_brakes", "schedule": 15.0, "options": {"expires": 30.0}},
    "exports": {"task": "portal.sweep_exports", "schedule": 300.0, "options": {"expires": 600.0}},
    "clean": {"task": "portal.clean_visits", "schedule": crontab(minute=41)},
    "clean-staff": {"task": "portal.clean_staff_sessions", "schedule": crontab(minute=44)},
}
ROUTES: Final[dict[str, dict[str, str]]] = {
    **queues.ROUTES,
    "portal.answer_entrances": {"queue": queues.TRANSACTIONAL},
    "consents.seal_ledger": {"queue": queues.SEAL},
    "consents.examine_import": {"queue": queues.LONG},
    "consents.run_import": {"queue": queues.LONG},
    "consents.check_ledger": {"queue": queues.LONG},
    "portal.read_back": {"queue": queues.LONG},
    "portal.make_export": {"queue": queues.LONG},
}
"""Every other task goes to the reports. The attribute of a task that says the same is going away in Celery 6."""


class WorkerSetup(bootsteps.Step):
    """Says, before a worker has children, how long its statements may take, and how its tasks are received."""

    def __init__(self, worker: Any, **_options: Any) -> None:
        """Read the queues of the worker."""
        super().__init__(worker)
        is_long = queues.LONG in worker.app.amqp.queues.consume_from
        process_kind_set(ProcessKind.LONG if is_long else ProcessKind.WORKER)
        for task in worker.app.tasks.values():
            task.Request = NudgeRequest


app = Celery("mostik", amqp=LimitedAMQP, log=LogOfDjango)
app.steps["worker"].add(WorkerSetup)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [Queue(name, routing_key=name) for name in queues.QUEUES]
app.conf.task_default_queue = queues.REPORTS
# The settings of a laptop name what its sandbox needs besides.
app.conf.task_routes = ROUTES | (app.conf.task_routes or {})
app.conf.beat_schedule = BEAT | app.conf.beat_schedule
app.autodiscover_tasks()
app.autodiscover_tasks(["portal.exports", "portal.flows", "portal.operations", "portal.visits"], related_name="tasks")
