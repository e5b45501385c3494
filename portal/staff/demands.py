"""Forms of the desk: what a person demanded outside our pages, and what is refused by it."""

from typing import Final
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from consents.answers.withdrawing import RefusedScope
from consents.database.clock import database_now
from consents.enums import Channel, DemandKind, DocumentKind, Purpose, StopScope
from consents.types import Demand
from notify.channel_settings import channels_in_use
from portal.staff.widgets import DayField, LongTextField

SCOPES: Final[dict[str, RefusedScope]] = {
    **{f"all:{scope.value}": scope for scope in StopScope},
    **{f"channel:{channel}": Channel(channel) for channel in Channel.values},
    **{f"purpose:{purpose.value}": purpose for purpose in Purpose},
    "rules": DocumentKind.PEP_RULES,
}
"""Values of the field -> what is refused. The word before the colon keeps advertising as a purpose apart."""


def _scope_words() -> list[tuple[str, object]]:
    return [
        (f"all:{StopScope.ALL.value}", _("Все сообщения")),
        (f"all:{StopScope.ADVERTISING.value}", _("Вся реклама и подбор предложений")),
        *(
            (f"channel:{channel}", _("Канал: %(channel)s") % {"channel": channel.label})
            for channel in channels_in_use()
        ),
        *((f"purpose:{value}", _("Цель: %(purpose)s") % {"purpose": label}) for value, label in Purpose.choices),
        ("rules", _("Правила электронной подписи")),
    ]


class DemandForm(forms.Form):
    """How a demand came, when, from whom, and what it says."""

    kind = forms.ChoiceField(label=_("Как пришло требование"), choices=DemandKind.choices, widget=forms.RadioSelect)
    received_on = DayField(label=_("Какого числа пришло"))
    sender = forms.CharField(
        label=_("От кого"), max_length=200, help_text=_("Например: сам клиент, представитель по доверенности.")
    )
    details = LongTextField(
        label=_("Что сказано в требовании"),
        min_length=5,
        max_length=1000,
        rows=3,
        help_text=_("Номер письма или обращения, слова клиента. Они сохранятся вместе с записью."),
    )

    def clean_received_on(self) -> object:
        """Refuse a day that has not come yet."""
        received = self.cleaned_data["received_on"]
        if received > localdate(database_now()):
            raise ValidationError(_("Этот день ещё не наступил."))
        return received

    @property
    def demand(self) -> Demand:
        """Return what was typed, once it is valid."""
        data = self.cleaned_data
        return Demand(
            kind=DemandKind(data["kind"]),
            received_on=data["received_on"],
            sender=data["sender"],
            details=data["details"],
        )


class RefusalForm(DemandForm):
    """A demand not to write, and what it is about."""

    scope = forms.ChoiceField(label=_("От чего отказ"), choices=_scope_words, widget=forms.RadioSelect)
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    field_order = ("scope", "kind", "received_on", "sender", "details")

    @property
    def refused(self) -> RefusedScope:
        """Return what is refused, once the form is valid."""
        return SCOPES[self.cleaned_data["scope"]]
