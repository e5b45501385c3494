"""What staff do with a customer file, by a page or the API: the act, its row in the journal, the task it starts."""

from collections.abc import Mapping
from typing import IO
from uuid import UUID

from consents import tasks
from consents.importing.judging.refusals import Meanings
from consents.importing.listing import ImportCard, import_card
from consents.importing.runs import (
    import_close,
    import_discard,
    import_mapping_set,
    import_queue,
    import_receive,
    import_reread,
)
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import recorded
from portal.operations.nudges import nudge


def take_file(*, actor: StaffActor, file_name: str, stream: IO[bytes], source: str) -> UUID:
    """Keep a file for a worker to examine and return its public number. Raises FileRefused."""
    with recorded(actor, AuditedAction.IMPORT_UPLOADED, "import") as note:
        note.object_id = job_id = import_receive(
            file_name=file_name, stream=stream, source=source, created_by_id=actor.user_id
        )
        card = import_card(job_id=job_id)
        note.details["sha256"] = card.job.sha256
        nudge(tasks.examine_import, job_id)
    return card.job.uuid


def map_columns(
    *, actor: StaffActor, job_id: int, mapping: Mapping[str, int], refusals: Meanings | None = None
) -> None:
    """Store which column holds what, and what the values of refusals mean. Raises MappingIncomplete, ImportBusy."""
    with recorded(actor, AuditedAction.IMPORT_MAPPED, "import", job_id):
        import_mapping_set(job_id=job_id, mapping=mapping, refusals=refusals)


def reread_file(*, actor: StaffActor, job_id: int, delimiter: str, sheet: str) -> None:
    """Have a worker examine a file anew by a delimiter and a sheet. Raises FileRefused, ImportBusy."""
    with recorded(actor, AuditedAction.IMPORT_REREAD, "import", job_id):
        import_reread(job_id=job_id, delimiter=delimiter, sheet=sheet)
        nudge(tasks.examine_import, job_id)


def start_import(*, actor: StaffActor, card: ImportCard) -> None:
    """Start the run, or go on with one that broke off. Raises MappingIncomplete."""
    with recorded(actor, AuditedAction.IMPORT_STARTED, "import", card.job.pk, details={"rows": card.job.total_rows}):
        import_queue(job_id=card.job.pk)
        nudge(tasks.run_import, card.job.pk)


def discard_import(*, actor: StaffActor, job_uuid: UUID) -> None:
    """Throw an upload away of which no row was stored. Raises ImportBusy."""
    card = import_card(job_uuid=job_uuid)
    with recorded(actor, AuditedAction.IMPORT_DISCARDED, "import", card.job.pk, details={"sha256": card.job.sha256}):
        import_discard(job_id=card.job.pk)


def close_import(*, actor: StaffActor, job_uuid: UUID) -> None:
    """End a run that stopped half-way; any other upload stays as it is, and nothing is recorded."""
    card = import_card(job_uuid=job_uuid)
    if card.job.is_half_way:
        with recorded(actor, AuditedAction.IMPORT_CLOSED, "import", card.job.pk, details={"rows": card.job.next_row}):
            import_close(job_id=card.job.pk)
