"""Names in a header of each answer the templates that drew it: no list of tests or pictures can then claim too much."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.base import Template
from django.template.context import Context
from django.utils.safestring import SafeString

HEADER: Final = "X-Drawn"

_names: ContextVar[set[str]] = ContextVar("names")
_render = Template.render


def templates_named(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware of the site under test: changes nothing but the header."""
    Template.render = _render_named  # type: ignore[assignment, method-assign]  # in a process of the site, which ends with the test

    def answer(request: HttpRequest) -> HttpResponse:
        token = _names.set(set())
        try:
            response = get_response(request)
            response.headers[HEADER] = ",".join(sorted(_names.get()))
        finally:
            _names.reset(token)
        return response

    return answer


def _render_named(template: Template, context: Context) -> SafeString:
    names = _names.get(None)
    if names is not None and template.name:
        names.add(template.name)
    return _render(template, context)
