"""Saying no with nothing but a link: «Это не я», «Отказаться от сообщений», one-click unsubscribe. Never refused."""

from dataclasses import replace
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from consents.customers.customers_read import zone_of
from consents.enums import StopScope
from consents.outside.requests import KeptRequest, request_forget, request_set_aside
from consents.receipts.issuing import IssuedReceipt
from consents.types import Circumstances
from notify.enums import TextKind
from notify.links.issuing import link_resolve_for_refusal
from notify.links.tokens import token_is_sample
from notify.tasks import send_transactional
from portal.client import client_address
from portal.database.away import AWAY
from portal.flows.restoring.kept_refusals import deny_key, keep_one_click, one_click_key, refuse_key
from portal.flows.withdraw import denial_of, deny_contact, refuse_by_one_click, refuse_messages
from portal.operations.nudges import nudge
from portal.public.away import kept_while_away
from portal.public.buttons import FIELD, buttons_shown, pressed
from portal.public.pages import (
    Visit,
    customer_page,
    is_post,
    require_level,
    scope_pressed,
    token_page,
    visit_mark,
    visit_mark_check,
)
from portal.public.refusal import Way, refusal_carry, refusal_read
from portal.ui.brand import brand_known
from portal.visits import cookie, session
from portal.visits.levels import Capability
from portal.visits.throttle import unknown_link_hit
from portal.visits.web_evidence import circumstances, one_click_circumstances

ONE_CLICK: Final = ("List-Unsubscribe", "One-Click")
"""The one field of the body that RFC 8058 asks for; the button of our page sends the same, and its caption."""


@require_http_methods(["GET", "HEAD", "POST"])
@kept_while_away("public/deny.html", "denial")
@require_level(Capability.DENY)
def deny(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Name the contact that is meant, masked, and what a press will do; a press does it."""
    if not is_post(request):
        denial = denial_of(customer_id=visit.owner_id, visitor=visit.visitor)
        return _asked(request, visit, "public/deny.html", buttons_shown("denial") | {"denial": denial})
    visit_mark_check(request, visit)
    how = circumstances(request, visit.visitor, key=deny_key(visit.link_id), touchpoint=visit.touchpoint)
    how = pressed(how, request, "denial")
    denial, receipt = deny_contact(customer_id=visit.owner_id, visitor=visit.visitor, circumstances=how)
    nudge(send_transactional)
    way: Way = "link" if denial.contact is None else "denial" if denial.is_closed else "kept"
    return _ended(visit, "public:denied", receipt, way=way)


@require_http_methods(["GET", "HEAD", "POST"])
@kept_while_away("public/refuse.html", "advertising", "all")
@require_level(Capability.REFUSE)
def refuse(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Ask whether advertising alone or all messages shall stop; a press stops them at once.

    A form that does not say which stops everything. After a no to advertising alone the visit goes on.
    """
    if not is_post(request):
        return _asked(request, visit, "public/refuse.html", buttons_shown("advertising", "all"))
    visit_mark_check(request, visit)
    scope = scope_pressed(request)
    how = circumstances(request, visit.visitor, key=refuse_key(visit.visitor, scope), touchpoint=visit.touchpoint)
    how = pressed(how, request, request.POST.get("scope", ""))
    receipt = refuse_messages(customer_id=visit.owner_id, link_id=visit.link_id, scope=scope, circumstances=how)
    if scope == StopScope.ALL:
        return _ended(visit, "public:refused", receipt, way="all")
    response = redirect("public:refused")
    refusal_carry(response, receipt, way="advertising", zone=zone_of(customer_id=visit.owner_id))
    return response


@require_safe
def refused(request: HttpRequest, *, is_denial: bool = False) -> HttpResponse:
    """Show that it is done, under which number and when, and how to come back."""
    return customer_page(request, "public/refused.html", {"is_denial": is_denial, "refusal": refusal_read(request)})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """Unsubscribe by one POST of a mail program (RFC 8058), or by the button of the page that GET shows.

    Needs no cookie and no other proof, and no source is ever turned away: mail services unsubscribe for many people
    from one address, also by links that expired long ago. A repeat changes nothing. Whoever comes with a link that is
    not known here is told so and is counted. What is asked for is kept outside the database before anything else, so
    that a database that is away, or set back, loses none: then the answer is that it will be done. From a test there is
    nothing to unsubscribe.
    """
    if token_is_sample(token):
        return token_page(request, "public/sample.html", {"is_unsubscribe": True, "company": brand_known()})
    if not is_post(request):
        return _one_click_asked(request, token)
    first, *rest = [*request.POST.items()] or [("", "")]
    if first != ONE_CLICK or [name for name, _value in rest] not in ([], [FIELD]):
        return _one_click_asked(request, token, status=400)
    how = pressed(one_click_circumstances(request, key="", touchpoint=""), request, "one_click")
    kept = keep_one_click(token=token, how=how)
    try:
        return _unsubscribed(request, token, how, kept)
    except AWAY:
        if kept is None:
            raise
        return token_page(request, "public/unsubscribed.html", {"company": brand_known(), "is_later": True}, status=202)


def _one_click_asked(request: HttpRequest, token: str, *, status: int = 200) -> HttpResponse:
    """Ask whether to unsubscribe. Without a database the question is that of any letter."""
    shown = buttons_shown("one_click")
    try:
        link = link_resolve_for_refusal(token=token)
        if link is None:
            unknown_link_hit(client_address(request))
            return token_page(request, "public/unsubscribe_unknown.html", {**shown, "is_asked": True}, status=404)
        shown["is_advertising"] = link.text_kind == TextKind.ADVERTISING
        return token_page(request, "public/one_click.html", shown, status=status)
    except AWAY:
        return token_page(request, "public/one_click.html", {**shown, "company": brand_known()}, status=status)


def _unsubscribed(request: HttpRequest, token: str, how: Circumstances, kept: KeptRequest | None) -> HttpResponse:
    """Record the no. A mail program has pressed no button of ours, and its call names none."""
    link = link_resolve_for_refusal(token=token)
    if link is None:
        unknown_link_hit(client_address(request))
        is_kept = kept is not None and request_set_aside(kept)
        return token_page(request, "public/unsubscribe_unknown.html", {"is_kept": is_kept}, status=404)
    how = replace(how, request_key=one_click_key(link.id), touchpoint=link.touchpoint)
    refuse_by_one_click(link=link, circumstances=how)
    if kept is not None:
        request_forget(kept)
    is_advertising = link.text_kind == TextKind.ADVERTISING
    return token_page(request, "public/unsubscribed.html", {"is_advertising": is_advertising})


def _asked(request: HttpRequest, visit: Visit, template: str, context: dict[str, object]) -> HttpResponse:
    """Return the page of a question, with what its form needs to be believed."""
    return customer_page(request, template, {"visit_mark": visit_mark(visit), **context})


def _ended(visit: Visit, where: str, receipt: IssuedReceipt | None, *, way: Way) -> HttpResponse:
    """Close the visit: there is nothing more to do in it."""
    if visit.visitor.session_id is not None:
        session.session_end(visitor=visit.visitor)
    response = redirect(where)
    cookie.cookie_drop(response)
    refusal_carry(response, receipt, way=way, zone=zone_of(customer_id=visit.owner_id))
    return response
