"""Who may look into the sandbox: whoever sits at the machine itself, and staff from elsewhere; its frame of a page."""

import functools
import ipaddress
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from portal.client import client_address
from portal.ui.brand import brand_current

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def sandbox_open(view: View[P]) -> View[P]:
    """Open a view of the sandbox on loopback to anyone, from other machines only to staff."""

    @functools.wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if is_local(request) or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return redirect_to_login(request.get_full_path())

    return cast("View[P]", door)


def is_local(request: HttpRequest) -> bool:
    """Return whether the request comes from this machine, through no proxy."""
    if "X-Forwarded-For" in request.headers:
        return False
    try:
        return ipaddress.ip_address(client_address(request)).is_loopback
    except ValueError:
        return False


def shown(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Draw a page of the sandbox."""
    return render(request, template, {"company": brand_current(), "sandbox": True, **context})
