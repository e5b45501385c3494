"""The site, and beside it a bare view for comparison: one prepared look-up, the same template, no middleware."""

import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.laptop.settings")

import django

django.setup()

from django.core.handlers.wsgi import WSGIRequest  # noqa: E402 - Django must be set up first
from django.template.loader import get_template  # noqa: E402 - Django must be set up first

from notify import statements  # noqa: E402 - Django must be set up first
from notify.links.issuing import link_hash  # noqa: E402 - Django must be set up first
from portal.wsgi import application as site  # noqa: E402 - Django must be set up first

BARE = "/bare/"
LOOK_UP = "SELECT id, customer_id, expires_at FROM notify_link WHERE token_hash = %(token_hash)s"
"""Prepared once and sent over the site's own connection: no view that reads anything can do with less."""
MASKS = (("Телефон", "+7 9•• •••-••-12"), ("Адрес почты", "i•••@y•••.ru"))
COMPANY = {"short_name": "Банк", "inn": "7700000000", "website": "bank.example", "support_phone": "8 800 000-00-00"}

Start = Callable[..., Any]


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """Answer `/bare/<token>` by the bare view and any other path by the site."""
    if not environ["PATH_INFO"].startswith(BARE):
        return site(environ, start_response)
    token = environ["PATH_INFO"].removeprefix(BARE)
    if statements.read(LOOK_UP, {"token_hash": link_hash(token)}).fetchone() is None:
        start_response("404 Not Found", [("Content-Length", "0")])
        return [b""]
    context = {"company": COMPANY, "masks": MASKS, "visit_url": "/me/visit/"}
    body = get_template("public/landing.html").render(context, WSGIRequest(environ)).encode()
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]
