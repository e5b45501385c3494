"""The personal link: opening it moves the token out of the address and does nothing else."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from consents.conf import code_limits
from consents.enums import ContactKind
from consents.normalise import contact_mask
from consents.words import span_words
from notify.links.issuing import link_resolve
from notify.links.tokens import token_is_sample
from portal.client import client_address
from portal.public.pages import token_page
from portal.visits import cookie
from portal.visits.throttle import UNKNOWN_LINKS, is_blocked, unknown_link_hit

INVENTED: Final = {ContactKind.PHONE: "+79990000000", ContactKind.EMAIL: "anna@example.ru"}
"""Of a number that no operator has, and of an address of examples."""


@require_safe
def link_open(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a live link with a cookie and 303 to the first page; every other token with one and the same page.

    The link of a test opens a page that shows how it looks.

    GET writes nothing, except that unknown tokens are counted by source. HEAD gets the status alone.
    """
    if token_is_sample(token):
        return _sample(request)
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


def _sample(request: HttpRequest) -> HttpResponse:
    """Return what a customer would see, with invented contacts: for the link of a test and of a preview."""
    contacts = [{"kind": kind, "mask": contact_mask(kind, value)} for kind, value in INVENTED.items()]
    context = {"contacts": contacts, "life": span_words(code_limits().ttl_s)}
    return token_page(request, "public/sample.html", context)


def _unknown(request: HttpRequest) -> HttpResponse:
    """Return the same page for an unknown, expired and revoked link, so that a guess shows nothing."""
    return token_page(request, "public/unknown_link.html", status=404)


def _too_many(request: HttpRequest) -> HttpResponse:
    return token_page(request, "public/too_many.html", status=429)
