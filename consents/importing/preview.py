"""A preview of an import, read from the file before any row is stored."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.errors import ImportMissing
from consents.importing.columns import messenger_names, row_rules
from consents.importing.files.records import Record
from consents.importing.judging.issues import Issue, value_shown
from consents.importing.judging.mapping import ImportField
from consents.importing.judging.rows import NAME_PARTS, CustomerRow, RowReader
from consents.importing.reading import data_records
from consents.importing.reports import ProblemCount, problem_counts
from consents.importing.words import OptOut
from consents.models import ImportJob
from consents.normalise import email_display

_REFUSALS: Final[Mapping[str, str | Promise]] = {
    OptOut.ALL.value: _("от всех сообщений"),
    OptOut.ADVERTISING.value: _("от рекламы"),
    OptOut.NO.value: _("нет"),
}
ISSUES_SHOWN: Final = 30
CHECKED_ROWS: Final = 20_000
"""Rows that the preview reads: a second of work at most, however long the file."""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One record as it was read: the cells of the file, their values, and its issues."""

    line: int
    cells: tuple[str, ...]
    values: tuple[str, ...]
    is_refused: bool
    problems: Sequence[Issue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The first rows, and the problems of the first CHECKED_ROWS rows. ``is_whole``: the file has no more rows.

    ``issues`` are the first of those behind the shown rows.

    Repeated ids and shared contacts are found only by the run, which compares all rows with each other.
    """

    fields: tuple[ImportField, ...]
    rows: tuple[PreviewRow, ...]
    issues: tuple[Issue, ...]
    checked: int
    is_whole: bool
    refused: int
    doubtful: int
    problems: Sequence[ProblemCount]


def import_preview(*, job_id: int, limit: int = 20) -> Preview:
    """Return the preview with the columns as they are mapped now. Raises ImportMissing without the file."""
    job = ImportJob.objects.filter(pk=job_id).first()
    if job is None or not Path(job.path).exists():
        raise ImportMissing
    fields = _fields(job)
    reader = RowReader(row_rules(job))
    names = messenger_names()
    rows: list[PreviewRow] = []
    issues: list[Issue] = []
    codes: Counter[tuple[str, bool]] = Counter()
    checked = refused = doubtful = 0
    for record in islice(data_records(job), CHECKED_ROWS):
        read = reader.read(record)
        checked += 1
        refused += read.row is None
        doubtful += read.row is not None and bool(read.issues)
        codes.update({(issue.code, issue.is_spared) for issue in read.issues})
        if len(rows) < limit:
            rows.append(_row(record, read.row, read.issues, fields, names))
        elif len(issues) < ISSUES_SHOWN:
            issues += read.issues
    return Preview(
        fields=fields,
        rows=tuple(rows),
        issues=tuple(issues),
        checked=checked,
        is_whole=checked < CHECKED_ROWS,
        refused=refused,
        doubtful=doubtful,
        problems=problem_counts(codes),
    )


def _fields(job: ImportJob) -> tuple[ImportField, ...]:
    """Return the fields that the preview shows, with one column for a name in parts."""
    mapped = {ImportField(name) for name in job.mapping} - {ImportField.OTHER_PHONE, ImportField.OTHER_EMAIL}
    if job.refusal_values or job.refusal_meanings:
        mapped.add(ImportField.OPT_OUT)
    if mapped & set(NAME_PARTS):
        mapped = (mapped - set(NAME_PARTS)) | {ImportField.NAME}
    return tuple(field for field in ImportField if field in mapped)


def _row(
    record: Record,
    row: CustomerRow | None,
    issues: Sequence[Issue],
    fields: Sequence[ImportField],
    messengers: Mapping[str, str],
) -> PreviewRow:
    return PreviewRow(
        line=record.line,
        cells=tuple(value_shown(cell) for cell in record.cells),
        values=() if row is None else tuple(_value(row, field, messengers) for field in fields),
        is_refused=row is None,
        problems=issues,
    )


def _value(row: CustomerRow, field: ImportField, messengers: Mapping[str, str]) -> str:
    if field == ImportField.MESSENGER:
        return messengers.get(row.messenger or "", row.messenger or "")
    if field == ImportField.OPT_OUT:
        return str(_REFUSALS.get(row.opt_out or "", ""))
    if field == ImportField.EMAIL:
        return email_display(row.email) if row.email else ""
    return str(getattr(row, field.value) or "")
