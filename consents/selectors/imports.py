"""Customer files as staff see them: how they were understood, how far they got, which rows need a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.enums import ImportStatus, IssueSeverity
from consents.errors import FileRefused, ImportMissing, MappingIncomplete
from consents.importing.columns import column_names
from consents.importing.file_sentences import file_words
from consents.importing.mapping import ImportField
from consents.importing.sentences import issue_words
from consents.models import ImportIssue, ImportJob

REPORT_HEADER: Final[tuple[str | Promise, ...]] = (
    _("Строка"),
    _("Столбец"),
    _("Значение"),
    _("Решение"),
    _("Причина"),
    _("Что сделать"),
)

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
_DELIMITERS: Final[dict[str, str | Promise]] = {
    ";": _("точка с запятой"),
    ",": _("запятая"),
    "\t": _("табуляция"),
    "|": _("вертикальная черта"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCard:
    """One upload. ``left_s`` is the time left in seconds while it can be told; ``error`` is a sentence or empty."""

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

    @property
    def is_open(self) -> bool:
        """Say whether columns may still be corrected and the upload thrown away."""
        return self.status in (ImportStatus.UPLOADED, ImportStatus.FAILED) and self.done == 0

    @property
    def is_moving(self) -> bool:
        """Say whether there is progress to watch."""
        return self.status in (ImportStatus.QUEUED, ImportStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One row's issue in words."""

    line: int
    column: str
    value: str
    severity: IssueSeverity
    decision: str
    reason: str
    mend: str


@dataclass(frozen=True, slots=True)
class ProblemCount:
    """How many rows have one kind of problem."""

    code: str
    severity: IssueSeverity
    decision: str
    reason: str
    mend: str
    count: int


class _Cards:
    """Cards of a query, made for the slice that is asked for."""

    def __init__(self, jobs: QuerySet[ImportJob]) -> None:
        self._jobs = jobs

    def __getitem__(self, place: slice) -> list[ImportCard]:
        return [_card(job) for job in self._jobs[place]]


def imports_listed() -> _Cards:
    """All uploads, newest first; take a slice."""
    return _Cards(ImportJob.objects.select_related("created_by").order_by("-id"))


def import_card(*, job_id: int | None = None, job_uuid: UUID | None = None) -> ImportCard:
    """Give one upload by its id or its public number. Raises ImportMissing."""
    found = ImportJob.objects.select_related("created_by").filter(
        Q(pk=job_id) if job_uuid is None else Q(uuid=job_uuid)
    )
    job = found.first()
    if job is None:
        raise ImportMissing
    return _card(job)


def import_unfinished(*, sha256: str, source: str) -> int | None:
    """Give the newest interrupted run of this very file for this source: it can be gone on with."""
    begun = ImportJob.objects.filter(sha256=sha256, source=source).exclude(
        status__in=(ImportStatus.UPLOADED, ImportStatus.FINISHED)
    )
    return begun.order_by("-id").values_list("pk", flat=True).first()


def imports_unattended() -> list[int]:
    """Ids of runs that are due and show no life: the nudge was lost or the worker killed."""
    due = ImportJob.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now()),
        status__in=(ImportStatus.QUEUED, ImportStatus.RUNNING),
    )
    return list(due.order_by("id").values_list("pk", flat=True))


def import_problems(*, job_id: int, limit: int | None = None) -> Iterator[ImportProblem]:
    """Give the issues of an upload by line, refusals of a line first. Memory stays flat."""
    rows = ImportIssue.objects.filter(job_id=job_id).order_by("line", "-severity", "id")
    for issue in (rows if limit is None else rows[:limit]).iterator(chunk_size=2000):
        yield problem_in_words(
            line=issue.line, column=issue.column, value=issue.value, code=issue.code, detail=issue.detail,
            severity=IssueSeverity(issue.severity),
        )  # fmt: skip


def problem_in_words(
    *, line: int, column: str, value: str, code: str, detail: str, severity: IssueSeverity
) -> ImportProblem:
    """Say one issue in the language of the moment."""
    reason, mend = issue_words(code, detail)
    return ImportProblem(line, column, value, severity, str(severity.label), reason, mend)


def import_report_rows(*, job_id: int) -> Iterator[tuple[str, ...]]:
    """Give the rows of the report below REPORT_HEADER; every refused or doubtful value is one of them."""
    for problem in import_problems(job_id=job_id):
        yield (
            str(problem.line), problem.column, problem.value, problem.decision, problem.reason, problem.mend
        )  # fmt: skip


def import_problem_counts(*, job_id: int) -> list[ProblemCount]:
    """Count the rows of each kind of problem, refusals first, the commonest first."""
    found = (
        ImportIssue.objects.filter(job_id=job_id)
        .values("code", "severity")
        .annotate(rows=Count("line", distinct=True))
        .order_by("-severity", "-rows", "code")
    )
    return [problem_count(row["code"], IssueSeverity(row["severity"]), row["rows"]) for row in found]


def problem_count(code: str, severity: IssueSeverity, count: int) -> ProblemCount:
    """Say one kind of problem in words that name no single row."""
    reason, mend = issue_words(code, "…")
    # The detail of one row has no place among many.
    reason = reason.replace(" (…)", "").replace(": ….", ".")
    return ProblemCount(code, severity, str(severity.label), reason, mend, count)


def refusal_words(error: FileRefused | MappingIncomplete) -> str:
    """Say why a file or a mapping is not taken, and what to do."""
    return file_words(error.reason, error.detail if isinstance(error, FileRefused) else "")


def field_choices() -> list[tuple[str, str]]:
    """Give everything that a column can mean, with its words."""
    return [(field.value, str(field.label)) for field in ImportField]


def _card(job: ImportJob) -> ImportCard:
    status = ImportStatus(job.status)
    return ImportCard(
        job_id=job.pk,
        job_uuid=job.uuid,
        file_name=job.file_name,
        source=job.source,
        sha256=job.sha256,
        kind="XLSX" if job.file_kind == "xlsx" else "CSV",
        encoding=_ENCODINGS.get(job.encoding, job.encoding),
        delimiter=_DELIMITERS.get(job.delimiter, job.delimiter),
        columns=tuple(column_names(job.headers)),
        has_header=job.header_line > 0,
        mapping=dict(sorted(job.mapping.items(), key=lambda item: item[1])),
        status=status,
        status_label=str(status.label),
        error=file_words(job.error_code) if job.error_code else "",
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
    )


def _is_alive(job: ImportJob) -> bool:
    return job.leased_until is not None and job.leased_until > timezone.now()


def _seconds_left(job: ImportJob) -> int | None:
    """Judge by the pace so far, once a tenth is stored."""
    if job.status != ImportStatus.RUNNING or job.started_at is None or not 10 * job.next_row >= job.total_rows > 0:
        return None
    passed = (timezone.now() - job.started_at).total_seconds()
    return max(1, round(passed * (job.total_rows - job.next_row) / max(job.next_row, 1)))
