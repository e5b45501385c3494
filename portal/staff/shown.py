"""What a page showed before somebody confirmed it: an act is done upon exactly that, or asked about anew.

The page carries a keyed fingerprint of the facts that it stands on. Where they have changed by the time the button is
pressed, nothing is done and the page comes again as things stand now.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare, salted_hmac

FIELD: Final = "shown"
"""Name of the field; `components/shown.html` draws it."""


def shown_mark(request: HttpRequest, facts: object) -> str:
    """Return the fingerprint of facts on this page; another page with the same facts has another."""
    said = json.dumps([request.path, facts], ensure_ascii=False, sort_keys=True, default=str)
    return salted_hmac("portal.staff.shown", said, algorithm="sha256").hexdigest()


def is_as_shown(request: HttpRequest, facts: object) -> bool:
    """Return whether the form that was sent has been shown with these facts."""
    return constant_time_compare(request.POST.get(FIELD, ""), shown_mark(request, facts))


def question(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, facts: object, is_changed: bool = False
) -> HttpResponse:
    """Return the page that asks, with the fingerprint of ``facts``; 409 with a sentence when they have changed."""
    shown = {FIELD: shown_mark(request, facts), "is_changed": is_changed}
    return render(request, template, {**context, **shown}, status=409 if is_changed else 200)


def asked(request: HttpRequest, template: str, context: Mapping[str, Any], *, facts: object) -> HttpResponse | None:
    """Return the page that asks before an act; None once its button was pressed upon these very facts."""
    if request.method == "POST" and is_as_shown(request, facts):
        return None
    return question(request, template, context, facts=facts, is_changed=request.method == "POST")
