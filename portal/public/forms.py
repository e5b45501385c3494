"""What customers type. Forms check the shape; every rule is a service's."""

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from consents.enums import Channel, ContactKind
from consents.errors import BadValue
from consents.normalise import email_normalise, phone_normalise
from portal.ui.bad_values import bad_value_text

_DIGITS: Final = re.compile(r"[^0-9]")


class CodeForm(forms.Form):
    """Six digits, with or without blanks."""

    code = forms.CharField(
        label=_("Код из шести цифр"),
        max_length=16,
        error_messages={"required": _("Введите код: шесть цифр из сообщения.")},
    )

    def clean_code(self) -> str:
        """Keep the digits; anything but six of them cannot be a code."""
        code = _DIGITS.sub("", self.cleaned_data["code"])
        if len(code) != 6:
            raise forms.ValidationError(_("В коде шесть цифр. Проверьте сообщение и введите код ещё раз."))
        return code


class PhoneForm(forms.Form):
    """A phone number as people write it."""

    value = forms.CharField(
        label=_("Номер телефона"),
        help_text=_("Мобильный, например: 8 916 123‑45‑12"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": _("Введите номер телефона.")},
    )
    kind = ContactKind.PHONE

    def clean_value(self) -> str:
        """Bring the number to E.164."""
        try:
            return phone_normalise(self.cleaned_data["value"]).e164
        except BadValue as error:
            raise forms.ValidationError(bad_value_text(error)) from error


class EmailForm(forms.Form):
    """An e-mail address as people write it."""

    value = forms.CharField(
        label=_("Адрес электронной почты"),
        help_text=_("Например: anna@pochta.ru"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"inputmode": "email", "autocomplete": "email", "autocapitalize": "off", "spellcheck": "false"}
        ),
        error_messages={"required": _("Введите адрес электронной почты.")},
    )
    kind = ContactKind.EMAIL

    def clean_value(self) -> str:
        """Bring the address to its stored spelling."""
        try:
            return email_normalise(self.cleaned_data["value"])
        except BadValue as error:
            raise forms.ValidationError(bad_value_text(error)) from error


class EntranceForm(forms.Form):
    """A phone or an address in one field: an `@` tells them apart."""

    value = forms.CharField(
        label=_("Телефон или адрес электронной почты"),
        help_text=_("Тот, который записан у нас. Например: 8 916 123‑45‑12"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"required": _("Введите номер телефона или адрес электронной почты.")},
    )

    def clean(self) -> dict[str, Any]:
        """Return the kind of the contact and its stored spelling."""
        raw = self.cleaned_data.get("value", "")
        if not raw:
            return self.cleaned_data
        try:
            if "@" in raw:
                self.cleaned_data |= {"kind": ContactKind.EMAIL, "value": email_normalise(raw)}
            else:
                self.cleaned_data |= {"kind": ContactKind.PHONE, "value": phone_normalise(raw).e164}
        except BadValue as error:
            self.add_error("value", forms.ValidationError(bad_value_text(error)))
        return self.cleaned_data


class NumberForm(forms.Form):
    """The customer's number with the company."""

    number = forms.CharField(
        label=_("Номер клиента"),
        help_text=_("Номер, под которым вы записаны у нас. Обычно он есть в договоре."),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"required": _("Введите номер клиента.")},
    )


class ContactChoiceForm(forms.Form):
    """Which contact the code goes to. Choices are given by the view: only those of this visit."""

    contact = forms.UUIDField(error_messages={"required": _("Выберите, куда прислать код.")})


class ChannelsForm(forms.Form):
    """Where the person wants to be written to."""

    channels = forms.MultipleChoiceField(
        label=_("Каналы"),
        choices=lambda: Channel.choices,
        error_messages={"required": _("Выберите хотя бы один канал.")},
    )


class AnswerForm(forms.Form):
    """The answer to one document. The box matters only with «Разрешаю»; what was shown is a signed text."""

    decision = forms.ChoiceField(choices=[("grant", ""), ("refuse", ""), ("later", "")])
    read = forms.BooleanField(required=False)
    shown = forms.CharField(max_length=2000)

    def clean(self) -> dict[str, Any]:
        """Refuse a yes without the tick, which is the person's own act."""
        if self.cleaned_data.get("decision") == "grant" and not self.cleaned_data.get("read"):
            self.add_error(
                "read", forms.ValidationError(_("Чтобы разрешить, поставьте отметку. Или нажмите «Не разрешаю»."))
            )
        return self.cleaned_data
