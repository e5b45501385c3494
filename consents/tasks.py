"""Tasks of the consents room: ways in, each safe to run twice."""

import logging
import traceback

from celery import shared_task
from celery.contrib.django.task import DjangoTask

from consents.enums import CheckOutcome, ImportStatus
from consents.errors import ConsentsError, ImportBusy
from consents.selectors.codes import wrong_code_alarm
from consents.selectors.imports import imports_unattended
from consents.services.checking import ledger_check, ledger_check_record
from consents.services.import_running import import_run
from consents.services.importing import uploads_clean
from consents.services.sealing import ledger_seal

logger = logging.getLogger(__name__)

IMPORT_BUDGET_S = 240
"""Well below the time limit of tasks: a longer import is gone on with by the next one."""


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
        reason = findings.reason.code if findings.reason else ""
        logger.error("ledger check: %s, differences: %d %s", findings.outcome, findings.count, reason)


@shared_task(base=DjangoTask, name="consents.watch_codes", ignore_result=True, expires=60)
def watch_codes() -> None:
    """Say it loudly while codes are being guessed over many links; the beat calls it every minute.

    Each link has its own limits, which a guesser of one code per link never meets: only the sum shows it.
    """
    seen = wrong_code_alarm()
    if seen.is_alarm:
        logger.error("codes are being guessed: %d wrong in %d s, more than %d", seen.wrong, seen.span_s, seen.limit)


@shared_task(base=DjangoTask, name="consents.run_import", ignore_result=True)
def run_import(job_id: int) -> None:
    """Store the rows of an upload from where it got to. A second one while the first is at work does nothing."""
    try:
        status = import_run(job_id=job_id, budget_s=IMPORT_BUDGET_S)
    except ImportBusy:
        return
    except ConsentsError as error:
        logger.warning("import %d: %s", job_id, error.code)
        return
    except Exception as error:
        # The words of a database error may quote a customer; the place where it came up does not.
        place = "".join(traceback.format_tb(error.__traceback__))
        logger.error("import %d broke off: %s\n%s", job_id, type(error).__name__, place)
        return
    if status == ImportStatus.RUNNING:
        run_import.delay(job_id)


@shared_task(base=DjangoTask, name="consents.sweep_imports", ignore_result=True, expires=60)
def sweep_imports() -> None:
    """Start again what a killed worker or a lost nudge left behind; the beat calls it every half minute."""
    for job_id in imports_unattended():
        run_import.delay(job_id)


@shared_task(base=DjangoTask, name="consents.clean_uploads", ignore_result=True)
def clean_uploads() -> None:
    """Delete uploads that nobody started within a week."""
    uploads_clean()
