"""The company as every page shows it, cached in the process for half a minute."""

import time
from typing import Final

from consents.accent import DEFAULT_ACCENT, is_colour
from consents.documents.company_reading import CompanyView, company_current
from portal.ui.drawing.palette import palette_css

KEEP_SECONDS: Final = 30.0

_kept: tuple[float, CompanyView | None] | None = None


def brand_current() -> CompanyView | None:
    """Return the company as it was at most half a minute ago; None until somebody has entered it."""
    global _kept  # noqa: PLW0603 - one value per process, replaced whole: no lock needed
    now = time.monotonic()
    if _kept is None or now - _kept[0] > KEEP_SECONDS:
        _kept = (now, company_current())
    return _kept[1]


def brand_known() -> CompanyView | None:
    """Return the company as this process has read it last, without a query: for pages that need no database."""
    return _kept[1] if _kept else None


def brand_forget() -> None:
    """Clear the cache, so that the next page reads the requisites."""
    global _kept  # noqa: PLW0603 - see above
    _kept = None


def brand_stylesheet() -> str:
    """Return the stylesheet of the company's accent; ours for a value that is no colour."""
    company = brand_current()
    return palette_css(company.accent if company and is_colour(company.accent) else DEFAULT_ACCENT)
