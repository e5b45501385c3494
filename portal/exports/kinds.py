"""What can be exported: each kind turns the filter of its row into a file of the consents room."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from consents.register.exports import period_count, period_csv, person_count, person_csv


class ExportKind(models.TextChoices):
    """Kinds of export."""

    PERSON = "person", _("Доказательства одного клиента")
    PERIOD = "period", _("События за период")


def export_open(*, kind: str, filters: Mapping[str, Any], number: str) -> tuple[int, Iterator[bytes]]:
    """Open an export: return how many rows there are, and the file piece by piece; each row bears the number.

    Inside one snapshot of the database the count is that of the file. Both days of a period are included, by the clock
    of the installation.
    """
    if ExportKind(kind) == ExportKind.PERSON:
        customer_id = int(filters["customer_id"])
        return person_count(customer_id=customer_id), person_csv(customer_id=customer_id, number=number)
    since = _midnight(date.fromisoformat(filters["since"]))
    until = _midnight(date.fromisoformat(filters["until"]) + timedelta(days=1))
    return period_count(since=since, until=until), period_csv(since=since, until=until, number=number)


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))
