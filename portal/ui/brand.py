"""The company as every page shows it, cached in the process for half a minute."""

import time
from dataclasses import dataclass
from typing import Final

from consents.accent import DEFAULT_ACCENT
from consents.documents.operator import Operator, operator_current
from portal.ui.palette import palette_css

KEEP_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Name, colour and contacts of the company on pages; empty until somebody has entered them."""

    name: str = ""
    inn: str = ""
    ogrn: str = ""
    licence: str = ""
    logo_url: str = ""
    address: str = ""
    website: str = ""
    support_phone: str = ""
    dpo_title: str = ""
    dpo_email: str = ""
    dpo_phone: str = ""
    css: str = ""
    zone: str = "Europe/Moscow"


_kept: tuple[float, Company] | None = None


def company_current() -> Company:
    """Return the company as it was at most half a minute ago."""
    global _kept  # noqa: PLW0603 - one value per process, replaced whole: no lock needed
    now = time.monotonic()
    if _kept is None or now - _kept[0] > KEEP_SECONDS:
        _kept = (now, _company(operator_current()))
    return _kept[1]


def company_forget() -> None:
    """Clear the cache, so that the next page reads the requisites."""
    global _kept  # noqa: PLW0603 - see above
    _kept = None


def _company(operator: Operator | None) -> Company:
    if operator is None:
        return Company(css=palette_css(DEFAULT_ACCENT))
    return Company(
        name=operator.short_name,
        inn=operator.inn,
        ogrn=operator.ogrn,
        licence=operator.licence,
        address=operator.address,
        website=operator.website,
        support_phone=operator.support_phone,
        dpo_title=operator.dpo_title,
        dpo_email=operator.dpo_email,
        dpo_phone=operator.dpo_phone,
        css=_css(operator.accent),
        zone=operator.time_zone,
    )


def _css(accent: str) -> str:
    """Return the accent's stylesheet; ours for a value that is no colour."""
    try:
        return palette_css(accent)
    except ValueError:
        return palette_css(DEFAULT_ACCENT)
