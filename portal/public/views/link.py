"""The personal link: opening it moves the token out of the address and does nothing else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from notify.links.issuing import link_resolve
from portal.client import client_address
from portal.public.pages import token_page
from portal.visits import cookie
from portal.visits.throttle import UNKNOWN_LINKS, is_blocked, unknown_link_hit


@require_safe
def link_open(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a live link with a cookie and 303 to the first page; every other token with one and the same page.

    GET writes nothing, except that unknown tokens are counted by source. HEAD gets the status alone.
    """
    address = client_address(request)
    if is_blocked(UNKNOWN_LINKS, address):
        return _too_many(request)
    link = link_resolve(token=token)
    if link is None:
        return _unknown(request) if unknown_link_hit(address) else _too_many(request)
    response = redirect("public:landing")
    response.status_code = 303
    if request.method == "GET":
        cookie.link_cookie_set(response, link_id=link.id)
    return response


def _unknown(request: HttpRequest) -> HttpResponse:
    """Return the same page for an unknown, expired and revoked link, so that a guess shows nothing."""
    return token_page(request, "public/unknown_link.html", status=404)


def _too_many(request: HttpRequest) -> HttpResponse:
    return token_page(request, "public/too_many.html", status=429)
