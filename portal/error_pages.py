"""Error pages, in the layout of customers or of staff."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from portal.accounts.sessions import OWN_PAGES

NOT_ALLOWED: Final = 405

Answer = Callable[[HttpRequest], HttpResponse]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - a handler of Django
    """Return the page for a request that cannot be read (400)."""
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - as above
    """Return the page for a missing right (403)."""
    return _page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - as above
    """Return the page for an unknown address (404)."""
    return _page(request, 404)


def not_allowed_page(get_response: Answer) -> Answer:
    """Return middleware that answers 405 with a page where the client takes HTML; others keep the bare answer."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        wants_page = "text/html" in request.headers.get("Accept", "")
        if response.status_code != NOT_ALLOWED or response.content or not wants_page:
            return response
        page = _page(request, NOT_ALLOWED)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page

    return answer


def _page(request: HttpRequest, status: int) -> HttpResponse:
    template = f"errors/staff_{status}.html" if request.path.startswith(OWN_PAGES) else f"{status}.html"
    # Without the request: a made-up host would raise again in the context senders_listed.
    return HttpResponse(render_to_string(template), status=status)
