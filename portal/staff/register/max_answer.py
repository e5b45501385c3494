"""An answer to MAX about one user of the bot: whose account it is, and a package that proves the basis."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.database.clock import database_now
from consents.enums import ContactKind
from consents.register.accounts import AccountOwner, account_owners
from notify.dialogues.account_facts import max_dialogue_of
from portal.audit.acts import AuditedAction
from portal.audit.permissions import Right, right_required
from portal.audit.record import recorded
from portal.audit.request_actor import actor_of
from portal.exports.max_letter import answer_by
from portal.flows.register import request_max_answer
from portal.staff.navigation import crumb
from portal.staff.widgets import DayField, ReasonField
from portal.ui.words import initials

ACCOUNT = RegexValidator(r"^[0-9]{1,18}$", gettext_lazy("Здесь нужен служебный номер профиля: только цифры."))


class AccountForm(forms.Form):
    """The account that MAX asks about. It is personal, so it is posted and never part of an address."""

    account = forms.CharField(
        label=gettext_lazy("Служебный номер пользователя MAX"),
        max_length=18,
        validators=[ACCOUNT],
        help_text=gettext_lazy("Цифры из запроса MAX (user_id)."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class AnswerForm(AccountForm):
    """The request that is answered."""

    account = forms.CharField(max_length=18, validators=[ACCOUNT], widget=forms.HiddenInput)
    asked_on = DayField(label=gettext_lazy("Когда MAX прислал запрос"))
    reason = ReasonField(
        label=gettext_lazy("Запрос"),
        help_text=gettext_lazy("Например: запрос MAX № 12 от 01.11.2026. Попадёт в журнал действий."),
    )

    def clean_asked_on(self) -> Any:
        """Refuse a day that is still to come."""
        asked_on = self.cleaned_data["asked_on"]
        if asked_on > timezone.localdate(database_now()):
            raise forms.ValidationError(_("Этот день ещё не наступил."))
        return asked_on


@right_required(Right.EXPORT_CONSENTS, "GET", "POST")
def max_answer(request: HttpRequest) -> HttpResponse:
    """Find an account, show whose it is, and have the package made: the button of the second form says ``make``."""
    if request.method == "POST" and "make" in request.POST:
        return _make(request)
    form = AccountForm(request.POST or None)
    if not (form.is_bound and form.is_valid()):
        return _page(request, {"form": form})
    account = form.cleaned_data["account"]
    with recorded(actor_of(request), AuditedAction.REGISTER_SEARCHED, "register") as note:
        owners = account_owners(kind=ContactKind.MAX, value=account)
        note.details |= {"found": len(owners), "customers": [owner.customer_id for owner in owners]}
    first = {"account": account, "asked_on": timezone.localdate(database_now())}
    return _page(request, {"form": form, "answer": AnswerForm(initial=first)} | _found(account, owners))


def _make(request: HttpRequest) -> HttpResponse:
    form = AnswerForm(request.POST)
    if form.is_valid():
        account, asked_on = form.cleaned_data["account"], form.cleaned_data["asked_on"]
        owners = account_owners(kind=ContactKind.MAX, value=account)
        request_max_answer(
            actor=actor_of(request),
            account=account,
            asked_on=asked_on,
            customer_ids=[owner.customer_id for owner in owners],
            reason=form.cleaned_data["reason"],
        )
        said = _("Пакет готовится. Скачать его сможете только вы, в течение суток. Ответить MAX нужно до %(day)s.")
        messages.success(request, said % {"day": f"{answer_by(asked_on):%d.%m.%Y}"})
        return redirect("staff:exports")
    account = form.data.get("account", "")
    if "account" in form.errors:
        return _page(request, {"form": AccountForm({"account": account})})
    owners = account_owners(kind=ContactKind.MAX, value=account)
    return _page(request, {"form": AccountForm({"account": account}), "answer": form} | _found(account, owners))


def _found(account: str, owners: tuple[AccountOwner, ...]) -> dict[str, Any]:
    return {
        "owners": [(initials(owner.name), owner) for owner in owners],
        "dialogue": max_dialogue_of(account=account),
    }


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    context |= {"crumbs": [crumb(_("Реестр согласий"), "staff:register")]}
    return render(request, "staff/register/max_answer.html", context)
