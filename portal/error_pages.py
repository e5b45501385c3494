"""Error pages, in the layout of customers or of staff."""

import logging
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from consents.importing.reading import CSV_LIMIT
from notify.messages.image_file import OWN_LIMITS
from notify.outbox.watching.outcome_files import LOG_LIMIT
from portal.accounts.sessions import OWN_PAGES
from portal.audit.permissions import login_next
from portal.audit.request_actor import staff_user
from portal.database.away import AWAY as DATABASE_AWAY

NOT_ALLOWED: Final = 405
AWAY: Final = 503
RETRY_SECONDS: Final = 10
"""What a program should wait; people are told to try again in a minute."""
TOO_LARGE: Final = 413

MOST_BYTES: Final = 1_000_000
"""Of a form: the longest text of a document is a fifth of it."""
_BESIDE_A_FILE: Final = 1 << 20
_LONGEST_NUMBER: Final = 18
UPLOADS: Final[Mapping[str, int]] = {
    "staff:imports": CSV_LIMIT + _BESIDE_A_FILE,
    "staff:campaign_image_put": OWN_LIMITS.size + _BESIDE_A_FILE,
    "staff:restore_outcomes": LOG_LIMIT + _BESIDE_A_FILE,
}
"""Addresses that take files -> bytes of the largest body. The proxy's sample names the same ones."""
WITHOUT_MENU: Final = frozenset({400, AWAY})
"""The host of such a request may be made up, or the menu asks a database that does not answer."""
MENU: Final = "errors/base_staff_menu.html"
PLAIN: Final = "errors/base_error.html"

logger = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponse]


def error_page(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django hands it to a handler
    *,
    status: int,
) -> HttpResponse:
    """Return the page of a status, in the layout of who asked; whoever is at work keeps the menu."""
    if not request.path.startswith(OWN_PAGES):
        # Without the request: a made-up host would raise again in a context processor.
        return HttpResponse(render_to_string(f"{status}.html"), status=status)
    name = f"errors/staff_{status}.html"
    if status not in WITHOUT_MENU and getattr(request, "user", None) and staff_user(request):
        return HttpResponse(render_to_string(name, {"frame": MENU}, request=request), status=status)
    return HttpResponse(render_to_string(name, {"frame": PLAIN}), status=status)


bad_request = partial(error_page, status=400)
permission_denied = partial(error_page, status=403)
page_not_found = partial(error_page, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 503 with `Retry-After` where the database is away or busy, else the page of a mistake of ours.

    Django calls this while it handles the error, which may come from a view as well as from a middleware.
    """
    if not isinstance(sys.exc_info()[1], DATABASE_AWAY):
        return _mistake_page(request)
    response = error_page(request, status=AWAY)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def _mistake_page(request: HttpRequest) -> HttpResponse:
    """Return the page of a mistake of ours. What draws the menu may be what is broken: then a page without it."""
    try:
        return error_page(request, status=500)
    except Exception:
        logger.exception("the page of an error could not be drawn with its menu")
        template = "errors/staff_500.html" if request.path.startswith(OWN_PAGES) else "500.html"
        return HttpResponse(render_to_string(template, {"frame": PLAIN}), status=500)


def large_body_refused(get_response: Answer) -> Answer:
    """Return middleware that answers 413 to a body that no form of ours sends, before anything reads it.

    A multipart body is written to disk as soon as something asks for a field of it, which the CSRF check does. Only
    addresses that take files are open to larger ones, and those to members of staff alone: others log in first.
    It stands after the guards of staff, who read no body.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        # No browser sends it, and no column of the database takes it.
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path_info:
            return bad_request(request)
        size = body_size(request)
        # The framework reads it once more, and takes what is no number for a fault of ours.
        request.META["CONTENT_LENGTH"] = str(size)
        if size <= MOST_BYTES:
            return get_response(request)
        address = _address(request)
        most = UPLOADS.get(address, 0)
        if size <= settings.MACHINE_UPLOADS.get(address, 0):
            return get_response(request)
        if most and not getattr(request, "user", AnonymousUser()).is_authenticated:
            return redirect_to_login(login_next(request))
        return get_response(request) if size <= most else error_page(request, status=TOO_LARGE)

    return answer


def body_size(request: HttpRequest) -> int:
    """Return what the request says of its body; one that says nothing, or no number, has none that is read."""
    said = request.META.get("CONTENT_LENGTH") or ""
    return int(said[:_LONGEST_NUMBER]) if said.isascii() and said.isdecimal() else 0


def _address(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def not_allowed_page(get_response: Answer) -> Answer:
    """Return middleware that answers 405 with a page where the client takes HTML; others keep the bare answer."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        wants_page = "text/html" in request.headers.get("Accept", "")
        if response.status_code != NOT_ALLOWED or response.content or not wants_page:
            return response
        page = error_page(request, status=NOT_ALLOWED)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page

    return answer
