"""Customer files as staff see them: how they are read, their progress, and which runs wait for a person."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.enums import ImportStatus
from consents.errors import FileRefused, ImportMissing, MappingIncomplete
from consents.importing.columns import column_names, columns_to_check, refusals_guessed
from consents.importing.file_sentences import file_words
from consents.importing.judging.mapping import ImportField
from consents.models import ImportJob

_ENCODINGS: Final = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 (BOM)",
    "cp1251": "Windows-1251",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "koi8-r": "KOI8-R",
    "cp866": "CP866 (DOS)",
    "mac-cyrillic": "Mac Cyrillic",
}
_WAITING: Final = (ImportStatus.UPLOADED, ImportStatus.FAILED)
_FILE_GONE: Final = ("file_missing", "file_changed")
_DELIMITERS: Final[dict[str, str | Promise]] = {
    ";": _("точка с запятой"),
    ",": _("запятая"),
    "\t": _("табуляция"),
    "|": _("вертикальная черта"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCard:
    """One upload. ``left_s`` is the time left in seconds, None while unknown; ``error`` is a sentence or empty.

    ``refusals_guessed`` is the column of refusals if it was only guessed; ``to_check`` holds a sentence for each
    column whose refusals may be misread. ``is_lost``: the file is missing or was changed, so that the upload cannot
    go on.
    """

    job_id: int
    job_uuid: UUID
    file_name: str
    source: str
    sha256: str
    kind: str
    encoding: str
    delimiter: str | Promise
    columns: tuple[str, ...]
    has_header: bool
    mapping: dict[str, int]
    refusals_guessed: str
    to_check: tuple[str, ...]
    status: ImportStatus
    status_label: str
    error: str
    total: int
    done: int
    created: int
    updated: int
    unchanged: int
    refused: int
    doubtful: int
    uploaded_by: str
    uploaded_by_id: int | None
    uploaded_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    left_s: int | None
    is_stalled: bool
    is_lost: bool

    @property
    def is_open(self) -> bool:
        """Return whether no row is stored yet, so that the upload may be discarded."""
        return self.status in _WAITING and self.done == 0

    @property
    def is_half_way(self) -> bool:
        """Return whether a run stopped after its first rows, so that it can be resumed or closed."""
        return self.status == ImportStatus.FAILED and self.done > 0

    @property
    def is_moving(self) -> bool:
        """Return whether the job is running or waits for a worker."""
        return self.status in (ImportStatus.READING, ImportStatus.QUEUED, ImportStatus.RUNNING)


class _Cards:
    """Cards of a query, made only for the requested slice."""

    def __init__(self, jobs: QuerySet[ImportJob]) -> None:
        self._jobs = jobs

    def __getitem__(self, place: slice) -> list[ImportCard]:
        return [_card(job) for job in self._jobs[place]]


def imports_listed() -> _Cards:
    """Return all uploads, newest first, as a sequence to slice."""
    return _Cards(ImportJob.objects.select_related("created_by").order_by("-id"))


def import_card(*, job_id: int | None = None, job_uuid: UUID | None = None) -> ImportCard:
    """Return one upload by its id or its public number. Raises ImportMissing."""
    found = ImportJob.objects.select_related("created_by").filter(
        Q(pk=job_id) if job_uuid is None else Q(uuid=job_uuid)
    )
    job = found.first()
    if job is None:
        raise ImportMissing
    return _card(job)


def import_unfinished(*, sha256: str, source: str) -> int | None:
    """Return the newest interrupted run of the same file and source that can be resumed, None without one."""
    begun = ImportJob.objects.filter(
        sha256=sha256, source=source, status__in=(ImportStatus.QUEUED, ImportStatus.RUNNING, ImportStatus.FAILED)
    )
    return next((job.pk for job in begun.order_by("-id") if not _is_lost(job)), None)


def imports_unattended() -> list[int]:
    """Return the ids of runs that are due and have no worker: the nudge was lost or the worker killed."""
    return _due(ImportStatus.QUEUED, ImportStatus.RUNNING)


def imports_unexamined() -> list[int]:
    """Return the ids of uploads that wait to be examined and have no worker."""
    return _due(ImportStatus.READING)


def _due(*statuses: ImportStatus) -> list[int]:
    due = ImportJob.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now()), status__in=statuses
    )
    return list(due.order_by("id").values_list("pk", flat=True))


def refusal_words(error: FileRefused | MappingIncomplete) -> str:
    """Return why a file or a mapping is refused, and what to do."""
    return file_words(error.reason, error.detail if isinstance(error, FileRefused) else "")


def field_choices() -> list[tuple[str, str]]:
    """Return every field that a column can hold, with its words."""
    return [(field.value, str(field.label)) for field in ImportField]


def _card(job: ImportJob) -> ImportCard:
    status = ImportStatus(job.status)
    return ImportCard(
        job_id=job.pk,
        job_uuid=job.uuid,
        file_name=job.file_name,
        source=job.source,
        sha256=job.sha256,
        kind=job.file_kind.upper(),
        encoding=_ENCODINGS.get(job.encoding, job.encoding),
        delimiter=_DELIMITERS.get(job.delimiter, job.delimiter),
        columns=tuple(column_names(job.headers)),
        has_header=job.header_line > 0,
        mapping=dict(sorted(job.mapping.items(), key=lambda item: item[1])),
        refusals_guessed=refusals_guessed(job),
        to_check=tuple(columns_to_check(job)),
        status=status,
        status_label=str(status.label),
        error=_error(job),
        total=job.total_rows,
        done=job.next_row,
        created=job.created_count,
        updated=job.updated_count,
        unchanged=job.unchanged_count,
        refused=job.refused_count,
        doubtful=job.doubtful_count,
        uploaded_by=str(getattr(job.created_by, "name", "") or ""),
        uploaded_by_id=job.created_by_id,
        uploaded_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        left_s=_seconds_left(job),
        is_stalled=status == ImportStatus.RUNNING and not _is_alive(job),
        is_lost=_is_lost(job),
    )


def _error(job: ImportJob) -> str:
    if job.status == ImportStatus.CLOSED:
        return ""
    code = job.error_code or ("file_missing" if _is_lost(job) else "")
    return file_words(code, job.error_detail, stored=job.next_row) if code else ""


def _is_lost(job: ImportJob) -> bool:
    if job.status in (ImportStatus.FINISHED, ImportStatus.CLOSED, ImportStatus.REFUSED):
        return False
    return job.error_code in _FILE_GONE or not Path(job.path).is_file()


def _is_alive(job: ImportJob) -> bool:
    return job.leased_until is not None and job.leased_until > timezone.now()


def _seconds_left(job: ImportJob) -> int | None:
    """Return the time left by the pace of the present run, once it has stored a twentieth of the file."""
    stored = job.next_row - job.pace_row
    if job.status != ImportStatus.RUNNING or job.pace_since is None or not 20 * stored >= job.total_rows > 0:
        return None
    passed = (timezone.now() - job.pace_since).total_seconds()
    return max(1, round(passed * (job.total_rows - job.next_row) / stored))
