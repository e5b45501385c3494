"""Controls and fields that several forms share."""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)
_BOUNDS: Final = _("Укажите день между 01.01.2000 и 31.12.2100.")


class DateInput(forms.DateInput):
    """A day in the date field of the browser."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """A time of day in the time field of the browser."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class DayField(forms.DateField):
    """A day within the time of the system; any other is refused with a sentence.

    Without bounds the day after 31.12.9999 would be computed, which is out of range.
    """

    widget = DateInput
    default_validators = [MinValueValidator(FIRST_DAY, _BOUNDS), MaxValueValidator(LAST_DAY, _BOUNDS)]


class ReasonField(forms.CharField):
    """The reason of an act of staff, kept in the journal."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=5, max_length=300, **kwargs)
