"""Pages of the fakes that run beside the site: what each took, what its people see, and what goes wrong with it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal.laptop.fake_providers.asking import FakesSilent, asked
from portal.laptop.fake_providers.setups import KEYS, setups_of_fakes
from portal.laptop.sandbox.access import sandbox_open, shown
from portal.ui.words import money

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Words = Mapping[str, str | Promise]

TITLES: Final[Words] = {
    "smsc": gettext_lazy("Учебный SMSC.ru"),
    "smsru": gettext_lazy("Учебный SMS.RU"),
    "max": gettext_lazy("Учебный MAX"),
    "ownapp": gettext_lazy("Учебное приложение компании"),
    "smpp": gettext_lazy("Учебный оператор SMPP"),
}
STATES: Final[Words] = {
    "well": gettext_lazy("Работает"),
    "error": gettext_lazy("Отвечает ошибкой 503"),
    "busy": gettext_lazy("Просит подождать"),
    "silent": gettext_lazy("Молчит"),
    "gone": gettext_lazy("Отключился"),
}
ABOUT: Final[Words] = {
    "well": gettext_lazy("принимает сообщения, как обычно"),
    "error": gettext_lazy("сообщения уйдут через следующего провайдера, этот попробуют позже"),
    "busy": gettext_lazy("сообщения подождут или уйдут через следующего провайдера"),
    "silent": gettext_lazy("ответа не будет, и исход сообщения останется неизвестен"),
    "gone": gettext_lazy("не принимает соединений: сообщения уйдут через следующего провайдера"),
}
STATES_OF: Final[Mapping[str, tuple[str, ...]]] = {"smpp": ("well", "silent")}
MOST_TEXT: Final = 1000


def answered(view: View[P]) -> View[P]:
    """Show that the fakes do not run where a view of theirs got no answer."""

    @wraps(view)
    def patient(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except FakesSilent:
            return shown(request, "sandbox/fakes.html", {"fakes": [], "here": "fakes"})

    return cast("View[P]", patient)


@require_safe
@sandbox_open
@answered
def fakes(request: HttpRequest) -> HttpResponse:
    """Show all fakes."""
    found = [_worded(one) for one in asked("/fakes")["fakes"]]
    return shown(request, "sandbox/fakes.html", {"fakes": found, "here": "fakes"})


@require_safe
@sandbox_open
@answered
def fake(request: HttpRequest, code: str) -> HttpResponse:
    """Show one: what it took, and what can go wrong."""
    found = _worded(_found(f"/fakes/{code}"))
    choices = [(state, STATES[state], ABOUT[state]) for state in STATES_OF.get(code, tuple(STATES))]
    context = {"fake": found, "choices": choices, "key": KEYS.get(code, ""), "here": "fakes"}
    return shown(request, "sandbox/fake.html", context)


@require_POST
@sandbox_open
@answered
def fake_act(request: HttpRequest, code: str) -> HttpResponse:
    """Let something go wrong, put money on or take it, or write from a phone."""
    given = {name: request.POST.get(name, "").strip()[:MOST_TEXT] for name in ("state", "balance", "phone", "text")}
    act = request.POST.get("act", "")
    wanted = {"state": ("state",), "balance": ("balance",), "write": ("phone", "text")}.get(act, ())
    values = {name: given[name] for name in wanted}
    if all(values.values()) and values:
        _found(f"/fakes/{code}", act=act, **values)
    return redirect("sandbox:fake", code)


@require_POST
@sandbox_open
@answered
def person_make(request: HttpRequest) -> HttpResponse:
    """Let somebody new press «Начать»."""
    return person_start(request.POST.get("payload", "").strip()[:128])


def person_start(payload: str) -> HttpResponse:
    """Let somebody new press «Начать» by a link with that payload, and show their screen."""
    try:
        made = asked("/people", act="start", text=payload)
    except FakesSilent:
        return redirect("sandbox:fakes")
    return redirect("sandbox:fake_person", made["id"])


@require_safe
@sandbox_open
@answered
def person(request: HttpRequest, account: int) -> HttpResponse:
    """Show somebody's screen in MAX; with `part` only its lines, for the page that keeps itself fresh."""
    found = _found(f"/people/{account}")
    live_url = f"{reverse('sandbox:fake_person', args=[account])}?part=lines"
    context = {"person": found, "live_url": live_url, "here": "fakes"}
    if request.GET.get("part"):
        return render(request, "sandbox/fake_lines.html", context)
    return shown(request, "sandbox/fake_person.html", context)


@require_POST
@sandbox_open
@answered
def person_act(request: HttpRequest, account: int) -> HttpResponse:
    """Write, press a button, start or stop the bot, share a number."""
    act, text = request.POST.get("act", "write"), request.POST.get("text", "").strip()[:MOST_TEXT]
    if (text or act in {"start", "stop"}) and asked(f"/people/{account}", act=act, text=text) is None:
        messages.error(request, _("Этой кнопки на экране уже нет."))
    return redirect("sandbox:fake_person", account)


def max_is_on() -> bool:
    """Return whether the fake of MAX carries messages now."""
    view = setups_of_fakes(Path(settings.VAR_DIR)).get("max")
    return view is not None and view.is_on


def _found(path: str, **values: str) -> dict[str, Any]:
    found: dict[str, Any] | None = asked(path, **values)
    if found is None:
        raise Http404
    return found


def _worded(found: dict[str, Any]) -> dict[str, Any]:
    """Add the words of a page to what a fake says of itself."""
    view = setups_of_fakes(Path(settings.VAR_DIR)).get(found["code"])
    state = found["state"]
    is_poor = state == "well" and found["balance"] == "0"
    words = str(_("Нет денег") if is_poor else STATES[state])
    return {
        **found,
        "title": TITLES[found["code"]],
        "word": words[:1].lower() + words[1:],
        "balance": money(Decimal(found["balance"]), "RUB") if found["balance"] else "",
        "tone": "ok" if state == "well" and not is_poor else "warn",
        "is_poor": is_poor,
        "is_set_up": view is not None,
        "is_on": view is not None and view.is_on,
        "can_write": found["code"] in {"smsc", "smpp"},
    }
