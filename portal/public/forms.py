"""What customers type. Forms check the shape; every rule is a service's."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consents.enums import Channel, ContactKind
from consents.errors import BadValue
from consents.normalise import PASTED_LIMIT, code_read, email_normalise, phone_normalise, text_folded
from portal.ui.bad_values import bad_value_text


class CodeForm(forms.Form):
    """Six digits, with or without blanks, or the message that they came in."""

    code = forms.CharField(
        label=_("Код из шести цифр"),
        max_length=PASTED_LIMIT,
        error_messages={"required": _("Введите код: шесть цифр из сообщения.")},
    )

    def clean_code(self) -> str:
        """Return the digits; anything but six of them cannot be a code."""
        code = code_read(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("В коде шесть цифр. Проверьте сообщение и введите код ещё раз."))
        return code


class PhoneForm(forms.Form):
    """A phone number as people write it."""

    value = forms.CharField(
        label=_("Номер телефона"),
        help_text=_("Мобильный, например: 8 916 123‑45‑12"),
        max_length=PASTED_LIMIT,
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
        max_length=PASTED_LIMIT,
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
        max_length=PASTED_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"required": _("Введите номер телефона или адрес электронной почты.")},
    )

    def clean(self) -> dict[str, Any]:
        """Return the kind of the contact and its stored spelling."""
        raw = text_folded(self.cleaned_data.get("value", ""))
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
    """Who of a family is there: a name, or the customer's number with the company."""

    number = forms.CharField(
        label=_("Имя и отчество или номер клиента"),
        help_text=_("Того, кому адресовано сообщение. Номер клиента указан в договоре."),
        max_length=PASTED_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"required": _("Введите имя и отчество или номер клиента.")},
    )

    def clean_number(self) -> str:
        """Return what was said as a person sees it."""
        return text_folded(self.cleaned_data["number"])


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
    """The answer to one document. The box matters only with a yes; what was shown is a signed text."""

    decision = forms.ChoiceField(choices=[("grant", ""), ("refuse", ""), ("later", "")])
    read = forms.BooleanField(required=False)
    shown = forms.CharField(max_length=4000)

    def __init__(self, data: Any = None, *, captions: Mapping[str, str]) -> None:
        """Take the answer and the words that the page has on its buttons."""
        super().__init__(data)
        self._captions = captions

    def clean(self) -> dict[str, Any]:
        """Refuse a yes without the tick, which is the person's own act, and ask about a no with it.

        The box is drawn empty again, so the same no pressed once more goes through.
        """
        decision, is_ticked = self.cleaned_data.get("decision"), bool(self.cleaned_data.get("read"))
        if decision == "grant" and not is_ticked:
            said = _("Чтобы согласиться, поставьте отметку. Или нажмите «%(refuse)s».")
            self.add_error("read", forms.ValidationError(said % self._captions))
        if decision == "refuse" and is_ticked:
            said = _(
                "Отметка стояла, а нажато «%(refuse)s». Если это отказ, нажмите «%(refuse)s» ещё раз. "
                "Если согласие, поставьте отметку и нажмите «%(grant)s»."
            )
            self.add_error("read", forms.ValidationError(said % self._captions))
        return self.cleaned_data
