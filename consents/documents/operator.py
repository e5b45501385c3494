"""The company's requisites: as they stand now, and as a text or a time had them."""

from dataclasses import dataclass
from datetime import datetime

from consents.models import OperatorProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """The requisites that letters and pages print."""

    id: int
    name: str
    short_name: str
    inn: str
    ogrn: str
    licence: str
    address: str
    website: str
    dpo_title: str
    dpo_email: str
    dpo_phone: str
    support_phone: str
    accent: str
    time_zone: str


def operator_current() -> Operator | None:
    """The newest requisites; ``None`` until somebody has entered them."""
    return _operator(OperatorProfile.objects.order_by("-id").first())


def operator_of(profile_id: int | None) -> Operator | None:
    """The requisites that a text or an event names; they never change."""
    return None if profile_id is None else _operator(OperatorProfile.objects.filter(pk=profile_id).first())


def operator_at(moment: datetime) -> Operator | None:
    """The requisites that were in force at a time."""
    return _operator(OperatorProfile.objects.filter(created_at__lte=moment).order_by("-id").first())


def _operator(profile: OperatorProfile | None) -> Operator | None:
    if profile is None:
        return None
    return Operator(**{name: getattr(profile, name) for name in Operator.__slots__})
