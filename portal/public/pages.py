"""What every customer page passes through: the visit is read, the level required, the idle clock kept.

A view behind it takes the visit as its second argument and is called only when the level suffices.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, Final, ParamSpec

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from consents.database.clock import database_now
from consents.enums import StopScope
from consents.touchpoint import ENTRANCE
from notify.enums import LinkScope
from notify.links.issuing import LinkView, link_view
from portal.errors import FormStale
from portal.public.refusal import refusal_forget, refusal_read
from portal.ui.brand import brand_current
from portal.visits import cookie, session
from portal.visits.levels import Capability, is_allowed
from portal.visits.session import VisitorSession

P = ParamSpec("P")

READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OWNERLESS: Final = frozenset({Capability.SEE_MASKS, Capability.ASK_CODE, Capability.FINISH})
"""What can be done before it is known whose page it is: at the entrance only the code tells."""

_LEFT: Final = "visit_left"
"""Attribute of a request whose visit ends by itself: after so many seconds without a press."""
_MARK_SALT: Final = "mostik.visit"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a customer. `link` is None for those who came by the public entrance."""

    visitor: VisitorSession
    link: LinkView | None

    @property
    def customer_id(self) -> int | None:
        """Return whose page it is; None at the entrance until a code was entered."""
        return self.link.customer_id if self.link is not None else self.visitor.customer_id

    @property
    def owner_id(self) -> int:
        """Return whose page it is, where a level has been asked for: it is always known there."""
        if self.customer_id is None:
            raise LookupError("a proven visit without a customer")
        return self.customer_id

    @property
    def touchpoint(self) -> str:
        """Name the place of the visit as the ledger keeps it."""
        return self.link.touchpoint if self.link is not None else ENTRANCE

    @property
    def link_id(self) -> int | None:
        """Name the link for the funnel."""
        return self.visitor.link_id


PageView = Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase]


def require_level(
    capability: Capability,
    *,
    scope: LinkScope = LinkScope.PERSONAL,
    is_asked_by_person: bool = True,
    otherwise: str = "",
    on_read: str = "",
) -> Callable[[PageView[P]], Callable[..., HttpResponseBase]]:
    """Open a view to those who have `capability`; send others to the code, or say that the visit is over.

    What a script asks for by itself keeps no visit open: then `is_asked_by_person` is False. A view that renews the
    key names the page where a second press is led: by then the cookie that it brings is not the visit's any more. Where
    only a press is meant, a browser that opens the address again is led to ``on_read``, which may hold
    a ``{name}`` of the address.
    """

    def wrap(view: PageView[P]) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            visit = visit_read(request)
            if visit is None or not _belongs(visit, scope):
                return redirect(otherwise) if otherwise and is_post(request) else expired(request)
            if not is_allowed(capability, visit.visitor.level):
                return redirect("public:code")
            if visit.customer_id is None and capability not in OWNERLESS:
                return expired(request)
            if on_read and not is_post(request):
                return redirect(on_read.format(**kwargs))
            setattr(request, _LEFT, _seconds_left(visit))
            response = view(request, visit, *args, **kwargs)
            if is_asked_by_person:
                cookie.cookie_refresh(request, response, visit.visitor)
            refusal_forget(request, response)
            return response

        guarded.capability = capability  # type: ignore[attr-defined]  # the table test reads it from the URL patterns
        return guarded

    return wrap


def _seconds_left(visit: Visit) -> dict[str, int]:
    """Return for a page how long its visit lasts without a press, and at most; nothing before it has begun."""
    if visit.visitor.session_id is None:
        return {}
    left = visit.visitor.opened_at + session.ABSOLUTE - database_now()
    return {"idle_seconds": int(cookie.IDLE.total_seconds()), "end_seconds": max(0, int(left.total_seconds()))}


def visit_read(request: HttpRequest) -> Visit | None:
    """Read the visit of a request. None without a valid cookie, or once the link has expired or was revoked."""
    visitor = cookie.visitor_read(request)
    if visitor is None:
        return None
    if visitor.link_id is None:
        return Visit(visitor, None)
    link = link_view(link_id=visitor.link_id)
    return None if link is None else Visit(visitor, link)


def expired(request: HttpRequest) -> HttpResponse:
    """Return the page that the visit is over and how to go on.

    Leaves the cookie alone: it opens nothing, and the browser may by now hold a newer one, which a late answer
    to an earlier request must not take away. Where the person has ended the visit by a no, the page says that.
    """
    refusal = refusal_read(request)
    if refusal is not None:
        return customer_page(request, "public/refused.html", {"refusal": refusal}, status=403)
    return customer_page(request, "public/over.html", status=403)


def too_many(request: HttpRequest, about: str) -> HttpResponse:
    """Return the page of a limit that was met, of this connection (`codes`, `entrance`) or of this visit (`visit`)."""
    return customer_page(request, "public/too_many.html", {"about": about}, status=429)


def visit_mark(visit: Visit) -> str:
    """Name the visit in a form, so that a page left open in another tab cannot act for somebody else."""
    return name_sign(session.visit_name(visit.visitor))


def visit_mark_check(request: HttpRequest, visit: Visit) -> None:
    """Raise `FormStale` unless the form was made for the visit that the cookie names now."""
    try:
        name = mark_read(request)
    except BadSignature as error:
        raise FormStale from error
    if name not in (session.visit_name(visit.visitor), cookie.visit_named(request)):
        raise FormStale


def name_sign(name: str) -> str:
    """Sign the name of a visit for a form."""
    return Signer(salt=_MARK_SALT).sign(name)


def mark_read(request: HttpRequest) -> str:
    """Return the name of the visit that a form was made for. Raises `BadSignature` for a form that is none of ours."""
    return Signer(salt=_MARK_SALT).unsign(request.POST.get("visit", ""))


def scope_pressed(request: HttpRequest) -> StopScope:
    """Return what a press of refusal stops: everything, unless it says advertising."""
    return StopScope.ADVERTISING if request.POST.get("scope", "") == StopScope.ADVERTISING else StopScope.ALL


def customer_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a customer page with the company on it."""
    given = context or {}
    company = {} if "company" in given else {"company": brand_current()}
    return render(request, template, {**company, **getattr(request, _LEFT, {}), **given}, status=status)


def token_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a page whose own address is a token.

    It repeats the address nowhere, sends it along with no click, and Django logs no line of it.
    """
    response = customer_page(request, template, {"at_token": True, **(context or {})}, status=status)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own switch, see django.utils.log
    return response


def is_post(request: HttpRequest) -> bool:
    """Return whether somebody pressed a button, which is the only way to change anything."""
    return request.method not in READS


def _belongs(visit: Visit, scope: LinkScope) -> bool:
    """Return whether the visit's link is one for this kind of page."""
    return visit.link is None or visit.link.scope == scope
