"""The door of every customer page: reads who stands there, asks the table of levels, keeps the idle clock.

A view behind it takes the visit as its second argument and is called only when the level suffices.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from notify.enums import LinkScope
from notify.services.links import LinkView, link_view
from portal.brand import company_current
from portal.public import session
from portal.public.levels import Act, is_allowed
from portal.public.session import Person

P = ParamSpec("P")

ENTRANCE: Final = "entrance"
READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a customer. `link` is None for those who came by the public entrance."""

    person: Person
    link: LinkView | None

    @property
    def customer_id(self) -> int | None:
        """Say whose page it is; None at the entrance until the code has told."""
        return self.link.customer_id if self.link is not None else self.person.customer_id

    @property
    def owner_id(self) -> int:
        """Say whose page it is, where a level has been asked for: it is always known there."""
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
        return self.person.link_id


PageView = Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase]


def page(
    act: Act, *, scope: LinkScope = LinkScope.PERSONAL
) -> Callable[[PageView[P]], Callable[..., HttpResponseBase]]:
    """Open a view to those whose level suffices for `act`; send others to the code, or say that the visit is over."""

    def wrap(view: PageView[P]) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            visit = visit_read(request)
            if visit is None or (visit.link is not None and visit.link.scope != scope):
                return over(request)
            if not is_allowed(act, visit.person.level):
                return redirect("public:code")
            response = view(request, visit, *args, **kwargs)
            session.cookie_refresh(request, response, visit.person)
            return response

        door.act = act  # type: ignore[attr-defined]  # the table test reads it from the URL patterns
        return door

    return wrap


def visit_read(request: HttpRequest) -> Visit | None:
    """Read the visit of a request. None without a valid cookie, or once the link has died."""
    person = session.person_read(request)
    if person is None:
        return None
    if person.link_id is None:
        return Visit(person, None)
    link = link_view(link_id=person.link_id)
    return None if link is None else Visit(person, link)


def over(request: HttpRequest) -> HttpResponse:
    """Say that the visit is over and how to go on. Takes the dead cookie away."""
    response = shown(request, "public/over.html", status=403)
    session.cookie_drop(response)
    return response


def shown(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a customer page with the company on it."""
    return render(request, template, {"company": company_current(), **(context or {})}, status=status)


def shown_at_token(request: HttpRequest, template: str, *, status: int = 200) -> HttpResponse:
    """Render a page whose own address is a token: it repeats the address nowhere, and Django logs no line of it."""
    response = shown(request, template, {"at_token": True}, status=status)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own switch, see django.utils.log
    return response


def pressed(request: HttpRequest) -> bool:
    """Tell whether somebody pressed a button, which is the only way to change anything."""
    return request.method not in READS
