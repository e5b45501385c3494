"""The company's requisites: as they stand now, and as a text or a time had them."""

from dataclasses import dataclass, fields
from datetime import datetime

from consents.documents.fields import Company
from consents.models import OperatorProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator(Company):
    """The requisites that letters and pages print."""

    id: int
    support_phone: str
    accent: str
    time_zone: str


_NAMES = tuple(field.name for field in fields(Operator))


def operator_current() -> Operator | None:
    """Return the newest requisites; None until somebody has entered them."""
    return _operator(OperatorProfile.objects.order_by("-id").first())


def operator_of(profile_id: int | None) -> Operator | None:
    """Return the requisites that a text or an event names; they never change."""
    return None if profile_id is None else _operator(OperatorProfile.objects.filter(pk=profile_id).first())


def operator_at(moment: datetime) -> Operator | None:
    """Return the requisites that were in force at a time."""
    return _operator(OperatorProfile.objects.filter(created_at__lte=moment).order_by("-id").first())


def _operator(profile: OperatorProfile | None) -> Operator | None:
    if profile is None:
        return None
    return Operator(**{name: getattr(profile, name) for name in _NAMES})
