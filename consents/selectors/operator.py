"""The company's requisites as they stand now."""

from dataclasses import dataclass

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
    profile = OperatorProfile.objects.order_by("-id").first()
    if profile is None:
        return None
    return Operator(**{name: getattr(profile, name) for name in Operator.__slots__})
