"""What the page after a no says.

Number and time of a refusal are carried to that page in a cookie: the visit has ended, and nothing else knows them. It
lasts a day, so that the page may be loaded again and the personal page says why it is closed, or until the next
visit. It names no person.
"""

import datetime
from dataclasses import dataclass
from typing import Final, Literal

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from consents.receipts.issuing import IssuedReceipt

Way = Literal["all", "advertising", "denial", "kept", "link"]
"""`kept`: the contact of «Это не я» stays on file. `link`: only the link was closed."""

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
