"""What can be exported: each kind turns the filter of its row into a file of the consents room."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import models
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from consents.register.exports import period_count, period_csv, person_count, person_csv


class ExportKind(models.TextChoices):
    """Kinds of export."""

    PERSON = "person", _("Доказательства одного клиента")
    PERIOD = "period", _("События за период")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One export, ready to be written: how many rows there are, and the file piece by piece."""

    row_count: int
    pieces: Iterator[bytes]


def export_open(*, kind: str, filters: Mapping[str, Any], number: str) -> Source:
    """Open an export. Inside one snapshot of the database the count is that of the file; each row bears the number."""
    return _SOURCES[ExportKind(kind)](filters, number)


def _person(filters: Mapping[str, Any], number: str) -> Source:
    customer_id = int(filters["customer_id"])
    return Source(
        row_count=person_count(customer_id=customer_id), pieces=person_csv(customer_id=customer_id, number=number)
    )


def _period(filters: Mapping[str, Any], number: str) -> Source:
    """Both days of the filter are included, by the clock of the installation."""
    since = _midnight(date.fromisoformat(filters["since"]))
    until = _midnight(date.fromisoformat(filters["until"]) + timedelta(days=1))
    return Source(
        row_count=period_count(since=since, until=until), pieces=period_csv(since=since, until=until, number=number)
    )


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


_SOURCES: Final[Mapping[ExportKind, Callable[[Mapping[str, Any], str], Source]]] = {
    ExportKind.PERSON: _person,
    ExportKind.PERIOD: _period,
}
