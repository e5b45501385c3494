"""The company's requisites over time, and who sends on its behalf: for the pages of the administrator."""

from dataclasses import dataclass, fields
from datetime import datetime

from consents.documents.publishing import OperatorDetails
from consents.enums import Channel
from consents.models import OperatorProfile, Processor


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedDetails:
    """Requisites as they stood from ``saved_at`` until the next ones."""

    id: int
    saved_at: datetime
    details: OperatorDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends over one channel by contract; ``name`` is empty where the company sends by itself."""

    channel: Channel
    name: str = ""
    address: str = ""
    inn: str = ""
    contract: str = ""


def operator_history(*, limit: int = 20) -> list[SavedDetails]:
    """Return the last saved requisites, newest first."""
    return [_saved(row) for row in OperatorProfile.objects.order_by("-id")[:limit]]


def senders() -> list[Sender]:
    """Return every channel with who sends over it."""
    rows = {row.channel: row for row in Processor.objects.all()}
    return [_sender(channel, rows.get(channel)) for channel in Channel]


def _saved(row: OperatorProfile) -> SavedDetails:
    values = {field.name: getattr(row, field.name) for field in fields(OperatorDetails)}
    return SavedDetails(id=row.pk, saved_at=row.created_at, details=OperatorDetails(**values))


def _sender(channel: Channel, row: Processor | None) -> Sender:
    if row is None:
        return Sender(channel=channel)
    return Sender(channel=channel, name=row.name, address=row.address, inn=row.inn, contract=row.contract)
