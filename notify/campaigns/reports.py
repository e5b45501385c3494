"""The report of one campaign as rows of a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from notify.enums import MessageKind
from notify.models import Message

AT_ONCE: Final = 2000
COLUMNS: Final = (
    "customer__external_id",
    "channel",
    "state",
    "skip_reason",
    "error_code",
    "accepted_at",
    "delivered_at",
    "link__visited_at",
    "link__confirmed_at",
    "link__consented_at",
    "link__max_linked_at",
)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One person of the plan: the number in the company's own system and the stages reached; no contact, no name."""

    external_id: str
    channel: str
    state: str
    skip_reason: str
    error_code: str
    accepted_at: datetime | None
    delivered_at: datetime | None
    visited_at: datetime | None
    confirmed_at: datetime | None
    consented_at: datetime | None
    max_linked_at: datetime | None


def report_rows(*, campaign_id: int) -> Iterator[ReportRow]:
    """Yield every row of the plan in the order of planning; memory stays flat."""
    rows = Message.objects.filter(campaign_id=campaign_id, kind=MessageKind.CAMPAIGN).order_by("id")
    for values in rows.values_list(*COLUMNS).iterator(chunk_size=AT_ONCE):
        yield ReportRow(*values)
