"""The form of one edition."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consents.documents.editions import EditionView
from portal.staff.widgets import LongTextField, WholeField


class DocumentForm(forms.Form):
    """The source of one edition: a policy has no box, and only what is answered has a term."""

    title = forms.CharField(label=_("Название"), max_length=200)
    body = LongTextField(
        label=_("Текст"),
        rows=28,
        max_length=60_000,
        help_text=_("Раздел начинается строкой «# Название раздела». Пустая строка отделяет абзацы."),
    )
    checkbox = forms.CharField(
        label=_("Подпись у отметки"),
        required=False,
        max_length=300,
        help_text=_("Отметка всегда пустая, пока клиент не поставит её сам."),
    )
    valid_days = WholeField(
        label=_("Действует, дней"),
        required=False,
        min_value=1,
        max_value=3650,
        help_text=_("Если согласие действует до отзыва, оставьте пустым."),
    )

    begun_with = forms.CharField(max_length=90, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, source: EditionView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not source.has_box:
            del self.fields["checkbox"]
        if not source.is_answered:
            del self.fields["valid_days"]
