"""What the pages of a no have in common: the captions of their buttons, and what the page after it says.

Number and time of a refusal are carried to that page in a cookie: the visit has ended, and nothing else knows them. It
lasts a day, so that the page may be loaded again and the personal page says why it is closed, or until the next
visit. It names no person.
"""

import datetime
from dataclasses import dataclass, replace
from typing import Final, Literal

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language, gettext_lazy, override

from consents.receipts.issuing import IssuedReceipt
from consents.types import Circumstances

Way = Literal["all", "advertising", "denial"]

CAPTIONS: Final = {
    "advertising": gettext_lazy("Только от рекламы"),
    "all": gettext_lazy("От всех сообщений"),
    "denial": gettext_lazy("Да, это не я"),
    "one_click": gettext_lazy("Отписаться"),
}
"""The buttons that say no: the pages show them, and evidence keeps the one that was pressed."""

LIFE: Final = datetime.timedelta(days=1)
_COOKIE: Final = "mostik_refusal"
_SALT: Final = "mostik.refusal"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What anyone with the link may know of a refusal."""

    way: Way
    number: str
    at: datetime.datetime | None
    zone: str


def pressed(how: Circumstances, button: str, language: str) -> Circumstances:
    """Return the circumstances with the caption as the page had it; ``language`` is what the page's form says.

    A form that names no button, or no language of ours, was made by no page: then no caption is claimed.
    """
    if button not in CAPTIONS or language not in dict(settings.LANGUAGES):
        return how
    with override(language):
        return replace(how, button=str(CAPTIONS[button]), extra={**how.extra, "page_language": language})


def page_language() -> str:
    """Return the language that the page is written in, for its form."""
    return get_language() or settings.LANGUAGE_CODE


def refusal_carry(response: HttpResponseBase, receipt: IssuedReceipt | None, *, way: Way, zone: str) -> None:
    """Take along to the next page what was refused, and the number where a receipt was issued."""
    number, at = (receipt.number, receipt.created_at.isoformat()) if receipt else ("", "")
    response.set_cookie(
        _COOKIE,
        signing.dumps({"way": way, "number": number, "at": at, "zone": zone}, salt=_SALT),
        max_age=LIFE,
        path="/me/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def refusal_read(request: HttpRequest) -> Refusal | None:
    """Read what was carried; None for nothing, for a forged value and after a day."""
    try:
        kept = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=LIFE)
        at = datetime.datetime.fromisoformat(kept["at"]) if kept["at"] else None
        return Refusal(kept["way"], kept["number"], at, kept["zone"])
    except (signing.BadSignature, KeyError):
        return None


def refusal_forget(request: HttpRequest, response: HttpResponseBase) -> None:
    """Forget an earlier refusal in a new visit, which may end in any other way."""
    if _COOKIE in request.COOKIES and _COOKIE not in response.cookies:
        response.delete_cookie(_COOKIE, path="/me/", samesite="Lax")
