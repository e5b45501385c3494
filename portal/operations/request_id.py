"""The number of a request: in each of its log lines, in its answer, and as the proxy gave it where it gives one."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]

HEADER: Final = "X-Request-ID"
# As nginx and most balancers make them; a number of another shape could carry what a person typed.
_WELL_FORMED: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_current: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """Return the number of the request that this thread answers, empty outside of one."""
    return _current.get()


def numbered(get_response: Answer) -> Answer:
    """Return middleware that takes the proxy's number of a request, or makes one."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        mark = _current.set(given if _WELL_FORMED.fullmatch(given) else uuid4().hex)
        try:
            response = get_response(request)
            response.headers[HEADER] = request_id()
            return response
        finally:
            _current.reset(mark)

    return answer
