"""The first page: who writes, why, and where to send the code. Scanners open it too, so it costs one query."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from consents.conf import code_limits
from consents.enums import ProofLevel
from consents.words import span_words
from notify.campaigns.landing import landing_read
from notify.enums import LinkScope
from notify.links.bot_detection import is_program
from notify.links.tracking import visit_record
from portal.flows.code_process import takes_codes
from portal.public.pages import Visit, customer_page, expired, require_level
from portal.public.refusal import refusal_forget
from portal.public.steps import next_page
from portal.visits import cookie, session
from portal.visits.levels import Capability


@require_safe
def landing(request: HttpRequest) -> HttpResponseBase:
    """Show the first page of a link. Whoever has proven more, or came without a link, goes on from where they are."""
    visitor = cookie.visitor_read(request)
    if visitor is None:
        return expired(request)
    if visitor.level > ProofLevel.LINK or visitor.link_id is None:
        return redirect("public:next")
    read = landing_read(link_id=visitor.link_id)
    if read is None:
        return expired(request)
    if read.link.scope == LinkScope.CANCEL_CHANGE:
        return redirect("public:cancel_change")
    context = {
        "contacts": [one for one in read.contacts if takes_codes(one, read.connected)],
        "life": span_words(code_limits().ttl_s),
        "visit_url": reverse("public:visit"),
    }
    response = customer_page(request, "public/landing.html", context)
    cookie.cookie_refresh(request, response, visitor)
    refusal_forget(request, response)
    return response


@require_POST
@require_level(Capability.SEE_MASKS)
def visit_beacon(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Note a visit by a human, as the page's script saw one. Known programs are not counted."""
    if visit.link_id is not None and not is_program(request.headers):
        visit_record(link_id=visit.link_id)
    return HttpResponse(status=204)


@require_safe
@require_level(Capability.SEE_MASKS)
def stay(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Keep the visit open for one who reads: its button was pressed."""
    return HttpResponse(status=204)


@require_safe
@require_level(Capability.SEE_MASKS)
def go_on(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Lead to the page that comes next for this visit."""
    return redirect(next_page(visit))


def session_begun(visit: Visit) -> tuple[Visit, str]:
    """Start a session of the visit, unless it has one, and count the visit: a button was pressed.

    Return the visit with its key for `with_key`, empty where it had one.
    """
    if visit.visitor.session_id is not None or visit.link is None:
        return visit, ""
    visitor, key = session.session_start(
        customer_id=visit.link.customer_id, link_id=visit.link.id, touchpoint_id=visit.link.touchpoint_id
    )
    visit_record(link_id=visit.link.id)
    return Visit(visitor, visit.link), key


def with_key(response: HttpResponseBase, key: str) -> HttpResponseBase:
    """Hand a new key of the visit to the browser; an empty one changes nothing."""
    if key:
        cookie.session_cookie_set(response, key=key)
    return response
