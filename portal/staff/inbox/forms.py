"""Forms of the inbox. What is searched for is personal, so it is posted and never part of an address."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify.dialogues.answering import NOTE_LIMIT
from portal.audit.permissions import Right, holders
from portal.models import User
from portal.staff.widgets import LongTextField, WholeField

READY_LIMIT = 4000


class SearchForm(forms.Form):
    """Who wrote, or what about."""

    text = forms.CharField(label=gettext_lazy("Кого или что найти"), max_length=400)


class AnswerForm(forms.Form):
    """An answer, and what the page showed when it was written."""

    text = LongTextField(label=gettext_lazy("Ответ"), rows=5)
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    holder = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, limit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limit = limit

    def clean_text(self) -> str:
        """Return the text with bare line ends, as browsers count them. Refuse one that is too long for the channel."""
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        if len(text) > self._limit:
            words = _("Не больше %(limit)s знаков, сейчас %(count)s.")
            raise ValidationError(words % {"limit": self._limit, "count": len(text)})
        return text


class NoteForm(forms.Form):
    """A note for colleagues."""

    note = LongTextField(
        label=gettext_lazy("Заметка"),
        max_length=NOTE_LIMIT,
        rows=2,
        help_text=gettext_lazy("Видят только сотрудники."),
    )


class HandOverForm(forms.Form):
    """Whom to give the dialogue to."""

    to = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Кому передать"), empty_label=gettext_lazy("выберите сотрудника")
    )
    holder = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, holder_id: int | None = None) -> None:
        super().__init__(data, initial={"holder": holder_id})
        people = User.objects.filter(pk__in=holders(Right.ANSWER_CUSTOMERS)).exclude(pk=holder_id or 0)
        self.fields["to"].queryset = people.order_by("name", "pk")  # type: ignore[attr-defined]  # a choice of rows has one


class CloseForm(forms.Form):
    """What the page showed when «Закрыть» was pressed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ReadyAnswerForm(forms.Form):
    """One ready answer."""

    title = forms.CharField(
        label=gettext_lazy("Название"), max_length=80, help_text=gettext_lazy("По нему ответ находят в списке.")
    )
    text = LongTextField(label=gettext_lazy("Текст"), max_length=READY_LIMIT, rows=6)
    place = WholeField(
        label=gettext_lazy("Место в списке"), min_value=1, max_value=999, initial=1,
        help_text=gettext_lazy("Ответы с одинаковым местом стоят по алфавиту."),
    )  # fmt: skip

    def clean_text(self) -> str:
        """Return the text with bare line ends."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")
