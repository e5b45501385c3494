"""Typed decorators of views around untyped ones of libraries."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from csp.decorators import csp, csp_update
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.audit.request_actor import acting_user

FORM_SECONDS: Final = 30 * 60
"""To fill in a form with secrets, which have to be looked up elsewhere."""

F = TypeVar("F", bound=Callable[..., Any])


def login_confirmed(*, reading_is_free: bool = False) -> Callable[[F], F]:
    """Run a view only for someone who has entered password or factor within five minutes.

    Others are asked first; what they have posted is kept and carried out afterwards. With ``reading_is_free`` only a
    POST asks.
    """
    wrapper: Callable[[F], F] = reauthentication_required(allow_get=reading_is_free)
    return wrapper


def login_confirmed_before_download(*, back: str) -> Callable[[F], F]:
    """Run a view that sends a file only for someone who has entered password or factor within five minutes.

    Others are asked first and then redirected to the page `back`, which has the button: a file as the answer to the
    password would leave the browser on the page that asks for it.
    """

    def decorate(view: F) -> F:
        @wraps(view)
        def confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if did_recently_reauthenticate(request):
                answer: HttpResponseBase = view(request, *args, **kwargs)
                return answer
            messages.info(request, _("После подтверждения нажмите «Скачать» ещё раз."))
            return redirect(f"{reverse('account_reauthenticate')}?{urlencode({REDIRECT_FIELD_NAME: reverse(back)})}")

        return cast("F", confirmed)

    return decorate


def login_confirmed_for_secrets(view: F) -> F:
    """Open a form that takes secrets only to someone who has entered password or factor within five minutes.

    What was filled in is taken for half an hour after that, and asked for anew later: what `login_confirmed` keeps
    until the login is confirmed lies in a session in clear.
    """

    @wraps(view)
    def confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if did_recently_reauthenticate(request) or (request.method == "POST" and _confirmed_lately(request)):
            answer: HttpResponseBase = view(request, *args, **kwargs)
            return answer
        if request.method == "POST":
            messages.warning(request, _("Прошло больше получаса. Заполните форму ещё раз: секреты мы не запоминаем."))
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({REDIRECT_FIELD_NAME: request.path})}")

    return cast("F", confirmed)


def _confirmed_lately(request: HttpRequest) -> bool:
    records = get_authentication_records(request, acting_user(request))
    moments = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(moments) and time.time() - max(moments) < FORM_SECONDS


# The library's types know views without arguments only.
policy_with: Callable[[dict[str, Any]], Callable[[F], F]] = csp_update  # type: ignore[assignment]  # see above
"""Adds to the content security policy of a page."""
policy_instead: Callable[[dict[str, Any]], Callable[[F], F]] = csp  # type: ignore[assignment]  # see above
"""Replaces the content security policy of a page."""
