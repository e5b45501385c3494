"""Forms about accounts of staff."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.models.user import Role


class UserForm(forms.Form):
    """A new account."""

    name = forms.CharField(label=_("Имя и фамилия"), max_length=120)
    email = forms.EmailField(label=_("Электронная почта"), help_text=_("По ней сотрудник входит."), max_length=254)
    role = forms.ChoiceField(label=_("Роль"), choices=Role.choices, widget=forms.RadioSelect)


class RoleForm(forms.Form):
    """A new role for an account."""

    role = forms.ChoiceField(label=_("Роль"), choices=Role.choices)
