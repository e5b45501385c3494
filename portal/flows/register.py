"""What a DPO does with the register: exports and checks, with their rows in the journal and the tasks they start."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from consents.tasks import check_ledger
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import recorded
from portal.exports.jobs import ExportFile, export_fetch, export_request, filters_said
from portal.exports.kinds import ExportKind
from portal.exports.max_answer import answer_filters
from portal.exports.tasks import make_export
from portal.models import ExportJob
from portal.operations.nudges import nudge


def request_export(*, actor: StaffActor, kind: ExportKind, filters: dict[str, Any], reason: str) -> None:
    """Have a worker make an export for the person who asks. Each call makes another."""
    details = {"kind": kind.value, "filters": filters_said(filters)}
    with recorded(actor, AuditedAction.EXPORT_REQUESTED, "export", reason=reason, details=details) as note:
        job_id = export_request(kind=kind, filters=filters, reason=reason, requested_by_id=actor.user_id)
        note.object_id = ExportJob.objects.values_list("uuid", flat=True).get(pk=job_id)
        nudge(make_export, job_id)


def request_max_answer(
    *, actor: StaffActor, account: str, asked_on: date, customer_ids: Sequence[int], reason: str
) -> None:
    """Have a worker put together what is answered to MAX about one account; the journal names customers and days."""
    filters = answer_filters(account=account, asked_on=asked_on, customer_ids=customer_ids)
    request_export(actor=actor, kind=ExportKind.MAX_ANSWER, filters=filters, reason=reason)


def fetch_export(*, actor: StaffActor, job_uuid: UUID) -> ExportFile:
    """Return the file to the person who asked for it. Raises ExportMissing, ExportChanged."""
    with recorded(actor, AuditedAction.EXPORT_DOWNLOADED, "export", job_uuid) as note:
        file = export_fetch(job_uuid=job_uuid, user_id=actor.user_id)
        note.details["sha256"] = file.sha256
    return file


def request_ledger_check(*, actor: StaffActor) -> None:
    """Have a worker check the whole ledger."""
    with recorded(actor, AuditedAction.LEDGER_CHECKED, "ledger"):
        nudge(check_ledger)
