"""Set-ups of providers: the list, a new one, one of them with its fields."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from notify.channels.setup import ConfigField
from notify.errors import SetupRefused
from notify.inbound.payloads import COUNTED_DAYS, calls_counted
from notify.inbound.webhook_keeping import webhook_is_told
from notify.provider_kinds import KINDS
from notify.provider_setups import SetupView, secrets_kept, setup_view
from notify.providers.checks import providers_health
from notify.providers.order import is_used
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.providers.setups import change_provider, create_provider
from portal.staff.decorators import login_confirmed_for_secrets
from portal.staff.navigation import crumb
from portal.staff.providers.forms import ChangeForm, SetupForm
from portal.staff.providers.view import (
    calls_rows,
    kind_groups,
    places_of,
    provider_groups,
    provider_row,
    provider_shown,
)
from portal.staff.saving import guarded, saved_in_turn
from portal.ui.provider_words import warnings_said

OWN: Final[Mapping[str, Any]] = {"title": "", "per_second": 0, "balance_warn": None}
"""What a set-up has besides the fields of its kind, and what stands for a field that its form leaves out."""


@right_required(Right.READ_SETTINGS, "GET")
def providers(request: HttpRequest) -> HttpResponse:
    """List the providers by the channels that they carry."""
    rows = [provider_row(health) for health in providers_health()]
    context = {"groups": provider_groups(rows), "warned": [row for row in rows if row.warnings]}
    return render(request, "staff/providers/list.html", context)


@right_required(Right.MANAGE_CHANNELS, "GET")
def provider_new(request: HttpRequest) -> HttpResponse:
    """Choose a kind of provider."""
    context = {"groups": kind_groups(KINDS.values()), "crumbs": [way_back()]}
    return render(request, "staff/providers/kinds.html", context)


@right_required(Right.MANAGE_CHANNELS, "GET", "POST")
@sensitive_post_parameters()
@login_confirmed_for_secrets
def provider_create(request: HttpRequest, kind: str) -> HttpResponse:
    """Set a provider up."""
    declared = KINDS.get(kind)
    if declared is None:
        raise Http404
    form = SetupForm(request.POST or None, kind=declared)
    if form.is_bound and form.is_valid():
        try:
            name = create_provider(
                actor=actor_of(request), kind=kind, title=form.cleaned_data["title"], fields=form.values
            )
        except SetupRefused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Провайдер подключён. Нажмите «Проверить подключение»."))
            return redirect("staff:provider", name)
    crumbs = [way_back(), crumb(_("Подключить провайдера"), "staff:provider_new")]
    context = {"form": form, "title": _(declared.label), "action": _("Подключить"), "crumbs": crumbs}
    return render(request, "staff/providers/form.html", context)


@right_required(Right.READ_SETTINGS, "GET")
def provider(request: HttpRequest, name: str) -> HttpResponse:
    """Show one set-up: how it fares, its fields without secrets, its webhook."""
    found = providers_health()
    row, setup = provider_shown(name, found), setup_view(name=name)
    context: dict[str, Any] = {
        "row": row,
        "setup": setup,
        "notices": warnings_said(row.health, but=("check_failed",)),
        "facts": _facts(setup),
        "places": places_of(row.health, found),
        "webhook_help": _(setup.kind.webhook_help) if setup.kind.webhook_help else "",
        "is_told": webhook_is_told(name=name),
        "calls": calls_rows(calls_counted(provider=name)),
        "days": COUNTED_DAYS,
        "is_removable": not row.health.is_on and not is_used(name=name),
        "crumbs": [way_back()],
    }
    return render(request, "staff/providers/provider.html", context)


@right_required(Right.MANAGE_CHANNELS, "GET", "POST")
@sensitive_post_parameters()
@login_confirmed_for_secrets
@saved_in_turn
def provider_edit(request: HttpRequest, name: str) -> HttpResponse:
    """Change the fields of a set-up."""
    setup = setup_view(name=name)
    form = guarded(ChangeForm(request.POST or None, setup=setup, kept=secrets_kept(name=name)))
    if form.is_bound and form.is_valid():
        own = {one: form.cleaned_data.get(one, default) for one, default in OWN.items()}
        try:
            change_provider(actor=actor_of(request), name=name, fields=form.values, **own)
        except SetupRefused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Подключение сохранено и уже действует."))
            return redirect("staff:provider", name)
    crumbs = [way_back(), crumb(setup.title, "staff:provider", name)]
    context = {"form": form, "title": setup.title, "action": _("Сохранить"), "name": name, "crumbs": crumbs}
    return render(request, "staff/providers/form.html", context)


def way_back() -> Any:
    """Return the breadcrumb to the list."""
    return crumb(_("Подключения"), "staff:providers")


def _facts(setup: SetupView) -> list[tuple[str, str]]:
    """Return the fields of a set-up in words; of a secret only whether there is one."""
    kept = secrets_kept(name=setup.name)
    return [(_(field.label), _fact(field, setup.values, field.name in kept)) for field in setup.kind.fields]


def _fact(field: ConfigField, values: Mapping[str, str], is_kept: bool) -> str:
    if field.kind == "secret":
        return _("сохранён") if is_kept else "—"
    value = values.get(field.name, "")
    if field.kind == "switch":
        return _("да") if value else _("нет")
    words = dict(field.choices).get(value, "")
    return (_(words) if words else value) or "—"
