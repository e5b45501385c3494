"""The issues of a customer file, for pages, the command and the report."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.enums import IssueSeverity
from consents.importing.judging.issues import Issue
from consents.importing.judging.refused import REFUSED
from consents.models import ImportIssue

_OF_MANY: Final = "…"
_DETAIL: Final = re.compile(r" \((?:строка |столбец «)?…»?\)|:? …(?=[:.])|,? в строке …")

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
    values = found.values_list("line", "column", "value", "code", "detail", "severity")
    for line, column, value, code, detail, severity in values.iterator(chunk_size=2000):
        yield Issue(line, column, value, code, detail, is_spared=_is_spared(code, severity))


def import_report_rows(*, job_id: int) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the report below REPORT_HEADER, one for every refused or doubtful value."""
    for issue in import_problems(job_id=job_id):
        yield issue.line, issue.column, issue.value, issue.severity.label, issue.reason, issue.mend


def import_problem_counts(*, job_id: int) -> list[ProblemCount]:
    """Count the rows of each kind of problem, refusals first, the commonest first."""
    found = ImportIssue.objects.filter(job_id=job_id).values_list("code", "severity")
    counted = found.annotate(rows=Count("line", distinct=True))
    return problem_counts({(code, _is_spared(code, severity)): rows for code, severity, rows in counted})


def problem_counts(rows: Mapping[tuple[str, bool], int]) -> list[ProblemCount]:
    """Return the kinds of problems by how many rows have each, in words that name no single row.

    A kind is a code, and whether the row was spared.
    """
    kinds = [
        (Issue(0, "", "", code, _OF_MANY, is_spared=is_spared), count) for (code, is_spared), count in rows.items()
    ]
    kinds.sort(key=lambda kind: (not kind[0].refuses, -kind[1], kind[0].code))
    return [_problem_count(issue, count) for issue, count in kinds]


def _is_spared(code: str, severity: str) -> bool:
    return code in REFUSED and severity == IssueSeverity.DOUBTFUL


def _problem_count(issue: Issue, count: int) -> ProblemCount:
    return ProblemCount(issue.severity, _without_detail(issue.reason), _without_detail(issue.mend), count)


def _without_detail(sentence: str) -> str:
    """Return a sentence without the detail of one row, which means nothing for many, and the words that lead to it."""
    return _DETAIL.sub("", sentence)
