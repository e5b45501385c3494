"""Channels: open or closed, pace, the contract with the platform."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from notify.channel_settings.reading import ChannelView, channels_listed
from notify.channel_settings.switching import channel_change
from notify.errors import ContractMissing
from portal.audit.actor import actor_of
from portal.audit.acts import Act
from portal.audit.permissions import Right, right_required
from portal.audit.record import recorded
from portal.staff.channels.forms import ChannelForm
from portal.staff.navigation import crumb

FIELDS = ("is_open", "per_second", "contract", "contract_note")


@right_required(Right.READ_SETTINGS)
@require_GET
def channels(request: HttpRequest) -> HttpResponse:
    """List the channels."""
    return render(request, "staff/channels/list.html", {"channels": channels_listed()})


@right_required(Right.MANAGE_CHANNELS)
@require_http_methods(["GET", "POST"])
def channel(request: HttpRequest, name: str) -> HttpResponse:
    """Change one channel."""
    shown = _channel(name)
    form = ChannelForm(request.POST or None, initial=_values(shown))
    if not shown.channel.spec.needs_contract:
        del form.fields["contract"], form.fields["contract_note"]
    if form.is_bound and form.is_valid():
        try:
            with recorded(
                actor_of(request), Act.CHANNEL_CHANGED, "channel", name, details={"old": _values(shown)}
            ) as note:
                channel_change(channel=name, **form.cleaned_data)
                note.details["new"] = _values(_channel(name))
        except ContractMissing:
            form.add_error("contract_note", _("Укажите номер и дату договора: без них он не действует."))
        else:
            messages.success(request, _("Настройки канала сохранены и уже действуют."))
            return redirect("staff:channels")
    return render(
        request,
        "staff/channels/channel.html",
        {"form": form, "channel": shown, "crumbs": [crumb(_("Каналы"), "staff:channels")]},
    )


def _channel(name: str) -> ChannelView:
    for shown in channels_listed():
        if shown.channel == name:
            return shown
    raise Http404


def _values(shown: ChannelView) -> dict[str, Any]:
    return {name: getattr(shown, name) for name in FIELDS}
