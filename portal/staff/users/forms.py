"""Forms about accounts of staff."""

from django import forms
from django.utils.translation import gettext_lazy

from portal.models.user import Role
from portal.staff.widgets import AddressField


class UserForm(forms.Form):
    """A new account."""

    name = forms.CharField(label=gettext_lazy("Имя и фамилия"), max_length=120)
    email = AddressField(
        label=gettext_lazy("Электронная почта"), help_text=gettext_lazy("По ней сотрудник входит."), max_length=254
    )
    role = forms.ChoiceField(label=gettext_lazy("Роль"), choices=Role.choices, widget=forms.RadioSelect)


class RoleForm(forms.Form):
    """A new role for an account."""

    role = forms.ChoiceField(label=gettext_lazy("Роль"), choices=Role.choices)
