"""Forms of exports: the period and the reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.staff.widgets import DayField, ReasonField


class ExportForm(forms.Form):
    """The reason of an export, for the journal of staff and the list of files."""

    reason = ReasonField(
        label=_("Цель выгрузки"),
        help_text=_("Например: запрос Роскомнадзора № 12 от 01.11.2026. Попадёт в журнал действий."),
    )


class PeriodForm(ExportForm):
    """A period of whole days, both included."""

    since = DayField(label=_("С"))
    until = DayField(label=_("По"))
    field_order = ("since", "until", "reason")

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        fields = super().clean() or {}
        if fields.get("since") and fields.get("until") and fields["until"] < fields["since"]:
            self.add_error("until", _("Конец раньше начала. Поменяйте дни местами."))
        return fields
