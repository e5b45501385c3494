"""Forms of senders' names and of contacts for tests."""

from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.normalise import PASTED_LIMIT, code_read
from notify.enums import Operator, SenderNameState, Traffic
from notify.sender_names.coverage import setup_senders
from notify.sender_names.wildcards import LONGEST
from portal.staff.widgets import DayField, LongTextField

PROBLEMS: Final[dict[str, tuple[str | None, str | Promise]]] = {
    "name_shape": (
        "name",
        _("От 3 до 11 латинских букв, цифр, точек, дефисов или подчёркиваний. Нужна хотя бы одна буква."),
    ),
    "name_twice": (None, _("Такое имя у этого оператора для этого трафика уже внесено. Найдите его в списке.")),
    "provider_unknown": ("provider", _("Такого подключения нет. Выберите другое.")),
    "template_empty": ("text", _("Напишите текст шаблона.")),
    "template_long": ("text", _("Слишком длинно: не больше 1000 знаков.")),
    "template_places": ("text", _("Операторы принимают не больше 20 переменных в шаблоне.")),
    "template_unknown": (
        "text",
        _("Переменные бывают только %w и %d. Если это процент, поставьте после него пробел."),
    ),
    "template_range": ("text", _("В скобках укажите сначала меньшее число, потом большее, не больше 50: %w{1,5}.")),
}
"""Problem of the registry -> the field it is about, and what to do."""


class SenderNameForm(forms.Form):
    """One name at one operator."""

    provider = forms.ChoiceField(label=_("Подключение"))
    name = forms.CharField(
        label=_("Имя отправителя"),
        min_length=3,
        max_length=11,
        help_text=_("От 3 до 11 латинских букв, цифр, точек, дефисов и подчёркиваний. Регистр важен."),
    )
    operator = forms.ChoiceField(
        label=_("Оператор"), choices=Operator.choices, help_text=_("Согласие МегаФона действует и в Yota.")
    )
    traffic = forms.ChoiceField(label=_("Трафик"), choices=Traffic.choices)
    state = forms.ChoiceField(label=_("Состояние"), choices=SenderNameState.choices)
    valid_until = DayField(
        label=_("Действует до"),
        required=False,
        help_text=_("Последний день, включительно. Если срока нет, оставьте пустым."),
    )
    note = forms.CharField(
        label=_("Заметка"),
        required=False,
        max_length=300,
        help_text=_("Например, номер заявки у провайдера. Без личных данных."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the set-ups that carry SMS, and the one that the name has now."""
        super().__init__(*args, **kwargs)
        choices = {one.provider: one.title for one in setup_senders()}
        kept = str(self.initial.get("provider", ""))
        if kept:
            choices.setdefault(kept, kept)
        self.fields["provider"].choices = list(choices.items())  # type: ignore[attr-defined]  # a choice field


class TemplateForm(forms.Form):
    """One template of a name."""

    text = LongTextField(
        label=_("Текст шаблона"),
        rows=3,
        max_length=LONGEST,
        help_text=_(
            "%w — одно слово (ссылка тоже слово), %d — одно число, %w{1,5} — от одного до пяти слов. "
            "Остальное должно совпадать с сообщением до знака."
        ),
    )
    is_approved = forms.BooleanField(label=_("Оператор согласовал"), required=False)


class PhoneForm(forms.Form):
    """A phone for tests."""

    phone = forms.CharField(
        label=_("Номер телефона"),
        max_length=PASTED_LIMIT,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("Российский мобильный, например +7 916 000-00-00. На него придёт СМС с кодом."),
    )


class CodeForm(forms.Form):
    """The code that came to the phone."""

    code = forms.CharField(label=_("Код из СМС"), max_length=PASTED_LIMIT)

    def clean_code(self) -> str:
        """Return the digits, as they stand in the message or in what was pasted."""
        return code_read(self.cleaned_data["code"]) or str(self.cleaned_data["code"])
