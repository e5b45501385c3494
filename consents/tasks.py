"""Tasks of the consents room, each safe to run twice."""

import logging
from collections.abc import Callable
from typing import Final

from celery import shared_task
from celery.contrib.django.task import DjangoTask
from django.conf import settings

from consents.answers.restoring import noes_waiting_record
from consents.enums import CheckOutcome, ImportStatus, SetBack
from consents.errors import ConsentsError, ImportBusy, LedgerRolledBack, fault_place
from consents.importing.listing import imports_due
from consents.importing.running import import_examine, import_run
from consents.importing.runs import uploads_clean
from consents.ledger.checking.checking import ledger_check, ledger_check_record
from consents.ledger.tree.publishing import heads_begin_anew
from consents.ledger.tree.sealing import ledger_seal
from consents.outside.epochs import epoch_check, epoch_hold, heads_anew_asked, heads_anew_done
from consents.outside.files import lines_forget
from consents.outside.requests import requests_unknown_forget
from consents.verification.reading import entrance_alarm, wrong_code_alarm

logger = logging.getLogger(__name__)

IMPORT_BUDGET_S: Final = 240
"""A longer import is gone on with by the next task, so that files take turns."""
IMPORT_LIMIT_S: Final = 3300
"""Reading and comparing the largest file, and a budget. Below the visibility timeout of the broker."""
NUDGE_EXPIRES_S: Final = 60
"""The sweep nudges again: a worker that was away must not find a heap of nudges."""

CHECK_SECONDS: Final = 3000
"""A check cannot be gone on with; millions of events take longer than other tasks may. Below the visibility timeout."""


@shared_task(base=DjangoTask, name="consents.seal_ledger", ignore_result=True, expires=60)
def seal_ledger() -> None:
    """Seal the waiting events and sign the head; the beat calls it every half minute.

    Heads outside that know more are a database that has been set back. After the end of a restore their file begins
    anew, here, because no other process may write it.
    """
    if heads_anew_asked():
        heads_begin_anew()
        heads_anew_done()
    try:
        ledger_seal()
    except LedgerRolledBack:
        epoch_hold(SetBack.HEADS)
        raise


@shared_task(base=DjangoTask, name="consents.check_epoch", ignore_result=True, expires=20)
def check_epoch() -> None:
    """Hold everything where the database has been set back; the beat calls it every ten seconds."""
    epoch_check()


@shared_task(base=DjangoTask, name="consents.record_waiting_noes", ignore_result=True, expires=60)
def record_waiting_noes() -> None:
    """Record noes that a restore has lost, of people who have been loaded since; the beat calls it every minute."""
    noes_waiting_record()


@shared_task(base=DjangoTask, name="consents.forget_outside", ignore_result=True)
def forget_outside() -> None:
    """Delete what has been outside the database for longer than a copy may be old. Nothing while it may be needed."""
    if not epoch_check().is_held:
        lines_forget(days=settings.OUTSIDE_DAYS)
        requests_unknown_forget(days=settings.OUTSIDE_DAYS)


@shared_task(
    base=DjangoTask,
    name="consents.check_ledger",
    ignore_result=True,
    soft_time_limit=CHECK_SECONDS,
    time_limit=CHECK_SECONDS + 300,
)
def check_ledger() -> None:
    """Check the whole ledger and keep the result; the beat calls it every night."""
    findings = ledger_check()
    ledger_check_record(findings=findings)
    if findings.outcome != CheckOutcome.OK:
        reason = findings.reason.get("code", "")
        logger.error("ledger check: %s, differences: %d %s", findings.outcome, findings.count, reason)


@shared_task(base=DjangoTask, name="consents.watch_codes", ignore_result=True, expires=60)
def watch_codes() -> None:
    """Log an error while codes are being guessed over many links; the beat calls it every minute.

    A guesser who tries one code per link stays below the limits of each link: only the sum over all links shows it.
    So it is with whoever has codes sent to one number after the other at the entrance.
    """
    seen = wrong_code_alarm()
    if seen.is_alarm:
        logger.error("codes are being guessed: %d wrong in %d s, more than %d", seen.wrong, seen.span_s, seen.limit)
    entrance = entrance_alarm()
    if entrance.is_alarm:
        logger.error("codes of the entrance are used up: %d sent in a day, %d at most", entrance.sent, entrance.limit)


@shared_task(base=DjangoTask, name="consents.examine_import", ignore_result=True)
def examine_import(job_id: int) -> None:
    """Find out how to read an upload. A second one while the first is at work does nothing."""
    _guarded(import_examine, job_id)


@shared_task(
    base=DjangoTask,
    name="consents.run_import",
    ignore_result=True,
    soft_time_limit=IMPORT_LIMIT_S,
    time_limit=IMPORT_LIMIT_S + 60,
)
def run_import(job_id: int) -> None:
    """Store the rows of an upload from where it got to. A second one while the first is at work does nothing."""
    if _guarded(_run, job_id) == ImportStatus.RUNNING:
        run_import.delay(job_id)


def _run(*, job_id: int) -> ImportStatus:
    return import_run(job_id=job_id, budget_s=IMPORT_BUDGET_S)


def _guarded(act: Callable[..., ImportStatus], job_id: int) -> ImportStatus | None:
    """Run a step of an import and log only where it failed: the message of a database error quotes a customer."""
    try:
        return act(job_id=job_id)
    except ImportBusy:
        return None
    except ConsentsError as error:
        logger.warning("import %d: %s", job_id, error.code)
    except Exception as error:
        logger.error("import %d broke off: %s", job_id, fault_place(error))
    return None


@shared_task(base=DjangoTask, name="consents.sweep_imports", ignore_result=True, expires=60)
def sweep_imports() -> None:
    """Start imports again whose worker was killed or whose nudge was lost; the beat calls it every half minute."""
    for job_id in imports_due(ImportStatus.READING):
        examine_import.apply_async((job_id,), expires=NUDGE_EXPIRES_S)
    for job_id in imports_due(ImportStatus.QUEUED, ImportStatus.RUNNING):
        run_import.apply_async((job_id,), expires=NUDGE_EXPIRES_S)


@shared_task(base=DjangoTask, name="consents.clean_uploads", ignore_result=True)
def clean_uploads() -> None:
    """Delete uploads that nobody touched for a week, and files that no upload needs."""
    uploads_clean()
