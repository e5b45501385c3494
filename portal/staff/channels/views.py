"""Channels: open or closed, pace, and what the contracts with the platform allow."""

from dataclasses import asdict

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify.channel_settings import ChannelView, channels_listed
from notify.contracts import contracts_ending
from notify.sender_names.coverage import senders_unapproved
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.channels import change_channel
from portal.staff.navigation import crumb
from portal.staff.providers.view import providers_by_channel
from portal.staff.saving import guarded, saved_in_turn
from portal.staff.widgets import WholeField


class ChannelForm(forms.Form):
    """One channel."""

    is_open = forms.BooleanField(
        label=gettext_lazy("Канал открыт"),
        required=False,
        help_text=gettext_lazy(
            "Закрытый канал удерживает кампании, тестовые сообщения и уведомления, пока его не откроют. "
            "Одноразовые коды по СМС и почте уходят всегда: без них клиентам не войти."
        ),
    )
    per_second = WholeField(
        label=gettext_lazy("Не больше сообщений в секунду"),
        min_value=0,
        max_value=10_000,
        help_text=gettext_lazy("0: без ограничения."),
    )
    frequency = forms.CharField(
        label=gettext_lazy("Как часто пишете"),
        required=False,
        max_length=120,
        help_text=gettext_lazy(
            "Клиент увидит эти слова, когда выбирает канал, например «Обычно до двух сообщений в неделю». "
            "Пишите только то, что выполняете. Если оставить пустым, о частоте ничего не скажем."
        ),
    )


@right_required(Right.READ_SETTINGS, "GET")
def channels(request: HttpRequest) -> HttpResponse:
    """List the channels with who carries them; warn of contracts that end soon and of names that nobody approved."""
    carriers = providers_by_channel()
    shown = [(view, carriers[view.channel]) for view in channels_listed()]
    context = {"channels": shown, "unapproved": senders_unapproved(), "ending": contracts_ending()}
    return render(request, "staff/channels/list.html", context)


@right_required(Right.MANAGE_CHANNELS, "GET", "POST")
@saved_in_turn
def channel(request: HttpRequest, name: str) -> HttpResponse:
    """Change one channel; its contracts have pages of their own."""
    shown = channel_or_404(name)
    form = guarded(ChannelForm(request.POST or None, initial=asdict(shown)))
    if form.is_bound and form.is_valid():
        change_channel(actor=actor_of(request), channel=name, fields=form.cleaned_data)
        messages.success(request, _("Настройки канала сохранены и уже действуют."))
        return redirect("staff:channels")
    return render(
        request,
        "staff/channels/channel.html",
        {"form": form, "channel": shown, "crumbs": [crumb(_("Каналы"), "staff:channels")]},
    )


def channel_or_404(name: str) -> ChannelView:
    """Return one channel. Raises Http404 where there is none."""
    shown = next((view for view in channels_listed() if view.channel == name), None)
    if shown is None:
        raise Http404
    return shown
