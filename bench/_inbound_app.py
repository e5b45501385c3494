"""The site, and beside it a bare view for comparison: one prepared INSERT of what came, no middleware, no check."""

import os
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.laptop.settings")

import django

django.setup()

from notify import statements  # noqa: E402 - Django must be set up first
from portal.wsgi import application as site  # noqa: E402 - Django must be set up first

BARE = "/bare/"
STORE = """
INSERT INTO notify_inboundpayload (provider, digest, headers, body, received_at, handled_at, error_code)
VALUES ('bare', %(digest)s, '{}', %(body)s, now(), now(), '')
"""

Start = Callable[..., Any]


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """Answer `/bare/` by the bare view and any other path by the site."""
    if environ["PATH_INFO"] != BARE:
        return site(environ, start_response)
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
    statements.run(STORE, {"digest": uuid4().hex, "body": body})
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
