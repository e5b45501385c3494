"""Error pages, in the layout of customers or of staff."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from portal.accounts.sessions import OWN_PAGES
from portal.database.away import AWAY as DATABASE_AWAY

NOT_ALLOWED: Final = 405
AWAY: Final = 503
RETRY_SECONDS: Final = 10
"""What a program should wait; people are told to try again in a minute."""

Answer = Callable[[HttpRequest], HttpResponse]


def error_page(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django hands it to a handler
    *,
    status: int,
) -> HttpResponse:
    """Return the page of a status, in the layout of who asked."""
    template = f"errors/staff_{status}.html" if request.path.startswith(OWN_PAGES) else f"{status}.html"
    # Without the request: a made-up host would raise again in a context processor.
    return HttpResponse(render_to_string(template), status=status)


bad_request = partial(error_page, status=400)
permission_denied = partial(error_page, status=403)
page_not_found = partial(error_page, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 503 with `Retry-After` where the database is away or busy, else the page of a mistake of ours.

    Django calls this while it handles the error, which may come from a view as well as from a middleware.
    """
    if not isinstance(sys.exc_info()[1], DATABASE_AWAY):
        return HttpResponse(render_to_string("500.html"), status=500)
    response = error_page(request, status=AWAY)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


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
