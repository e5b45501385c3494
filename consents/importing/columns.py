"""The names of the columns of one file in a report, and the reader of its rows."""

from collections.abc import Sequence

from django.utils.translation import gettext

from consents.importing.file_sentences import column_unread, opt_out_to_check
from consents.importing.judging.mapping import ImportField, answers_unread, heading_key, opt_out_guessed
from consents.importing.judging.rows import RowReader
from consents.importing.words import question_of
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
        "opt_out_column": column_name(job, ImportField.OPT_OUT),
    }


def refusals_guessed(job: ImportJob) -> str:
    """Return the name of the column of refusals where it was only guessed, else an empty string."""
    return column_name(job, ImportField.OPT_OUT) if opt_out_guessed(job.headers, job.mapping) else ""


def columns_to_check(job: ImportJob) -> list[str]:
    """Return a sentence for each column whose refusals may be misread or not read at all."""
    names = column_names(job.headers)
    said = []
    if name := refusals_guessed(job):
        said.append(opt_out_to_check(name, by_no=_refused_by_no(name)))
    unread = [names[column] for column in answers_unread(job.headers, job.mapping)]
    return said + [column_unread(name, by_no=_refused_by_no(name)) for name in unread]


def _refused_by_no(name: str) -> bool:
    return question_of(heading_key(name)).by_no


def job_reader(job: ImportJob) -> RowReader:
    """Return the reader of a job's rows, as its columns are mapped."""
    return RowReader(
        column_names=column_names(job.headers),
        mapping=job.mapping,
        messengers=_messenger_spellings(),
        # The rows of a sheet end with their last filled cell: a short one lacks nothing.
        may_be_short=job.file_kind != "csv",
    )


def _messenger_spellings() -> dict[str, str]:
    return {
        spelling: messenger.code
        for messenger in Messenger.objects.all()
        for spelling in (messenger.name.lower(), messenger.code, *messenger.aliases)
    }
