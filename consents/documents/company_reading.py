"""The company's requisites: as they stand now, as a text or a time had them; and who sends on its behalf."""

from dataclasses import dataclass, fields, replace
from datetime import datetime

from consents.conf import personal_page
from consents.documents.fields import SENDER, CompanyDetails, SenderNames, company_values, sender_values
from consents.documents.logo import LogoView, logo_facts
from consents.documents.rendering import placeholders
from consents.enums import Channel
from consents.errors import CompanyMissing
from consents.models import Company, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyView(CompanyDetails):
    """Requisites as they stood from ``saved_at`` until the next ones."""

    id: int
    saved_at: datetime
    logo: LogoView | None = None
    """As it is today, of the current requisites alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderView(SenderNames):
    """Who sends over one channel by contract; ``name`` is empty where the company sends by itself."""

    channel: Channel


_DETAILS = tuple(field.name for field in fields(CompanyDetails))
_NAMES = tuple(field.name for field in fields(SenderNames))


def company_current() -> CompanyView | None:
    """Return the newest requisites, with the logo; None until somebody has entered them."""
    row = Company.objects.annotate(logo_facts=logo_facts()).order_by("-id").first()
    if row is None:
        return None
    return replace(_view(row), logo=LogoView(**row.logo_facts) if row.logo_facts else None)


def company_of(profile_id: int | None) -> CompanyView | None:
    """Return the requisites that a text or an event names; they never change."""
    row = Company.objects.filter(pk=profile_id).first() if profile_id else None
    return _view(row) if row else None


def company_at(moment: datetime) -> CompanyView | None:
    """Return the requisites that were in force at a time."""
    row = Company.objects.filter(created_at__lte=moment).order_by("-id").first()
    return _view(row) if row else None


class OperatorNames:
    """The company's name and INN for many events, read once: of the text that an event names, or as entered then."""

    def __init__(self) -> None:
        """Read every saved row: a company is saved anew a few times in its life."""
        rows = Company.objects.order_by("id").values_list("pk", "created_at", "name", "inn")
        self._names = {pk: f"{name}, ИНН {inn}" for pk, _created, name, inn in rows}
        self._saved = [(created, pk) for pk, created, _name, _inn in rows]

    def __call__(self, profile_id: int | None, moment: datetime) -> str:
        """Return the company of an event; empty where none was entered yet."""
        if profile_id is None:
            profile_id = next((pk for created, pk in reversed(self._saved) if created <= moment), None)
        return self._names.get(profile_id or 0, "")


def company_saved_list(*, limit: int = 20) -> list[CompanyView]:
    """Return the last saved requisites, newest first."""
    return [_view(row) for row in Company.objects.order_by("-id")[:limit]]


def senders() -> list[SenderView]:
    """Return every channel with who sends over it."""
    rows = _senders_now()
    return [SenderView(channel=channel, **rows.get(channel, {})) for channel in Channel]


def company_values_now(*, text: str, valid_days: int | None) -> tuple[int, dict[str, str]]:
    """Return the id of the requisites and the values that a text asks for.

    A text that names the senders keeps each channel's: its reader is told those of the channels that were chosen.
    Raises CompanyMissing while nobody has entered the requisites.
    """
    company = company_current()
    if company is None:
        raise CompanyMissing("no requisites yet")
    named = {channel: SenderNames(**row) for channel, row in _senders_now().items()}
    values = company_values(company=company, senders=named, personal_page=personal_page(), valid_days=valid_days)
    asked = {name: values[name] for name in placeholders(text) if name in values}
    return company.id, asked | (sender_values(named) if SENDER in asked else {})


def _senders_now() -> dict[str, dict[str, str]]:
    """Return the newest names of each channel that has a sender, in the order of the channels' words."""
    rows = Sender.objects.order_by("channel", "-id").distinct("channel").values("channel", *_NAMES)
    return {row.pop("channel"): row for row in rows}


def _view(row: Company) -> CompanyView:
    return CompanyView(id=row.pk, saved_at=row.created_at, **{name: getattr(row, name) for name in _DETAILS})
