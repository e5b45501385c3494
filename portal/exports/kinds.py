"""What can be exported: each kind turns the filter of its row into a file."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from consents.register.exports import Export, period_export, person_export
from portal.exports.evidence_paper import evidence_paper
from portal.exports.max_answer import max_answer
from portal.ui.zones import day_end, day_start


class ExportKind(models.TextChoices):
    """Kinds of export."""

    PERSON_PAPER = "person_paper", _("Доказательства одного клиента, для чтения")
    PERSON = "person", _("Доказательства одного клиента")
    PERIOD = "period", _("Записи за период")
    MAX_ANSWER = "max_answer", _("Ответ для MAX")

    @property
    def extension(self) -> str:
        """Return how the names of such files end."""
        return {ExportKind.MAX_ANSWER: "zip", ExportKind.PERSON_PAPER: "pdf"}.get(self, "csv")


def export_open(*, kind: str, filters: Mapping[str, Any], number: str, asked_by: str = "", reason: str = "") -> Export:
    """Open an export; each row bears the number. Both days of a period are included, by the installation's clock.

    A paper also says who asked for it and why.
    """
    if ExportKind(kind) == ExportKind.PERSON_PAPER:
        customer_id = int(filters["customer_id"])
        return evidence_paper(customer_id=customer_id, number=number, asked_by=asked_by, reason=reason)
    if ExportKind(kind) == ExportKind.PERSON:
        return person_export(customer_id=int(filters["customer_id"]), number=number)
    if ExportKind(kind) == ExportKind.MAX_ANSWER:
        return max_answer(filters=filters, number=number)
    since, until = date.fromisoformat(filters["since"]), date.fromisoformat(filters["until"])
    return period_export(since=day_start(since), until=day_end(until), number=number)
