"""Forms of a customer file: the upload, and the meaning of its columns."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consents.importing.judging.mapping import ImportField
from consents.importing.listing import source_alike


class UploadForm(forms.Form):
    """A file and the system that its customer numbers belong to."""

    file = forms.FileField(
        label=_("Файл с клиентами"),
        allow_empty_file=True,
        help_text=_("CSV, XLSX, XLS или ODS. Кодировка и разделитель определятся сами."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods"}),
    )
    source = forms.CharField(
        label=_("Источник"),
        max_length=64,
        widget=forms.TextInput(attrs={"list": "sources"}),
        help_text=_("Система, из которой файл, например: 1С или CRM. Номера клиентов сверяются внутри источника."),
    )

    def clean_source(self) -> str:
        """Refuse another spelling of a known source, which would make all its customers twice."""
        source = " ".join(str(self.cleaned_data["source"]).split())
        if alike := source_alike(source=source):
            raise forms.ValidationError(
                _("Уже есть источник «%(source)s». Выберите его: иначе все клиенты появятся второй раз."),
                params={"source": alike},
            )
        return source


class MappingForm(forms.Form):
    """One choice for each column of the file, empty for a column that is not loaded."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, columns: Sequence[str], mapping: Mapping[str, int]
    ) -> None:
        super().__init__(data)
        meanings = {column: name for name, column in mapping.items()}
        choices = [("", _("не загружать")), *ImportField.choices]
        for number, column in enumerate(columns):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=column, choices=choices, required=False, initial=meanings.get(number, "")
            )

    def clean(self) -> dict[str, Any]:
        """Refuse one field for two columns."""
        fields = super().clean() or {}
        chosen = [value for value in fields.values() if value]
        for name in [name for name, value in fields.items() if value and chosen.count(value) > 1]:
            self.add_error(name, _("Это назначение уже выбрано для другого столбца."))
        return fields

    def mapping(self) -> dict[str, int]:
        """Return the choice as the import takes it: field -> column."""
        return {value: int(name.rpartition("_")[2]) for name, value in self.cleaned_data.items() if value}
