"""Who is at work, and two guards in front of every page of staff: the age of the session and the second factor."""

from collections.abc import Callable
from typing import Any, Final

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.accounts.sessions import OWN_PAGES, session_is_over, session_touch
from portal.audit.acts import AuditedAction
from portal.audit.permissions import SECOND_FACTOR_SETUP, login_next, second_factor_missing
from portal.audit.record import action_record
from portal.audit.request_actor import actor_of, staff_user

Handler = Callable[[HttpRequest], HttpResponse]

SETUP_PAGES: Final = ("/accounts/2fa/", "/accounts/logout/", "/accounts/reauthenticate/", "/accounts/login/")
"""What someone without a second factor may open: what sets it up, and the way out."""


def staff_guard(get_response: Handler) -> Handler:
    """Return the guard of a page that somebody has logged in for.

    It ends sessions that are idle for half an hour or older than half a day, and sends whoever has no second factor to
    the page that sets it up, where the settings require one.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if (user := staff_user(request)) is None:
            return get_response(request)
        if session_is_over(request):
            action_record(actor_of(request), AuditedAction.SESSION_EXPIRED, "user", user.pk)
            logout(request)
            messages.info(request, _session_over_words(request))
            return redirect_to_login(login_next(request))
        session_touch(request)
        if not request.path.startswith(SETUP_PAGES) and second_factor_missing(user):
            messages.warning(
                request, _("Чтобы открыть разделы, добавьте второй фактор: ключ доступа или коды из приложения.")
            )
            return redirect(SECOND_FACTOR_SETUP)
        return get_response(request)

    return answer


def _session_over_words(request: HttpRequest) -> str:
    if request.method in ("GET", "HEAD"):
        return _("Сеанс истёк. Войдите снова: вы вернётесь на эту же страницу.")
    return _("Сеанс истёк, отправленное не сохранено. Войдите снова и повторите.")


GUARDS: Final[tuple[Callable[[Any], Any], ...]] = (
    SessionMiddleware,
    AuthenticationMiddleware,
    staff_guard,
    UserSessionsMiddleware,
)


def staff_guards(get_response: Handler) -> Handler:
    """Set the logged-in person on requests for pages of staff and guard these pages; other pages have no session."""
    guarded: Handler = get_response
    for guard in reversed(GUARDS):
        guarded = guard(guarded)

    def answer(request: HttpRequest) -> HttpResponse:
        return (guarded if request.path.startswith(OWN_PAGES) else get_response)(request)

    return answer
