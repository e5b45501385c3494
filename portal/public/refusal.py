"""Number and time of a refusal, carried to the page that says so: the visit has ended, and nothing else knows them.

A cookie of a quarter of an hour, so that the page may be loaded again. It names no person.
"""

import datetime
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from consents.receipts.issuing import IssuedReceipt

LIFE: Final = datetime.timedelta(minutes=15)
_COOKIE: Final = "mostik_refusal"
_SALT: Final = "mostik.refusal"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What anyone with the link may know of a refusal."""

    number: str
    at: datetime.datetime


def refusal_carry(response: HttpResponseBase, receipt: IssuedReceipt | None) -> None:
    """Take the number along to the next page. Without a receipt there is none, nor the one of a refusal before."""
    if receipt is None:
        response.delete_cookie(_COOKIE, path="/me/", samesite="Lax")
        return
    value = signing.dumps({"number": receipt.number, "at": receipt.created_at.isoformat()}, salt=_SALT)
    response.set_cookie(
        _COOKIE, value, max_age=LIFE, path="/me/", secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def refusal_read(request: HttpRequest) -> Refusal | None:
    """Read what was carried; None for nothing, for a forged value and after a quarter of an hour."""
    try:
        kept = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    return Refusal(kept["number"], datetime.datetime.fromisoformat(kept["at"]))
