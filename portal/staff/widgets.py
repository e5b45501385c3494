"""Fields that several forms share."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from consents.normalise import email_tidy
from portal.ui.zones import day_end, day_start

FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)
_PARTING: Final = re.compile(r"[\s./,-]+")
_HALF_HOURS: Final = [f"{hour:02}:{minute}" for hour in range(24) for minute in ("00", "30")]
_BOUNDS: Final = _("Укажите день между 01.01.2000 и 31.12.2100.")


class DayField(forms.DateField):
    """A day within the time of the system, written as people write it; any other is refused with a sentence.

    The date field of a browser speaks the browser's language. Without bounds the day after 31.12.9999 would be
    computed, which is out of range.
    """

    widget = forms.DateInput(
        format="%d.%m.%Y",
        attrs={"inputmode": "numeric", "placeholder": _("дд.мм.гггг"), "autocomplete": "off", "class": "short"},
    )
    default_validators = [MinValueValidator(FIRST_DAY, _BOUNDS), MaxValueValidator(LAST_DAY, _BOUNDS)]
    default_error_messages = {"invalid": _("Такого дня нет. Напишите его так: 31.12.2026.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%d.%m.%Y", "%Y.%m.%d", "%d.%m.%y", "%d%m%Y"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        """Return the day; its parts may be parted by other signs than points."""
        return super().to_python(_PARTING.sub(".", value.strip()) if isinstance(value, str) else value)


class AddressField(forms.EmailField):
    """An e-mail address as people paste it; the browser lets through whatever the server takes."""

    widget = forms.TextInput(
        attrs={"inputmode": "email", "autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
    )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Return no limit for the browser: it would cut what is put around an address together with the address."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value: Any) -> str:
        """Return the address without what is put around it."""
        return str(super().to_python(email_tidy(value) if isinstance(value, str) else value))


class HourSelect(forms.Select):
    """Half hours of a day, and any other time that is stored."""

    def format_value(self, value: Any) -> list[str]:
        """Return the chosen time as the choices write it."""
        shown = f"{value:%H:%M}" if isinstance(value, time) else str(value or "")
        if shown not in dict(self.choices):
            self.choices = sorted([*self.choices, (shown, shown)])
        return [shown]


class HourField(forms.TimeField):
    """A time of day out of a list: the time field of a browser speaks the browser's language."""

    widget = HourSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        nothing = [] if self.required else [("", "—")]
        self.widget.choices = [*nothing, *((hour, hour) for hour in _HALF_HOURS)]


class ColourField(forms.CharField):
    """A colour in hexadecimal digits, with a square of it beside: the picker of a browser speaks its language."""

    is_colour = True


class WholeField(forms.IntegerField):
    """A whole number, typed as text: the number field of a browser swallows what it does not take."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"})
    default_error_messages = {"invalid": _("Здесь нужно целое число, например: 30.")}

    def to_python(self, value: Any) -> int | None:
        """Return the number; its thousands may be parted by spaces."""
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)


class LongTextField(forms.CharField):
    """A text of several lines. A browser that knew its limit would cut what is pasted without a word."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Return the attributes without the limit, which the field itself checks."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class ReasonField(forms.CharField):
    """The reason of an act of staff, kept in the journal."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=5, max_length=300, **kwargs)


def period_of(chosen: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Return when the first of the chosen days begins and the last one is over; None where a day is left open."""
    since, until = chosen.get("since"), chosen.get("until")
    return day_start(since) if since else None, day_end(until) if until else None
