"""Every address of customers, from the one list that serves them: a new page is in these tests at once."""

import uuid
from typing import Any

from django.urls import URLPattern, reverse
from django.urls.resolvers import RegexPattern, RoutePattern

from notify.links import tokens
from portal.public.urls import urlpatterns


def every_address(**known: Any) -> dict[str, str]:
    """Each address by its name; what stands in it is given, or of nobody."""
    values = {
        "token": tokens.token_new(),
        "edition_id": 1,
        "receipt": uuid.uuid4(),
        "event": uuid.uuid4(),
    } | known
    return {
        str(pattern.name): reverse(f"public:{pattern.name}", kwargs={name: values[name] for name in _asked(pattern)})
        for pattern in urlpatterns
    }


def _asked(pattern: URLPattern) -> list[str]:
    """Names of what an address holds."""
    if isinstance(pattern.pattern, RegexPattern):
        return list(pattern.pattern.regex.groupindex)
    assert isinstance(pattern.pattern, RoutePattern)
    return list(pattern.pattern.converters)
