"""The issues of a customer file, for pages, the command and the report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.enums import IssueSeverity
from consents.importing.judging.issues import Issue
from consents.importing.judging.sentences import REFUSED
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
class ProblemCount:
    """How many rows have one kind of problem."""

    severity: IssueSeverity
    reason: str
    mend: str
    count: int


def import_problems(*, job_id: int, limit: int | None = None) -> Iterator[Issue]:
    """Yield the issues of an upload by line, refusals of a line first. Memory stays flat."""
    found = ImportIssue.objects.filter(job_id=job_id).order_by("line", "-severity", "id")[:limit]
    for values in found.values_list("line", "column", "value", "code", "detail").iterator(chunk_size=2000):
        yield Issue(*values)


def import_report_rows(*, job_id: int) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the report below REPORT_HEADER, one for every refused or doubtful value."""
    for issue in import_problems(job_id=job_id):
        yield issue.line, issue.column, issue.value, issue.severity.label, issue.reason, issue.mend


def import_problem_counts(*, job_id: int) -> list[ProblemCount]:
    """Count the rows of each kind of problem, refusals first, the commonest first."""
    found = ImportIssue.objects.filter(job_id=job_id).values_list("code")
    return problem_counts(dict(found.annotate(rows=Count("line", distinct=True))))


def problem_counts(rows: Mapping[str, int]) -> list[ProblemCount]:
    """Return the kinds of problems by how many rows have each code, in words that name no single row."""
    codes = sorted(rows, key=lambda code: (code not in REFUSED, -rows[code], code))
    return [_problem_count(Issue(0, "", "", code, "…"), rows[code]) for code in codes]


def _problem_count(issue: Issue, count: int) -> ProblemCount:
    # The detail of one row means nothing for many.
    reason = issue.reason.replace(" (…)", "").replace(": ….", ".")
    return ProblemCount(issue.severity, reason, issue.mend, count)
