"""The company's requisites: as they stand now, and as a text or a time had them."""

from dataclasses import dataclass, fields
from datetime import datetime

from consents.documents.fields import CompanyNames
from consents.models import Company


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyView(CompanyNames):
    """The requisites that letters and pages print."""

    id: int
    support_phone: str
    accent: str
    time_zone: str


_NAMES = tuple(field.name for field in fields(CompanyView))


def company_current() -> CompanyView | None:
    """Return the newest requisites; None until somebody has entered them."""
    return _view(Company.objects.order_by("-id").first())


def company_of(profile_id: int | None) -> CompanyView | None:
    """Return the requisites that a text or an event names; they never change."""
    return None if profile_id is None else _view(Company.objects.filter(pk=profile_id).first())


def company_at(moment: datetime) -> CompanyView | None:
    """Return the requisites that were in force at a time."""
    return _view(Company.objects.filter(created_at__lte=moment).order_by("-id").first())


def _view(profile: Company | None) -> CompanyView | None:
    if profile is None:
        return None
    return CompanyView(**{name: getattr(profile, name) for name in _NAMES})
