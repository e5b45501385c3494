"""A no that is pressed in a visit while the database is away: it is kept, answered, and recorded once it is back."""

import functools
from collections.abc import Callable

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from consents.database.clock import database_now
from portal.database.away import AWAY
from portal.flows.restoring.kept_refusals import DENY, keep_of_visit, refuse_way
from portal.public.buttons import buttons_shown, pressed
from portal.public.pages import customer_page, is_post, mark_read, name_sign, scope_pressed
from portal.ui.brand import brand_known
from portal.visits import cookie
from portal.visits.session import VisitorSession
from portal.visits.web_evidence import circumstances

View = Callable[..., HttpResponseBase]


def kept_while_away(template: str, *buttons: str) -> Callable[[View], View]:
    """Let a page of refusal open without a database, and keep its press.

    The error stands where there is no visit, where the form is none of ours, and where nothing can be kept.
    """

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def answered(request: HttpRequest) -> HttpResponseBase:
            try:
                return view(request)
            except AWAY:
                visit = cookie.visit_named(request)
                answer = _answered(request, visit, template, buttons) if visit else None
                if answer is None:
                    raise
                return answer

        return answered

    return wrap


def _answered(request: HttpRequest, visit: str, template: str, buttons: tuple[str, ...]) -> HttpResponse | None:
    if not is_post(request):
        context = {**buttons_shown(*buttons), "visit_mark": name_sign(visit), "company": brand_known()}
        return customer_page(request, template, {**context, "is_away": True})
    way, button = (DENY, "denial") if "denial" in buttons else _refusal(request)
    try:
        mark = mark_read(request)
    except BadSignature:
        return None
    how = circumstances(request, VisitorSession(opened_at=database_now()), key="", touchpoint="")
    if keep_of_visit(way=way, visit=visit, mark=mark, how=pressed(how, request, button)) is None:
        return None
    response = customer_page(
        request, "public/unsubscribed.html", {"company": brand_known(), "is_later": True}, status=202
    )
    if button != "advertising":
        cookie.cookie_drop(response)
    return response


def _refusal(request: HttpRequest) -> tuple[str, str]:
    scope = scope_pressed(request)
    return refuse_way(scope), scope.value
