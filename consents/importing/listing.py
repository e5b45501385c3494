"""Customer files as staff see them: how they are read, their progress, their sources, which runs wait."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.database.clock import database_now
from consents.enums import ImportStatus
from consents.errors import FileRefused, ImportMissing
from consents.importing.columns import (
    RefusalQuestion,
    column_names,
    columns_to_check,
    refusal_questions,
    refusals_unconfirmed,
)
from consents.importing.file_sentences import file_words
from consents.models import Customer, ImportJob
from consents.normalise.look_alikes import TO_LATIN

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
_FILE_GONE: Final = ("file_missing", "file_changed")
DELIMITER_NAMES: Final[dict[str, str | Promise]] = {
    ";": _("точка с запятой"),
    ",": _("запятая"),
    "\t": _("табуляция"),
    "|": _("вертикальная черта"),
    " ": _("пробел"),
    ":": _("двоеточие"),
    "~": _("тильда (~)"),
    "\x01": "\\x01",
    "\x1f": "\\x1f",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCard:
    """One upload and what is said about it. ``left_s`` is the time left in seconds, None while unknown.

    ``questions`` are the columns whose values may be refusals, ``is_unconfirmed`` whether a person has still to say so;
    ``to_check`` holds a sentence for each column that is not read although its heading is that of an answer; ``error``
    is a sentence or empty. ``is_lost``: the file is missing or was changed, so that the upload cannot go on.
    ``is_one_column``: no delimiter parts the lines of the file.
    """

    job: ImportJob
    kind: str
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    questions: tuple[RefusalQuestion, ...]
    is_unconfirmed: bool
    is_one_column: bool
    to_check: tuple[str, ...]
    error: str
    left_s: int | None
    is_stalled: bool
    is_lost: bool


def imports_taken() -> QuerySet[ImportJob]:
    """Return the uploads that were not refused as files, newest first."""
    return imports_listed().exclude(status=ImportStatus.REFUSED)


def imports_listed() -> QuerySet[ImportJob]:
    """Return all uploads, newest first."""
    return ImportJob.objects.select_related("created_by").order_by("-id")


def import_card(*, job_id: int | None = None, job_uuid: UUID | None = None) -> ImportCard:
    """Return one upload by its id or its public number. Raises ImportMissing."""
    job = imports_listed().filter(Q(pk=job_id) if job_uuid is None else Q(uuid=job_uuid)).first()
    if job is None:
        raise ImportMissing
    return ImportCard(
        job=job,
        kind=job.file_kind.upper(),
        encoding=_ENCODINGS.get(job.encoding, job.encoding),
        delimiter=delimiter_name(job.delimiter),
        columns=tuple(column_names(job.headers)),
        questions=tuple(refusal_questions(job)),
        is_unconfirmed=refusals_unconfirmed(job),
        is_one_column=job.file_kind == "csv" and len(job.headers) == 1,
        to_check=tuple(columns_to_check(job)),
        error=_error(job),
        left_s=_seconds_left(job),
        is_stalled=job.status == ImportStatus.RUNNING and not (job.leased_until and job.leased_until > database_now()),
        is_lost=_is_lost(job),
    )


def import_unfinished(*, sha256: str, source: str) -> int | None:
    """Return the newest interrupted run of the same file and source that can be resumed, None without one."""
    begun = ImportJob.objects.filter(
        sha256=sha256, source=source, status__in=(ImportStatus.QUEUED, ImportStatus.RUNNING, ImportStatus.FAILED)
    )
    return next((job.pk for job in begun.order_by("-id") if not _is_lost(job)), None)


def imports_due(*statuses: ImportStatus) -> list[int]:
    """Return the ids of uploads with one of these statuses and no worker: the nudge was lost or the worker killed."""
    due = ImportJob.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=database_now()), status__in=statuses
    )
    return list(due.order_by("id").values_list("pk", flat=True))


def sources_known() -> list[str]:
    """Return the sources of past files, in the order of their names."""
    return sorted(ImportJob.objects.values_list("source", flat=True).distinct())


def source_is_new(*, source: str) -> bool:
    """Return whether no customer of this source is known, so that a file of it can only add."""
    return not Customer.objects.filter(source=source).exists()


def source_alike(*, source: str) -> str:
    """Return a known source that looks like this one but is spelled with other letters, empty without one.

    «CRM» and «crm», «1С» in Cyrillic and «1C» in Latin.
    """
    known = sources_known()
    if source in known:
        return ""
    return next((other for other in known if _source_key(other) == _source_key(source)), "")


def delimiter_name(sign: str) -> str:
    """Return the name of a delimiter for people."""
    return str(DELIMITER_NAMES.get(sign, sign))


def refusal_words(error: FileRefused) -> str:
    """Return why a file or a mapping is refused, and what to do."""
    return file_words(error.reason, error.detail)


def _error(job: ImportJob) -> str:
    if job.status == ImportStatus.CLOSED:
        return ""
    code = job.error_code or ("file_missing" if _is_lost(job) else "")
    return file_words(code, job.error_detail, stored=job.next_row) if code else ""


def _is_lost(job: ImportJob) -> bool:
    if job.status in (ImportStatus.FINISHED, ImportStatus.CLOSED, ImportStatus.REFUSED):
        return False
    return job.error_code in _FILE_GONE or not Path(job.path).is_file()


def _seconds_left(job: ImportJob) -> int | None:
    """Return the time left by the pace of the present run, once it has stored a twentieth of the file."""
    stored = job.next_row - job.pace_row
    if job.status != ImportStatus.RUNNING or job.pace_since is None or not 20 * stored >= job.total_rows > 0:
        return None
    passed = (database_now() - job.pace_since).total_seconds()
    return max(1, round(passed * (job.total_rows - job.next_row) / stored))


def _source_key(source: str) -> str:
    # A source spelled in two ways would make every customer twice.
    return source.casefold().replace("ё", "е").translate(TO_LATIN)
