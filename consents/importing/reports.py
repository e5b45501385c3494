"""The issues of a customer file in words, for pages, the command and the report."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.enums import IssueSeverity
from consents.importing.judging.sentences import issue_words
from consents.models import ImportIssue

REPORT_HEADER: Final[tuple[str | Promise, ...]] = (
    _("Строка"),
    _("Столбец"),
    _("Значение"),
    _("Решение"),
    _("Причина"),
    _("Что сделать"),
)


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


def import_problems(*, job_id: int, limit: int | None = None) -> Iterator[ImportProblem]:
    """Yield the issues of an upload by line, refusals of a line first. Memory stays flat."""
    rows = ImportIssue.objects.filter(job_id=job_id).order_by("line", "-severity", "id")
    for issue in (rows if limit is None else rows[:limit]).iterator(chunk_size=2000):
        yield problem_in_words(
            line=issue.line, column=issue.column, value=issue.value, code=issue.code, detail=issue.detail,
            severity=IssueSeverity(issue.severity),
        )  # fmt: skip


def problem_in_words(
    *, line: int, column: str, value: str, code: str, detail: str, severity: IssueSeverity
) -> ImportProblem:
    """Return one issue in the active language."""
    reason, mend = issue_words(code, detail)
    return ImportProblem(line, column, value, severity, str(severity.label), reason, mend)


def import_report_rows(*, job_id: int) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the report below REPORT_HEADER, one for every refused or doubtful value."""
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
    """Return one kind of problem in words that name no single row."""
    reason, mend = issue_words(code, "…")
    # The detail of one row means nothing for many.
    reason = reason.replace(" (…)", "").replace(": ….", ".")
    return ProblemCount(code, severity, str(severity.label), reason, mend, count)
