"""Middleware of all answers: headers, and pages for the errors of the rooms."""

from collections.abc import Callable
from functools import cache
from typing import Final

from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from consents.errors import RoomError
from portal.ui.brand import brand_current
from portal.ui.sentences import sentence_for

Answer = Callable[[HttpRequest], HttpResponse]

DENIED_FEATURES: Final = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY: Final = ", ".join(f"{feature}=()" for feature in DENIED_FEATURES)

TOKEN_PATHS: Final = ("/k/", "/K/", "/u/", "/qr/")
CUSTOMER_PATHS: Final = ("/me/", *TOKEN_PATHS)
STAFF_PATHS: Final = ("/staff/", "/accounts/", "/sandbox/")

CUSTOMER_HEADERS: Final = (
    ("Cache-Control", "no-store"),
    # Pages below /me/ soften it to same-origin by a meta tag: with no-referrer a browser sends `Origin: null` from
    # their forms, which the CSRF check refuses. Pages at the address of a token have no such tag, and need none:
    # their only form is the one-click unsubscribe, which is exempt from that check.
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow, noarchive"),
)


def security_headers(get_response: Answer) -> Answer:
    """Return middleware that adds what neither Django nor django-csp sends, errors included.

    A view may set its own Permissions-Policy and Cross-Origin-Resource-Policy, but not the headers of customers' paths.
    No browser and no proxy keeps an answer to customers or to staff: pages, redirects, files and errors alike.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith(CUSTOMER_PATHS):
            for name, value in CUSTOMER_HEADERS:
                response.headers[name] = value
        elif request.path.startswith(STAFF_PATHS) and "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store"
        return response

    return answer


class ContentPolicyMiddleware(CSPMiddleware):
    """Sends the content security policy of the settings, built once; only answers with their own policy build one."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the prepared header unless the view has changed the policy or used the nonce."""
        is_own = any(name.startswith("_csp_") for name in vars(response))
        if is_own or getattr(request, "_csp_nonce", None) is not None:
            answer: HttpResponseBase = super().process_response(request, response)
            return answer
        response.headers.setdefault("Content-Security-Policy", _policy_of_settings())
        return response


@cache
def _policy_of_settings() -> str:
    return str(build_policy())


class DomainErrors:
    """Turns an error of a room into a page: what happened, what was kept and what to do."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Call the next step; the work is in `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page for an error of the three rooms; None leaves any other to Django."""
        if not isinstance(exception, RoomError):
            return None
        sentence = sentence_for(exception)
        template = "staff/error.html" if request.path.startswith("/staff/") else "public/error.html"
        context = {
            "company": brand_current(),
            "sentence": sentence,
            "code": exception.code,
            "at_token": request.path.startswith(TOKEN_PATHS),
        }
        return render(request, template, context, status=sentence.status)
