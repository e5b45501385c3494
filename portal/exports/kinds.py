"""What can be exported: each kind names its rows. The words of the columns are those of the consents room."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from consents.spreadsheet import csv_stream


class ExportKind(models.TextChoices):
    """Kinds of export."""

    PERSON = "person", _("Доказательства одного клиента")
    PERIOD = "period", _("События за период")


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one export and the columns that they fill."""

    header: Sequence[str]
    rows: Iterable[Sequence[Any]]

    def write(self, rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
        """Give the CSV of these rows, as Excel of a Russian office opens it."""
        return csv_stream(self.header, rows)


SOURCES: Final[Mapping[ExportKind, Callable[..., Source]]] = {}


def export_open(*, kind: ExportKind, filters: Mapping[str, Any]) -> Source:
    """Open the rows of an export."""
    return SOURCES[kind](**filters)
