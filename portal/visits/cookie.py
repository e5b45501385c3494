"""The cookie of a customer's visit: a value, the second in which it was signed, the signature.

That second is the idle clock: a value that is older is no value.
"""

import datetime
import time
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponseBase

IDLE: Final = datetime.timedelta(minutes=15)
ABSOLUTE: Final = datetime.timedelta(minutes=60)

_SALT: Final = "mostik.person"


def cookie_name() -> str:
    """Name the cookie; the prefix makes browsers refuse it from other hosts, and needs HTTPS."""
    return "__Host-mostik" if settings.SESSION_COOKIE_SECURE else "mostik"


def cookie_read(request: HttpRequest) -> tuple[str, int]:
    """Give the value and the second of its signature; nothing for a forged or an idle cookie."""
    cookie = request.COOKIES.get(cookie_name(), "")
    if not cookie:
        return "", 0
    try:
        second, _, value = Signer(salt=_SALT).unsign(cookie).partition(".")
    except BadSignature:
        return "", 0
    signed_at = int(second)
    return (value, signed_at) if time.time() - signed_at <= IDLE.total_seconds() else ("", 0)


def cookie_write(response: HttpResponseBase, value: str) -> None:
    """Give the browser a value signed now."""
    response.set_cookie(
        cookie_name(),
        Signer(salt=_SALT).sign(f"{int(time.time())}.{value}"),
        max_age=ABSOLUTE,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
