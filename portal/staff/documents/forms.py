"""Forms about texts and the company's senders."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.staff.company.forms import INN


class DocumentForm(forms.Form):
    """The source of one edition."""

    title = forms.CharField(label=_("Название"), max_length=200)
    body = forms.CharField(
        label=_("Текст"),
        widget=forms.Textarea(attrs={"rows": 28}),
        max_length=60_000,
        help_text=_("Раздел начинается строкой «# Название раздела». Пустая строка отделяет абзацы."),
    )
    checkbox = forms.CharField(
        label=_("Подпись у отметки"),
        required=False,
        max_length=300,
        help_text=_("Отметка всегда пустая, пока человек не поставит её сам."),
    )
    valid_days = forms.IntegerField(
        label=_("Действует, дней"),
        required=False,
        min_value=1,
        max_value=3650,
        help_text=_("Пусто: до отзыва или до конца отношений с компанией."),
    )


class SenderForm(forms.Form):
    """Who sends over one channel on the company's behalf."""

    name = forms.CharField(label=_("Наименование"), max_length=200)
    inn = forms.CharField(label=_("ИНН"), max_length=12, required=False, validators=[INN])
    address = forms.CharField(label=_("Адрес"), max_length=300)
    contract = forms.CharField(label=_("Договор: номер и дата"), max_length=120)
