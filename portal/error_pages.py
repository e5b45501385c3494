"""Pages for what cannot be answered, in the words of whoever asks: a customer or a member of staff."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from portal.accounts.sessions import OWN_PAGES

NOT_ALLOWED: Final = 405

Answer = Callable[[HttpRequest], HttpResponse]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - a handler of Django
    """Answer for an address or a form that cannot be read."""
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - as above
    """Answer for a page that this person has no right to."""
    return _page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - as above
    """Answer for a page that there is not."""
    return _page(request, 404)


def not_allowed_page(get_response: Answer) -> Answer:
    """Give a page to people who open an address that only takes forms; machines keep the bare answer."""

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
    # Without the request: one whose host is made up would fail again in the values of every page.
    return HttpResponse(render_to_string(template), status=status)
