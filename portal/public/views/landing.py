"""The first page: who writes, why, and the masked contacts. Scanners open it too, so it costs one query."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from consents.enums import ProofLevel
from notify.enums import LinkScope, Verdict
from notify.machine_visits import visit_verdict
from notify.selectors.landing import landing_read
from notify.services.tracking import visit_record
from portal.public import session
from portal.public.levels import Act
from portal.public.pages import Visit, over, page, shown


@require_safe
def landing(request: HttpRequest) -> HttpResponseBase:
    """Show the first page of a link. Whoever has proven more, or came without a link, goes on from where they are."""
    person = session.person_read(request)
    if person is None:
        return over(request)
    if person.level > ProofLevel.LINK or person.link_id is None:
        return redirect("public:next")
    read = landing_read(link_id=person.link_id)
    if read is None:
        return over(request)
    if read.link.scope == LinkScope.CANCEL_CHANGE:
        return redirect("public:cancel_change")
    response = shown(request, "public/landing.html", {"contacts": read.contacts, "visit_url": VISIT_URL})
    session.cookie_refresh(request, response, person)
    return response


@require_POST
@page(Act.SEE_MASKS)
def landing_continue(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Begin the visit: the first pressed button makes the session."""
    response = redirect("public:code")
    _session_begin(response, visit)
    return response


@require_POST
@page(Act.SEE_MASKS)
def visit_beacon(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Note a visit by a human, as the page's script saw one. Known programs are not counted."""
    if visit.link_id is not None and visit_verdict(request.headers) == Verdict.HUMAN:
        visit_record(link_id=visit.link_id)
    return HttpResponse(status=204)


VISIT_URL = "/me/visit/"


def _session_begin(response: HttpResponseBase, visit: Visit) -> None:
    """Make the session of a link's visitor, unless there is one, and count the visit: a button was pressed."""
    if visit.person.session_id is not None or visit.link is None:
        return
    _, key = session.session_start(
        customer_id=visit.link.customer_id, link_id=visit.link.id, touchpoint_id=visit.link.touchpoint_id
    )
    session.session_cookie_set(response, key=key)
    visit_record(link_id=visit.link.id)
