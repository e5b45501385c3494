"""The cookie of a customer's visit: a value, the second in which it was signed, the signature.

That second is the idle clock: a value that is older is no value.
"""

import datetime
import secrets
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponseBase

from consents.database.clock import database_now
from portal.visits.session import ABSOLUTE, VisitorSession, link_visit_name, session_name, session_read

IDLE: Final = datetime.timedelta(minutes=15)

REFRESH_SECONDS: Final = 60
"""A cookie younger than this is not written again; nor is the row's time of the last act."""

_LINK: Final = "l"
_SESSION: Final = "s"
_SALT: Final = "mostik.person"


def cookie_name() -> str:
    """Name the cookie; the prefix makes browsers refuse it from other hosts, and needs HTTPS."""
    return "__Host-mostik" if settings.SESSION_COOKIE_SECURE else "mostik"


def cookie_read(request: HttpRequest) -> tuple[str, int]:
    """Return the value and the second of its signature; nothing for a forged or an idle cookie."""
    cookie = request.COOKIES.get(cookie_name(), "")
    if not cookie:
        return "", 0
    try:
        second, _, value = Signer(salt=_SALT).unsign(cookie).partition(".")
    except BadSignature:
        return "", 0
    signed_at = int(second)
    return (value, signed_at) if database_now().timestamp() - signed_at <= IDLE.total_seconds() else ("", 0)


def cookie_write(response: HttpResponseBase, value: str) -> None:
    """Set the cookie to a value signed now."""
    response.set_cookie(
        cookie_name(),
        Signer(salt=_SALT).sign(f"{int(database_now().timestamp())}.{value}"),
        max_age=ABSOLUTE,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def link_cookie_set(response: HttpResponseBase, *, link_id: int) -> None:
    """Begin at level 0 in this browser, whatever was proven in it before."""
    value = f"{_LINK}.{link_id}.{int(database_now().timestamp())}.{secrets.token_urlsafe(12)}"
    cookie_write(response, value)


def session_cookie_set(response: HttpResponseBase, *, key: str) -> None:
    """Set the cookie to the key of the session."""
    cookie_write(response, f"{_SESSION}.{key}")


def cookie_refresh(request: HttpRequest, response: HttpResponseBase, visitor: VisitorSession) -> None:
    """Restart the idle clock for a page that a person has opened. Writes nothing to the database."""
    if cookie_name() in response.cookies or database_now().timestamp() - visitor.signed_at < REFRESH_SECONDS:
        return
    value, _ = cookie_read(request)
    if value:
        cookie_write(response, value)


def cookie_drop(response: HttpResponseBase) -> None:
    """Take the cookie away."""
    response.delete_cookie(cookie_name(), path="/", samesite="Lax")


def visitor_read(request: HttpRequest) -> VisitorSession | None:
    """Read the visit of a request: no query at level 0 before the first button, one afterwards."""
    value, signed_at = cookie_read(request)
    kind, _, rest = value.partition(".")
    if kind == _LINK:
        return _link_visitor(rest, signed_at)
    if kind == _SESSION:
        return session_read(key=rest, signed_at=signed_at)
    return None


def visit_named(request: HttpRequest) -> str:
    """Return a name of the visit that needs no query, for `session.visit_recalled`; empty for no visit."""
    value, _ = cookie_read(request)
    kind, _, rest = value.partition(".")
    if kind == _SESSION:
        return session_name(rest)
    visitor = _link_visitor(rest, 0) if kind == _LINK else None
    return "" if visitor is None else link_visit_name(visitor)


def _link_visitor(rest: str, signed_at: float) -> VisitorSession | None:
    link_id, opened, _ = rest.split(".", 2)
    opened_at = datetime.datetime.fromtimestamp(int(opened), tz=datetime.UTC)
    if database_now() - opened_at > ABSOLUTE:
        return None
    return VisitorSession(link_id=int(link_id), opened_at=opened_at, signed_at=signed_at)
