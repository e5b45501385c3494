"""Contracts of a channel with its platform: a new one, and the last day of one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify.channel_settings import ChannelView
from notify.enums import ContractKind
from notify.errors import ContractRefused
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.channels import add_contract, end_contract
from portal.staff.channels.views import channel_or_404
from portal.staff.navigation import crumb
from portal.staff.shown import is_as_shown, question
from portal.staff.widgets import DayField

PROBLEMS: Final[Mapping[tuple[str, str], str | Promise]] = {
    ("number", "missing"): gettext_lazy("Укажите номер договора."),
    ("kinds", "missing"): gettext_lazy("Отметьте хотя бы один вид сообщений."),
    ("signed_on", "ahead"): gettext_lazy("Этот день ещё не наступил."),
    ("valid_until", "before_first_day"): gettext_lazy("Последний день раньше первого. Поменяйте дни местами."),
    ("last_day", "before_first_day"): gettext_lazy(
        "Слишком рано: договор начинает действовать позже. Самое раннее здесь — канун его первого дня."
    ),
}
"""Field and problem of `ContractRefused` -> sentence."""


class ContractForm(forms.Form):
    """A contract with the platform, or an addendum."""

    number = forms.CharField(
        label=gettext_lazy("Номер"),
        max_length=200,
        help_text=gettext_lazy("Например: № 17 или № 17, дополнительное соглашение № 2."),
    )
    signed_on = DayField(label=gettext_lazy("Подписан"))
    valid_from = DayField(label=gettext_lazy("Действует с"))
    valid_until = DayField(
        label=gettext_lazy("Действует по"),
        required=False,
        help_text=gettext_lazy("Последний день. Если срока нет, оставьте пустым."),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Что разрешает"),
        choices=ContractKind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Отметьте только то, что прямо названо в договоре. Кампании с другими сообщениями не уйдут."
        ),
    )


class LastDayForm(forms.Form):
    """The last day of a contract."""

    last_day = DayField(
        label=gettext_lazy("Последний день действия"),
        help_text=gettext_lazy("Чтобы договор перестал действовать сразу, укажите вчерашний день."),
    )


@right_required(Right.MANAGE_CHANNELS, "GET", "POST")
def contract_new(request: HttpRequest, name: str) -> HttpResponse:
    """Write a contract down."""
    shown = _with_contracts(name)
    form = ContractForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            add_contract(actor=actor_of(request), channel=name, fields=form.cleaned_data)
        except ContractRefused as error:
            _say(form, error)
        else:
            messages.success(request, _("Договор записан. Отправка уже учитывает его."))
            return redirect("staff:channel", name)
    return render(request, "staff/channels/contract.html", {"form": form} | _context(shown))


@right_required(Right.MANAGE_CHANNELS, "GET", "POST")
def contract_end(request: HttpRequest, name: str, contract_id: int) -> HttpResponse:
    """Set the last day of a contract."""
    shown = _with_contracts(name)
    contract = next((one for one in shown.contracts if one.id == contract_id), None)
    if contract is None:
        raise Http404
    first = contract.valid_until or max(contract.today, contract.valid_from - timedelta(days=1))
    form = LastDayForm(request.POST or None, initial={"last_day": first})
    facts = [contract.number, contract.valid_from, contract.valid_until]
    is_changed = request.method == "POST" and not is_as_shown(request, facts)
    if form.is_bound and form.is_valid() and not is_changed:
        try:
            end_contract(actor=actor_of(request), channel=name, contract=contract, **form.cleaned_data)
        except ContractRefused as error:
            _say(form, error)
        else:
            messages.success(request, _("Последний день договора сохранён."))
            return redirect("staff:channel", name)
    context = {"form": form, "contract": contract} | _context(shown)
    return question(request, "staff/channels/contract_end.html", context, facts=facts, is_changed=is_changed)


def _with_contracts(name: str) -> ChannelView:
    shown = channel_or_404(name)
    if not shown.channel.spec.needs_contract:
        raise Http404
    return shown


def _say(form: forms.Form, error: ContractRefused) -> None:
    field, problem = str(error.facts["field"]), str(error.facts["problem"])
    form.add_error(field, str(PROBLEMS[field, problem]))


def _context(shown: ChannelView) -> dict[str, Any]:
    return {
        "channel": shown,
        "crumbs": [
            crumb(_("Каналы"), "staff:channels"),
            crumb(str(shown.channel.label), "staff:channel", shown.channel.value),
        ],
    }
