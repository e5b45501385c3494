"""Filter of the journal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.audit.acts import AuditedAction
from portal.models import User
from portal.staff.widgets import DayField


class JournalFilter(forms.Form):
    """Filter of the journal of staff; every field may be empty."""

    person = forms.ModelChoiceField(
        User.objects.order_by("name"), label=_("Сотрудник"), required=False, empty_label=_("все")
    )
    action = forms.ChoiceField(label=_("Действие"), required=False, choices=[("", _("все")), *AuditedAction.choices])
    since = DayField(label=_("С"), required=False)
    until = DayField(label=_("По"), required=False)
    object_kind = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    object_id = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
