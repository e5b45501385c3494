"""Forms of a customer file: the upload, and the meaning of its columns."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from consents.importing.columns import RefusalQuestion
from consents.importing.judging.mapping import ImportField
from consents.importing.judging.refusals import value_key
from consents.importing.listing import ImportCard, delimiter_name, source_alike, sources_known
from consents.importing.shape import DELIMITERS
from consents.importing.words import OptOut

MEANING_CHOICES: Final = (
    (OptOut.ALL.value, _("отказ от всех сообщений")),
    (OptOut.ADVERTISING.value, _("отказ от рекламы")),
    (OptOut.NO.value, _("не отказ")),
)


class UploadForm(forms.Form):
    """A file and the system that its customer numbers belong to."""

    file = forms.FileField(
        label=_("Файл с клиентами"),
        allow_empty_file=True,
        help_text=_("CSV, XLSX, XLSB, XLS или ODS. Кодировка и разделитель определятся сами."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xlsb,.xls,.ods"}),
    )
    source = forms.CharField(
        label=_("Источник"),
        max_length=64,
        widget=forms.TextInput(attrs={"list": "sources"}),
        help_text=_("Система, из которой файл, например: 1С или CRM. Номера клиентов сверяются внутри источника."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the sources that are known: another spelling of one would make all its customers twice."""
        super().__init__(*args, **kwargs)
        if known := sources_known():
            hint = _("%(hint)s Уже есть: %(known)s.")
            values = {"hint": self.fields["source"].help_text, "known": ", ".join(known[:10])}
            self.fields["source"].help_text = hint % values

    def clean_source(self) -> str:
        """Refuse another spelling of a known source, which would make all its customers twice."""
        source = " ".join(str(self.cleaned_data["source"]).split())
        if alike := source_alike(source=source):
            raise forms.ValidationError(
                _("Уже есть источник «%(source)s». Выберите его: иначе все клиенты появятся второй раз."),
                params={"source": alike},
            )
        return source


class ReadingForm(forms.Form):
    """How a file is to be read, where it was found out wrongly."""

    delimiter = forms.ChoiceField(label=_("Разделитель"), required=False)
    sheet = forms.ChoiceField(label=_("Лист"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, card: ImportCard) -> None:
        """Offer the delimiters for a CSV, the sheets for a workbook of several."""
        super().__init__(data, initial={"delimiter": card.job.delimiter, "sheet": card.job.sheet})
        found = ("", _("определить автоматически"))
        self.fields["delimiter"].choices = [found, *((sign, delimiter_name(sign)) for sign in DELIMITERS)]  # type: ignore[attr-defined]  # a field of choices
        self.fields["sheet"].choices = [(name, name) for name, _state in card.job.sheets]  # type: ignore[attr-defined]
        is_csv = card.job.file_kind == "csv"
        del self.fields["sheet" if is_csv else "delimiter"]
        self.is_needed = is_csv or len(card.job.sheets) > 1


class MappingForm(forms.Form):
    """A choice for each column of the file, empty for one that is not loaded, and for each value of a refusal."""

    judged = forms.BooleanField(label=_("Проверено: значения поняты верно"), required=False)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, card: ImportCard, starts: bool = False) -> None:
        """Take the columns and the values of refusals as they are now; ``starts``: the load begins with this."""
        shown = _digest(card)
        super().__init__(data, initial={"judged": not card.is_unconfirmed, "shown": shown})
        self._card, self._starts, self._shown = card, starts, shown
        meanings = {column: name for name, column in card.job.mapping.items()}
        choices = [("", _("не загружать")), *ImportField.choices]
        for number, column in enumerate(card.columns):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=column, choices=choices, required=False, initial=meanings.get(number, "")
            )
        for question in card.questions:
            for place, value in enumerate(question.values):
                self.fields[_value_field(question, place)] = forms.ChoiceField(
                    label=value.value, choices=MEANING_CHOICES, required=False, initial=value.meaning
                )

    def columns(self) -> list[forms.BoundField]:
        """Return the choices of the columns."""
        return [self[f"column_{number}"] for number in range(len(self._card.columns))]

    def questions(self) -> list[tuple[RefusalQuestion, list[tuple[forms.BoundField, int]]]]:
        """Return each column that may hold refusals with the choices of its values and their counts."""
        return [
            (
                question,
                [(self[_value_field(question, place)], value.count) for place, value in enumerate(question.values)],
            )
            for question in self._card.questions
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse one field for two columns, a start before the values were judged, and answers about other values."""
        fields = super().clean() or {}
        columns = {name: value for name, value in fields.items() if name.startswith("column_")}
        chosen = [value for value in columns.values() if value and value != ImportField.OPT_OUT]
        for name in [name for name, value in columns.items() if chosen.count(value) > 1]:
            self.add_error(name, _("Это назначение уже выбрано для другого столбца."))
        if self._card.questions and fields.get("shown") != self._shown:
            self.add_error(None, _("Файл за это время прочитан заново. Проверьте столбцы и значения ещё раз."))
        elif self._card.questions and self._starts and not fields.get("judged"):
            self.add_error("judged", _("Проверьте, что значат значения, и поставьте отметку."))
        return fields

    def mapping(self) -> dict[str, int]:
        """Return the choice as the import takes it: field -> column. Of columns of refusals it names the first."""
        chosen: dict[str, int] = {}
        for number in range(len(self._card.columns)):
            if value := self.cleaned_data[f"column_{number}"]:
                chosen.setdefault(value, number)
        return chosen

    def refusals(self) -> dict[str, dict[str, str]] | None:
        """Return what the values of columns of refusals mean, None until a person has judged them.

        A column whose values are no refusal at all is none.
        """
        if self._card.questions and not self.cleaned_data["judged"]:
            return None
        found: dict[str, dict[str, str]] = {
            str(number): {}
            for number in range(len(self._card.columns))
            if self.cleaned_data[f"column_{number}"] == ImportField.OPT_OUT
        }
        first = self._card.job.mapping.get(ImportField.OPT_OUT.value)
        for question in self._card.questions:
            said = {value_key(v.value): self._said(question, place) for place, v in enumerate(question.values)}
            was_left = question.column == first and str(question.column) not in found
            if not was_left and (not said or any(meaning != OptOut.NO for meaning in said.values())):
                found[str(question.column)] = said
        return found

    def is_as_shown(self) -> bool:
        """Return whether nothing was changed on the page, so that what was shown is what is confirmed."""
        return not [name for name in self.changed_data if name not in ("judged", "shown")]

    def _said(self, question: RefusalQuestion, place: int) -> str:
        return str(self.cleaned_data[_value_field(question, place)] or question.values[place].meaning)


def _value_field(question: RefusalQuestion, place: int) -> str:
    return f"value_{question.column}_{place}"


def _digest(card: ImportCard) -> str:
    """Return a mark of what the page shows to be judged, so that an answer is never taken for another question."""
    shown = json.dumps([card.job.headers, card.job.refusal_values, card.job.sheet, card.job.delimiter])
    return hashlib.sha256(shown.encode()).hexdigest()[:32]
