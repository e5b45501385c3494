"""Tasks about the site itself; each may run twice."""

import json
import logging

from celery import shared_task
from celery.contrib.django.task import DjangoTask
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connections
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from consents.documents.company_reading import company_current
from consents.ledger.tree.reading import last_seal
from portal.accounts.sessions import staff_sessions_clean
from portal.models import Heartbeat
from portal.operations.database_roles import guards_missing

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
    """Store the time: the beat and a worker of this queue run."""
    Heartbeat.objects.update_or_create(queue=queue, defaults={"beat_at": Now()})


@shared_task(base=DjangoTask, name="portal.clean_staff_sessions", ignore_result=True)
def clean_staff_sessions() -> int:
    """Delete sessions of staff that ended, every hour: they hold addresses and browsers of people."""
    return staff_sessions_clean()


@shared_task(base=DjangoTask, name="portal.mail_head", ignore_result=True)
def mail_head() -> int:
    """Send the newest head of the ledger to the DPO, every day; return its size, 0 without a head or an address.

    The letter is a copy outside the control of the owner of the database. Its file is what `ledger_verify --against`
    takes. A repeat sends the same head again, which is harmless.
    """
    head, company = last_seal(), company_current()
    if head is None or company is None or not company.dpo_email:
        return 0
    letter = EmailMessage(
        subject=_("Журнал согласий: контрольная точка, записей %(size)d") % {"size": head.size},
        body=_(
            "Это контрольная точка журнала согласий на %(time)s. Сохраните письмо: по файлу из него можно проверить, "
            "что записи журнала с тех пор не изменены и не удалены:\n\nmanage.py ledger_verify --against ФАЙЛ\n"
        )
        % {"time": head.time},
        to=[company.dpo_email],
    )
    letter.attach(f"heads-{head.size}.jsonl", json.dumps(head.as_json(), sort_keys=True) + "\n", "text/plain")
    letter.send()
    return head.size
