"""The company's requisites over time, and who sends on its behalf: for the pages of the administrator."""

from dataclasses import dataclass, fields
from datetime import datetime

from consents.documents.publishing import CompanyDetails
from consents.enums import Channel
from consents.models import Company, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanySaved:
    """Requisites as they stood from ``saved_at`` until the next ones."""

    id: int
    saved_at: datetime
    details: CompanyDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderView:
    """Who sends over one channel by contract; ``name`` is empty where the company sends by itself."""

    channel: Channel
    name: str = ""
    address: str = ""
    inn: str = ""
    contract: str = ""


def company_saved_list(*, limit: int = 20) -> list[CompanySaved]:
    """Return the last saved requisites, newest first."""
    return [_saved(row) for row in Company.objects.order_by("-id")[:limit]]


def senders() -> list[SenderView]:
    """Return every channel with who sends over it."""
    rows = {row.channel: row for row in Sender.objects.all()}
    return [_sender(channel, rows.get(channel)) for channel in Channel]


def _saved(row: Company) -> CompanySaved:
    values = {field.name: getattr(row, field.name) for field in fields(CompanyDetails)}
    return CompanySaved(id=row.pk, saved_at=row.created_at, details=CompanyDetails(**values))


def _sender(channel: Channel, row: Sender | None) -> SenderView:
    if row is None:
        return SenderView(channel=channel)
    return SenderView(channel=channel, name=row.name, address=row.address, inn=row.inn, contract=row.contract)
