"""Channels: open or closed, pace, the contract with the platform."""

from dataclasses import asdict

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify.channel_settings import channels_listed
from notify.errors import ContractMissing
from notify.sender_names.coverage import senders_unapproved
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.channels import change_channel
from portal.staff.navigation import crumb
from portal.staff.providers.view import providers_by_channel


class ChannelForm(forms.Form):
    """One channel. The two fields of the contract are shown for MAX only."""

    is_open = forms.BooleanField(
        label=gettext_lazy("Канал открыт"),
        required=False,
        help_text=gettext_lazy(
            "Закрытый канал удерживает кампании, тестовые сообщения и уведомления, пока его не откроют. "
            "Одноразовые коды по СМС и почте уходят всегда: без них клиентам не войти."
        ),
    )
    per_second = forms.IntegerField(
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
            "Пишите только то, что выполняете. Пусто: о частоте ничего не сказано."
        ),
    )
    contract = forms.BooleanField(label=gettext_lazy("Договор с платформой заключён"), required=False)
    contract_note = forms.CharField(label=gettext_lazy("Номер и дата договора"), required=False, max_length=200)


@right_required(Right.READ_SETTINGS, "GET")
def channels(request: HttpRequest) -> HttpResponse:
    """List the channels with who carries them; name the set-ups that send SMS under a name that nobody has approved."""
    carriers = providers_by_channel()
    shown = [(view, carriers[view.channel]) for view in channels_listed()]
    return render(request, "staff/channels/list.html", {"channels": shown, "unapproved": senders_unapproved()})


@right_required(Right.MANAGE_CHANNELS, "GET", "POST")
def channel(request: HttpRequest, name: str) -> HttpResponse:
    """Change one channel."""
    shown = next((view for view in channels_listed() if view.channel == name), None)
    if shown is None:
        raise Http404
    form = ChannelForm(request.POST or None, initial=asdict(shown))
    if not shown.channel.spec.needs_contract:
        del form.fields["contract"], form.fields["contract_note"]
    if form.is_bound and form.is_valid():
        try:
            change_channel(actor=actor_of(request), channel=name, fields=form.cleaned_data)
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
