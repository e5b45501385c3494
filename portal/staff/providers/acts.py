"""Acts on one set-up: a look at it, order, switch, removal, and the secret of its webhook."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from consents.enums import Channel
from notify.inbound.webhook_keeping import webhook_is_told
from notify.provider_setups import SetupView, setup_view
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.providers.setups import (
    check_provider,
    move_provider,
    remove_provider,
    rotate_secret,
    show_secret,
    switch_provider,
)
from portal.staff.decorators import login_confirmed
from portal.staff.navigation import crumb
from portal.staff.providers.views import way_back
from portal.staff.shown import asked
from portal.ui.provider_words import reason_words


@right_required(Right.MANAGE_CHANNELS, "POST")
def provider_check(request: HttpRequest, name: str) -> HttpResponse:
    """Look whether a set-up works; nothing is sent."""
    setup_view(name=name)
    trouble = check_provider(actor=actor_of(request), name=name).trouble
    if trouble:
        words = _("Проверка не прошла: %(reason)s.") % {"reason": reason_words(trouble)}
        messages.error(request, words)
    else:
        messages.success(request, _("Проверка прошла. Сообщений при этом не отправляли."))
    return redirect("staff:provider", name)


@right_required(Right.MANAGE_CHANNELS, "POST")
def provider_move(request: HttpRequest, name: str) -> HttpResponse:
    """Move a provider of a channel one up or down."""
    channel = request.POST.get("channel", "")
    if channel in Channel.values:
        move_provider(actor=actor_of(request), name=name, channel=channel, is_up=request.POST.get("way") == "up")
    return redirect("staff:providers")


@right_required(Right.MANAGE_CHANNELS, "POST")
def provider_switch(request: HttpRequest, name: str) -> HttpResponse:
    """Switch a set-up on or off."""
    is_on = request.POST.get("is_on") == "yes"
    switch_provider(actor=actor_of(request), name=name, is_on=is_on)
    done = (
        _("Подключение включено.") if is_on else _("Подключение выключено. Отчёты о прежних сообщениях ещё приходят.")
    )
    messages.success(request, done)
    return redirect("staff:provider", name)


@right_required(Right.MANAGE_CHANNELS, "GET", "POST")
def provider_remove(request: HttpRequest, name: str) -> HttpResponse:
    """Remove a set-up that was never used, after a question."""
    setup = setup_view(name=name)
    if page := asked(request, "staff/providers/remove.html", {"setup": setup}, facts=_facts(setup)):
        return page
    remove_provider(actor=actor_of(request), name=name)
    messages.success(request, _("Подключение удалено."))
    return redirect("staff:providers")


@right_required(Right.MANAGE_CHANNELS, "GET", "POST")
@login_confirmed(reading_is_free=True)
def provider_rotate(request: HttpRequest, name: str) -> HttpResponse:
    """Make a new secret of the webhook, after a question."""
    setup = setup_view(name=name)
    if page := asked(request, "staff/providers/rotate.html", {"setup": setup}, facts=_facts(setup)):
        return page
    if rotate_secret(actor=actor_of(request), name=name):
        messages.success(request, _("Новый секрет готов и передан провайдеру."))
    elif webhook_is_told(name=name):
        messages.warning(request, _("Новый секрет готов, но передать его провайдеру не удалось. Прежний действует."))
    else:
        messages.success(request, _("Новый секрет готов, прежний тоже действует. Нажмите «Показать секрет»."))
    return redirect("staff:provider", name)


@right_required(Right.MANAGE_CHANNELS, "POST")
@login_confirmed()
def provider_secret(request: HttpRequest, name: str) -> HttpResponse:
    """Show the newest secret of the webhook, once."""
    setup = setup_view(name=name)
    secret = show_secret(actor=actor_of(request), name=name)
    crumbs = [way_back(), crumb(setup.title, "staff:provider", name)]
    return render(request, "staff/providers/secret.html", {"setup": setup, "secret": secret, "crumbs": crumbs})


def _facts(setup: SetupView) -> list[object]:
    return [setup.title, setup.is_on, dict(setup.values), setup.webhook_secret_shown_at]
