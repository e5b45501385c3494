"""The company as every page shows it, cached in the process for half a minute."""

import time
from dataclasses import dataclass
from typing import Final

from consents.accent import DEFAULT_ACCENT
from consents.documents.company_reading import CompanyView, company_current
from portal.ui.palette import palette_css

KEEP_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
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


_kept: tuple[float, Brand] | None = None


def brand_current() -> Brand:
    """Return the company as it was at most half a minute ago."""
    global _kept  # noqa: PLW0603 - one value per process, replaced whole: no lock needed
    now = time.monotonic()
    if _kept is None or now - _kept[0] > KEEP_SECONDS:
        _kept = (now, _brand(company_current()))
    return _kept[1]


def brand_forget() -> None:
    """Clear the cache, so that the next page reads the requisites."""
    global _kept  # noqa: PLW0603 - see above
    _kept = None


def _brand(company: CompanyView | None) -> Brand:
    if company is None:
        return Brand(css=palette_css(DEFAULT_ACCENT))
    return Brand(
        name=company.short_name,
        inn=company.inn,
        ogrn=company.ogrn,
        licence=company.licence,
        address=company.address,
        website=company.website,
        support_phone=company.support_phone,
        dpo_title=company.dpo_title,
        dpo_email=company.dpo_email,
        dpo_phone=company.dpo_phone,
        css=_css(company.accent),
        zone=company.time_zone,
    )


def _css(accent: str) -> str:
    """Return the accent's stylesheet; ours for a value that is no colour."""
    try:
        return palette_css(accent)
    except ValueError:
        return palette_css(DEFAULT_ACCENT)
