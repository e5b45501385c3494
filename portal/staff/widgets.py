"""Fields that several forms share."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portal.ui.zones import day_end, day_start

FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)
_BOUNDS: Final = _("Укажите день между 01.01.2000 и 31.12.2100.")


class DayField(forms.DateField):
    """A day within the time of the system; any other is refused with a sentence.

    Without bounds the day after 31.12.9999 would be computed, which is out of range.
    """

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_validators = [MinValueValidator(FIRST_DAY, _BOUNDS), MaxValueValidator(LAST_DAY, _BOUNDS)]


class HourField(forms.TimeField):
    """A time of day in the time field of the browser."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


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
