"""Customer files: what was uploaded, how far it got, which rows need a person."""

import uuid

from django.conf import settings
from django.db import models

from consents.database.clock import database_now
from consents.enums import ImportStatus, IssueSeverity


class ImportJob(models.Model):
    """One file. ``next_row`` moves in the transaction that stores the rows, so a killed run goes on from it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255, help_text="As the person named it; shown as text only.")
    path = models.CharField(max_length=500, help_text="Where the bytes lie, under a name of ours.")
    sha256 = models.CharField(max_length=64)
    file_kind = models.CharField(max_length=8, default="csv")
    encoding = models.CharField(max_length=16, blank=True)
    delimiter = models.CharField(max_length=4, blank=True, help_text="While the file is read, what a person chose.")
    escapes = models.BooleanField(
        default=False, db_default=False, help_text="Whether a backslash stands before quotes within a cell."
    )
    sheet = models.CharField(
        max_length=255, blank=True, default="", db_default="", help_text="While the file is read, what a person chose."
    )
    sheets = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField()), help_text="All sheets with their states."
    )
    hidden_rows = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Rows of the sheet that hold values and are hidden."
    )
    mapping = models.JSONField(default=dict, help_text="Field name -> column index.")
    headers = models.JSONField(default=list)
    refusal_values = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text="Column that may hold refusals -> its commonest values and their counts.",
    )
    refusal_meanings = models.JSONField(
        null=True, blank=True, help_text="Column -> value -> meaning, as a person confirmed; null until then."
    )
    least_cells = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Cells of a row before its empty tail: a shorter row lacks some."
    )
    header_line = models.PositiveIntegerField(default=1, help_text="Record with the headings, 0 where there is none.")
    status = models.CharField(max_length=10, choices=ImportStatus, default=ImportStatus.READING)
    total_rows = models.PositiveIntegerField(default=0)
    next_row = models.PositiveIntegerField(default=0, help_text="Data rows stored so far.")
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    doubtful_count = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True)
    error_detail = models.CharField(
        max_length=16, blank=True, default="", db_default="", help_text="A line for the sentence."
    )
    leased_until = models.DateTimeField(
        null=True, blank=True, help_text="A run that shows no life until then is taken for dead and started again."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=database_now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    pace_since = models.DateTimeField(null=True, blank=True, help_text="When the present run began to store rows.")
    pace_row = models.PositiveIntegerField(default=0, db_default=0, help_text="`next_row` of that moment.")
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def is_open(self) -> bool:
        """Return whether no row is stored yet, so that the upload may be discarded."""
        return self.status in (ImportStatus.UPLOADED, ImportStatus.FAILED) and self.next_row == 0

    @property
    def is_half_way(self) -> bool:
        """Return whether a run stopped after its first rows, so that it can be resumed or closed."""
        return self.status == ImportStatus.FAILED and self.next_row > 0

    @property
    def is_moving(self) -> bool:
        """Return whether the job is running or waits for a worker."""
        return self.status in (ImportStatus.READING, ImportStatus.QUEUED, ImportStatus.RUNNING)


class ImportIssue(models.Model):
    """One refused or doubtful value: where, what, why; the sentence comes from ``code``."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="issues")
    line = models.PositiveIntegerField(help_text="Line of the file, the header being 1.")
    column = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=40)
    detail = models.CharField(max_length=64, blank=True, help_text="A line, a country or a number for the sentence.")
    severity = models.CharField(max_length=10, choices=IssueSeverity)

    class Meta:
        indexes = [models.Index(fields=["job", "line"], name="issue_job_line")]

    def __str__(self) -> str:
        return f"{self.line}: {self.code}"
