"""Saying no with nothing but a link: «Это не я», «Отказаться от сообщений», one-click unsubscribe. Never refused."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from consents.receipts.issuing import IssuedReceipt
from notify.links.issuing import link_resolve_for_refusal
from portal.client import client_address
from portal.flows.withdraw import contacts_denied, deny_contacts, refuse_by_one_click, refuse_everything
from portal.public.pages import Visit, customer_page, is_post, require_level, token_page, visit_mark, visit_mark_check
from portal.public.refusal import refusal_carry, refusal_read
from portal.visits import cookie, session
from portal.visits.evidence import request_key
from portal.visits.levels import Capability
from portal.visits.throttle import unknown_link_hit
from portal.visits.web_evidence import circumstances, one_click_circumstances

ONE_CLICK: Final = ("List-Unsubscribe", "One-Click")
"""The one field of the body that RFC 8058 asks for; the button of our page sends the same."""


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.DENY)
def deny(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Name the contacts that are meant, masked, and ask; a press closes them and stops all messages to them."""
    if not is_post(request):
        denied = contacts_denied(customer_id=visit.owner_id, visitor=visit.visitor)
        masks = [(contact.kind.spec.own_name, contact.mask) for contact in denied]
        return customer_page(request, "public/deny.html", {"visit_mark": visit_mark(visit), "masks": masks})
    visit_mark_check(request, visit)
    how = circumstances(
        request, visit.visitor, key=request_key("deny", visit.link_id), touchpoint=visit.touchpoint, button="Это не я"
    )
    receipt = deny_contacts(customer_id=visit.owner_id, visitor=visit.visitor, circumstances=how)
    return _ended(visit, "public:denied", receipt)


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.REFUSE)
def refuse(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Ask whether all messages shall stop; a press stops them at once."""
    if not is_post(request):
        return customer_page(request, "public/refuse.html", {"visit_mark": visit_mark(visit)})
    visit_mark_check(request, visit)
    how = circumstances(
        request,
        visit.visitor,
        key=request_key("refuse", visit.link_id, visit.visitor.session_id or visit.visitor.opened_at),
        touchpoint=visit.touchpoint,
        button="Отказаться от сообщений",
    )
    receipt = refuse_everything(customer_id=visit.owner_id, link_id=visit.link_id, circumstances=how)
    return _ended(visit, "public:refused", receipt)


@require_safe
def refused(request: HttpRequest, *, is_denial: bool = False) -> HttpResponse:
    """Show that it is done, under which number and when, and how to come back."""
    return customer_page(request, "public/refused.html", {"is_denial": is_denial, "refusal": refusal_read(request)})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """Unsubscribe by one POST of a mail program (RFC 8058), or by the button of the page that GET shows.

    Needs no cookie and no other proof, and no source is ever turned away: mail services unsubscribe for many people
    from one address, also by links that expired long ago. A repeat changes nothing. Every token, also an unknown one,
    gets the same answer: whoever guesses learns nothing, but is counted.
    """
    if not is_post(request):
        return token_page(request, "public/one_click.html")
    if list(request.POST.items()) != [ONE_CLICK]:
        return token_page(request, "public/one_click.html", status=400)
    link = link_resolve_for_refusal(token=token)
    if link is None:
        unknown_link_hit(client_address(request))
    else:
        how = one_click_circumstances(request, key=request_key("one-click", link.id), touchpoint=link.touchpoint)
        refuse_by_one_click(link=link, circumstances=how)
    return token_page(request, "public/unsubscribed.html")


def _ended(visit: Visit, where: str, receipt: IssuedReceipt | None) -> HttpResponse:
    """Close the visit: there is nothing more to do in it."""
    if visit.visitor.session_id is not None:
        session.session_end(visitor=visit.visitor)
    response = redirect(where)
    cookie.cookie_drop(response)
    refusal_carry(response, receipt)
    return response
