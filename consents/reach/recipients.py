"""What a message needs to know of the people it goes to, read for a whole chunk at once."""

from collections.abc import Collection
from dataclasses import dataclass

from consents.models import ContactPoint
from consents.reach.coverage import foreign_messengers


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One contact point with its person. ``address`` never goes to a log."""

    contact_point_id: int
    customer_id: int
    address: str
    max_chat_id: int | None
    contact_confirmed: bool
    name: str
    time_zone: str
    has_foreign_messenger: bool
    """The messenger on record is one that the law's list names today."""


def recipients_read(*, contact_point_ids: Collection[int]) -> dict[int, RecipientRow]:
    """Return the rows by contact point, whether they may be written to or not: that is for the gate."""
    closed = set(foreign_messengers())
    rows = ContactPoint.objects.filter(pk__in=contact_point_ids).values_list(
        "id",
        "customer_id",
        "value",
        "max_chat_id",
        "confirmed_at",
        "customer__name",
        "customer__time_zone",
        "customer__messenger",
    )
    return {
        row[0]: RecipientRow(row[0], row[1], row[2], row[3], row[4] is not None, row[5], row[6], row[7] in closed)
        for row in rows
    }
