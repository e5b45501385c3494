"""The columns of one file: their names in a report, what is asked about their refusals, and the reader of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from consents.errors import MappingIncomplete
from consents.importing.file_sentences import column_unread
from consents.importing.judging.mapping import ImportField, answers_unread, mapping_check
from consents.importing.judging.refusals import (
    VALUES_SHOWN,
    RefusalColumn,
    column_question,
    columns_asked,
    refusal_columns,
)
from consents.importing.judging.rows import RowRules
from consents.importing.words import OptOut, heading_key, question_of
from consents.models import ImportJob, Messenger


def column_names(headings: Sequence[str]) -> list[str]:
    """Return the heading of each column, or its number where it has none."""
    return [heading or gettext("Столбец %(number)s") % {"number": n} for n, heading in enumerate(headings, start=1)]


def column_name(job: ImportJob, field: ImportField) -> str:
    """Return the name of the column that holds a field, empty where none does."""
    column = job.mapping.get(field.value)
    return "" if column is None else column_names(job.headers)[column]


def issue_columns(job: ImportJob) -> dict[str, str]:
    """Return the columns that issues found among stored rows name, as the statements call them."""
    return {
        "id_column": column_name(job, ImportField.EXTERNAL_ID),
        "phone_column": column_name(job, ImportField.PHONE),
        "email_column": column_name(job, ImportField.EMAIL),
        "opt_out_column": ", ".join(column_names(job.headers)[reader.column] for reader in _refusals(job))[:120],
    }


@dataclass(frozen=True, slots=True)
class RefusalValue:
    """A value of a column that may hold refusals: how often it stands there, and what it means as far as is known."""

    value: str
    count: int
    meaning: str


@dataclass(frozen=True, slots=True)
class RefusalQuestion:
    """A column whose values a person must judge. ``has_more``: there are values besides, which the rules read."""

    column: int
    name: str
    values: Sequence[RefusalValue]
    has_more: bool


def refusal_questions(job: ImportJob) -> list[RefusalQuestion]:
    """Return the columns that may hold refusals and whose meaning is not sure, with their values."""
    names = column_names(job.headers)
    readers = {reader.column: reader for reader in _refusals(job)}
    questions = []
    for column in columns_asked(job.headers, job.mapping, job.refusal_values):
        reader = readers.get(column) or RefusalColumn(column, column_question(job.headers[column]), {})
        is_left = job.refusal_meanings is not None and column not in readers
        found = job.refusal_values[str(column)]
        values = [RefusalValue(value, count, _meaning(reader, value, is_left=is_left)) for value, count in found]
        questions.append(
            RefusalQuestion(column, names[column], values, has_more=len(found) >= VALUES_SHOWN or not found)
        )
    return questions


def refusals_unconfirmed(job: ImportJob) -> bool:
    """Return whether a person has still to say what the values of a column mean."""
    return job.refusal_meanings is None and bool(columns_asked(job.headers, job.mapping, job.refusal_values))


def import_check(job: ImportJob) -> None:
    """Raise MappingIncomplete unless the columns are complete and the refusals of the file have been judged.

    Reasons: those of `mapping_check`, refusals_unconfirmed (``detail`` is the column).
    """
    mapping_check(job.mapping, len(job.headers))
    if refusals_unconfirmed(job):
        asked = columns_asked(job.headers, job.mapping, job.refusal_values)
        raise MappingIncomplete(
            "refusals_unconfirmed", ", ".join(column_names(job.headers)[column] for column in asked)
        )


def columns_to_check(job: ImportJob) -> list[str]:
    """Return a sentence for each column that is not read although its heading is that of an answer."""
    names = column_names(job.headers)
    asked = {int(column) for column in job.refusal_values}
    unread = [names[column] for column in answers_unread(job.headers, job.mapping) if column not in asked]
    return [column_unread(name, by_no=_refused_by_no(name)) for name in unread]


def _meaning(reader: RefusalColumn, value: str, *, is_left: bool) -> str:
    if is_left:
        return OptOut.NO.value
    said = reader.read(value) or OptOut.NO
    return (OptOut.ALL if said is OptOut.UNCLEAR else said).value


def _refusals(job: ImportJob) -> list[RefusalColumn]:
    return list(refusal_columns(job.headers, job.mapping, job.refusal_values, job.refusal_meanings))


def _refused_by_no(name: str) -> bool:
    return question_of(heading_key(name)).by_no


def row_rules(job: ImportJob) -> RowRules:
    """Return how the rows of a job are read, as its columns are mapped."""
    return RowRules(
        column_names=column_names(job.headers),
        mapping=job.mapping,
        messengers=_messenger_spellings(),
        refusals=_refusals(job),
        least_cells=job.least_cells,
    )


def messenger_names() -> dict[str, str]:
    """Return the names of messengers by their codes."""
    return dict(Messenger.objects.values_list("code", "name"))


def _messenger_spellings() -> dict[str, str]:
    return {
        spelling: messenger.code
        for messenger in Messenger.objects.all()
        for spelling in (messenger.name.lower(), messenger.code, *messenger.aliases)
    }
