"""Forms of set-ups, made of the fields that a kind of provider declares. No provider is known here by its name."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify.channels.setup import ConfigField, ProviderKind
from notify.errors import SetupRefused
from notify.provider_setups import SetupView
from portal.staff.widgets import WholeField
from portal.ui.provider_words import reason_words

PREFIX: Final = "field_"
"""Of the names of declared fields: one may be called like a field of ours."""
ON: Final = "on"
"""What a switch that is on is kept as."""
MOST_SIGNS: Final = 2000
MISFIT: Final = gettext_lazy("Такое значение не подходит. Сверьтесь с подсказкой и кабинетом провайдера.")
CYRILLIC: Final = gettext_lazy("Здесь есть русские буквы. Переключите раскладку и наберите заново.")
_RUSSIAN: Final = re.compile("[а-яё]", re.IGNORECASE)


class SetupForm(forms.Form):
    """The title of a set-up, and every field of its kind. A secret that is kept is never filled in again."""

    title = forms.CharField(
        label=gettext_lazy("Название"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Под ним подключение стоит в списках. Если оставить пустым, возьмём имя провайдера."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        kind: ProviderKind,
        values: Mapping[str, str] | None = None,
        kept: frozenset[str] = frozenset(),
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        self._kind, self._kept = kind, kept
        for declared in kind.fields:
            field = _MAKERS[declared.kind](declared, declared.name in kept)
            field.initial = (values or {}).get(declared.name, declared.default)
            if declared.kind == "switch":
                field.initial = bool(field.initial)
            self.fields[PREFIX + declared.name] = field

    @property
    def values(self) -> dict[str, str]:
        """Return the declared fields as they are kept, by their own names."""
        return {declared.name: self._value(declared) for declared in self._kind.fields}

    def clean(self) -> dict[str, Any]:
        """Check each declared field by its own rule."""
        cleaned = super().clean() or self.cleaned_data
        for declared in self._kind.fields:
            if PREFIX + declared.name in cleaned and not self._fits(declared):
                self.add_error(PREFIX + declared.name, misfit_words(self._value(declared)))
        return cleaned

    @property
    def has_secrets(self) -> bool:
        """Return whether there are fields that a refused form comes back without."""
        return any(declared.kind == "secret" for declared in self._kind.fields)

    def refuse(self, error: SetupRefused) -> None:
        """Add what the set-up itself found wrong, beside the fields or above the form."""
        fields, reason = error.facts["fields"], str(error.facts["reason"])
        words = _("Не сохранено: %(reason)s.") % {"reason": reason_words(reason)} if reason else str(MISFIT)
        names = [name for name in fields if PREFIX + name in self.fields] if isinstance(fields, tuple) else []
        for name in names:
            self.add_error(PREFIX + name, words)
        if not names:
            self.add_error(None, words)

    def _value(self, declared: ConfigField) -> str:
        value = self.cleaned_data.get(PREFIX + declared.name)
        if declared.kind == "switch":
            return ON if value else ""
        return "" if value is None else str(value).strip()

    def _fits(self, declared: ConfigField) -> bool:
        value = self._value(declared)
        return (not value and declared.name in self._kept) or declared.fits(value)


class ChangeForm(SetupForm):
    """The same for a set-up that there is, with its pace and its limit of money."""

    per_second = WholeField(
        label=gettext_lazy("Не больше сообщений в секунду"),
        min_value=0,
        max_value=10_000,
        help_text=gettext_lazy("0: сколько позволяет провайдер. Пределы канала действуют тоже."),
    )
    balance_warn = forms.DecimalField(
        label=gettext_lazy("Предупредить, когда на счёте меньше"),
        required=False,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy(
            "В валюте счёта. Предупреждение появится в «Подключениях», в журнале служб и в ответе doctor. "
            "Если предупреждать не нужно, оставьте пустым. Остаток сообщает не каждый провайдер."
        ),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, setup: SetupView, kept: frozenset[str]) -> None:
        own = {"per_second": setup.per_second, "balance_warn": setup.balance_warn}
        title = "" if setup.title == setup.kind.label else setup.title
        super().__init__(data, kind=setup.kind, values=setup.values, kept=kept, initial=own | {"title": title})
        self.order_fields([*(name for name in self.fields if name not in own), *own])
        if not setup.kind.channels:
            del self.fields["per_second"]


def misfit_words(value: str) -> str:
    """Return why a value does not fit: letters of the other keyboard look like those that are asked for."""
    return str(CYRILLIC if _RUSSIAN.search(value) else MISFIT)


def _said(declared: ConfigField, *more: str) -> dict[str, Any]:
    """Return label and help of a field, in the language of the page."""
    helps = [_(declared.help) if declared.help else "", *more]
    return {"label": _(declared.label), "help_text": " ".join(text for text in helps if text)}


def _text(declared: ConfigField, _is_kept: bool) -> forms.Field:
    return forms.CharField(required=declared.is_required, max_length=MOST_SIGNS, **_said(declared))


def _secret(declared: ConfigField, is_kept: bool) -> forms.Field:
    more = _("Сохранён. Чтобы заменить, введите новый; пустое поле оставит прежний.") if is_kept else ""
    return forms.CharField(
        required=declared.is_required and not is_kept,
        max_length=MOST_SIGNS,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password", "spellcheck": "false"}),
        **_said(declared, more),
    )


def _choice(declared: ConfigField, _is_kept: bool) -> forms.Field:
    nothing = [] if declared.is_required else [("", "—")]
    choices = [*nothing, *((code, _(words)) for code, words in declared.choices)]
    return forms.ChoiceField(required=declared.is_required, choices=choices, **_said(declared))


def _switch(declared: ConfigField, _is_kept: bool) -> forms.Field:
    return forms.BooleanField(required=False, **_said(declared))


def _number(declared: ConfigField, _is_kept: bool) -> forms.Field:
    return WholeField(required=declared.is_required, min_value=0, max_value=10**15, **_said(declared))


class _AddressField(forms.CharField):
    """An address of a server: also one of the company's own network, without a domain."""

    def clean(self, value: Any) -> str:
        address: str = super().clean(value)
        if address and not _is_address(address):
            raise forms.ValidationError(_("Впишите адрес целиком, например https://api.example.ru."))
        return address


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _url(declared: ConfigField, _is_kept: bool) -> forms.Field:
    widget = forms.URLInput(attrs={"inputmode": "url", "spellcheck": "false"})
    return _AddressField(required=declared.is_required, max_length=MOST_SIGNS, widget=widget, **_said(declared))


_MAKERS: Final[Mapping[str, Callable[[ConfigField, bool], forms.Field]]] = {
    "text": _text,
    "secret": _secret,
    "choice": _choice,
    "switch": _switch,
    "number": _number,
    "url": _url,
}
