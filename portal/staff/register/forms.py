"""Forms of the register. What is typed here is personal, so they are posted and never part of an address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consents.enums import Channel, EventKind, Purpose
from consents.register.search import digits_missing
from notify.channel_settings import channels_in_use
from portal.staff.widgets import DayField, ReasonField


def _kinds() -> list[tuple[str, object]]:
    """Return the kinds of events about people, those about accounts of a channel only where such a channel is used."""
    shown = channels_in_use()
    hidden = {EventKind.ROWS_RECORDED}
    if Channel.MAX not in shown:
        hidden |= {EventKind.MAX_LINKED, EventKind.MAX_UNLINKED}
    if not any(one.kind.spec.is_account and one != Channel.MAX for one in shown):
        hidden |= {EventKind.ACCOUNT_LINKED, EventKind.ACCOUNT_UNLINKED}
    return [("", _("все")), *((kind.value, kind.label) for kind in EventKind if kind not in hidden)]


def _channels() -> list[tuple[str, object]]:
    return [("", _("все")), *((one.value, one.label) for one in channels_in_use())]


class SearchForm(forms.Form):
    """One field for a contact, a name, a customer id or a number from a paper."""

    text = forms.CharField(label=_("Кого найти"), max_length=400)


def digits_hint(text: str) -> str:
    """Return what is wrong with the length of a phone that was searched for; empty for anything else."""
    counted = digits_missing(text=text)
    if counted is None:
        return ""
    words = _("В номере %(count)d цифр, а нужно %(needed)d. Проверьте, все ли введены и нет ли лишней.")
    return str(words) % dict(zip(("count", "needed"), counted, strict=True))


class RevealForm(forms.Form):
    """The reason to open the contacts of one customer."""

    reason = ReasonField(
        label=_("Зачем открыть контакты"),
        help_text=_("Например: клиент звонит и просит проверить номер. Причина останется в журнале."),
    )


class CloseForm(forms.Form):
    """The reason to close the links of one customer."""

    reason = ReasonField(
        label=_("Почему закрываете"),
        help_text=_("Например: письмо ушло чужому человеку. Причина останется в журнале."),
    )


class EventsFilter(forms.Form):
    """Filter of the journal of events."""

    since = DayField(label=_("С"), required=False)
    until = DayField(label=_("По"), required=False)
    kind = forms.ChoiceField(label=_("Событие"), required=False, choices=_kinds)
    purpose = forms.ChoiceField(label=_("Цель"), required=False, choices=[("", _("все")), *Purpose.choices])
    channel = forms.ChoiceField(label=_("Канал"), required=False, choices=_channels)
