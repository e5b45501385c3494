"""Age of a staff session: half an hour without work, half a day in all."""

from datetime import timedelta
from typing import Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from django.http import HttpRequest

from consents.database.clock import database_now

OWN_PAGES: Final = ("/staff/", "/sandbox/", "/accounts/")
"""Where staff are at work; everything else belongs to customers and machines."""

IDLE_SECONDS: Final = 30 * 60
ABSOLUTE_SECONDS: Final = 12 * 60 * 60
STAMP_EVERY: Final = 60
"""A session row is written at most once a minute, not on each page."""

STARTED: Final = "staff_started"
SEEN: Final = "staff_seen"


def session_begin(request: HttpRequest) -> None:
    """Store the start of the session and the last activity; called at login."""
    now = int(database_now().timestamp())
    request.session[STARTED] = now
    request.session[SEEN] = now


def session_is_over(request: HttpRequest) -> bool:
    """Return whether the session has passed one of its limits; one without stored times has."""
    now = database_now().timestamp()
    started, seen = request.session.get(STARTED, 0), request.session.get(SEEN, 0)
    return bool(now - started >= ABSOLUTE_SECONDS or now - seen >= IDLE_SECONDS)


def session_touch(request: HttpRequest) -> None:
    """Store the time of the last activity. A page that refreshes itself is no activity."""
    if request.headers.get("X-Requested-With"):
        return
    now = int(database_now().timestamp())
    if now - request.session.get(SEEN, 0) >= STAMP_EVERY:
        request.session[SEEN] = now


def staff_sessions_clean() -> int:
    """Delete sessions of staff that ended by time, and what was kept of their browsers; return how many rows."""
    began_before = Now() - timedelta(seconds=ABSOLUTE_SECONDS)
    browsers = UserSession.objects.filter(created_at__lt=began_before).delete()[0]
    return browsers + Session.objects.filter(expire_date__lt=Now()).delete()[0]
