"""Tasks of the consents room: ways in, each safe to run twice."""

import logging

from celery import shared_task
from celery.contrib.django.task import DjangoTask

from consents.enums import CheckOutcome
from consents.services.checking import ledger_check, ledger_check_record
from consents.services.sealing import ledger_seal

logger = logging.getLogger(__name__)


@shared_task(base=DjangoTask, name="consents.seal_ledger", ignore_result=True, expires=60)
def seal_ledger() -> None:
    """Give waiting events their leaves and sign the head; the beat calls it every half minute."""
    ledger_seal()


@shared_task(base=DjangoTask, name="consents.check_ledger", ignore_result=True)
def check_ledger() -> None:
    """Check the whole ledger and keep the result; the beat calls it every night."""
    findings = ledger_check()
    ledger_check_record(findings=findings)
    if findings.outcome != CheckOutcome.OK:
        logger.error("ledger check: %s, differences: %d %s", findings.outcome, findings.count, findings.reason)
