"""Accounts of staff: the list, a new one, roles, links for passwords."""

import logging
from collections.abc import Callable
from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.accounts import password_link
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import acting_user, actor_of
from portal.errors import EmailTaken
from portal.flows.users import (
    activate_user,
    change_role,
    create_user,
    deactivate_user,
    issue_password,
    reset_factors,
)
from portal.models import User
from portal.models.user import Role
from portal.staff.decorators import login_confirmed
from portal.staff.navigation import crumb

logger = logging.getLogger(__name__)


class UserForm(forms.Form):
    """A new account."""

    name = forms.CharField(label=gettext_lazy("Имя и фамилия"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("Электронная почта"), help_text=gettext_lazy("По ней сотрудник входит."), max_length=254
    )
    role = forms.ChoiceField(label=gettext_lazy("Роль"), choices=Role.choices, widget=forms.RadioSelect)


class RoleForm(forms.Form):
    """A new role for an account."""

    role = forms.ChoiceField(label=gettext_lazy("Роль"), choices=Role.choices)


@right_required(Right.READ_SETTINGS, "GET")
def users(request: HttpRequest) -> HttpResponse:
    """List everybody, active ones first."""
    return render(request, "staff/users/list.html", {"people": _people().order_by("-is_active", "role", "name")})


@right_required(Right.MANAGE_USERS, "GET", "POST")
@login_confirmed(reading_is_free=True)
def user_new(request: HttpRequest) -> HttpResponse:
    """Make an account and show its link for a password, once."""
    form = UserForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            user_id = create_user(actor=actor_of(request), **form.cleaned_data)
        except EmailTaken:
            form.add_error("email", _("Учётная запись с этой почтой уже есть. Найдите её в списке."))
        else:
            person = User.objects.get(pk=user_id)
            return render(request, "staff/users/link.html", {"person": person, "link": password_link(user_id=user_id)})
    return render(request, "staff/users/new.html", {"form": form, "crumbs": [_way_back()]})


@right_required(Right.READ_SETTINGS, "GET")
def user(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show one account."""
    person = get_object_or_404(_people(), pk=user_id)
    return render(
        request,
        "staff/users/user.html",
        {
            "person": person,
            "form": RoleForm(initial={"role": person.role}),
            "is_self": person.pk == acting_user(request).pk,
            "crumbs": [_way_back()],
        },
    )


@right_required(Right.MANAGE_USERS, "POST")
@login_confirmed()
def user_role(request: HttpRequest, user_id: int) -> HttpResponse:
    """Change the role of an account."""
    get_object_or_404(User, pk=user_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        change_role(actor=actor_of(request), user_id=user_id, role=form.cleaned_data["role"])
        messages.success(request, _("Роль сохранена и уже действует."))
    return redirect("staff:user", user_id)


@right_required(Right.MANAGE_USERS, "POST")
@login_confirmed()
def user_password(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show a new link for a password, once, and tell the person whose password it is."""
    person = get_object_or_404(User, pk=user_id)
    link = issue_password(actor=actor_of(request), user_id=user_id)
    _tell(request, person, "link_issued")
    return render(request, "staff/users/link.html", {"person": person, "link": link})


def _act(flow: Callable[..., None], done: Promise, *, notice: str = "") -> Callable[..., HttpResponseBase]:
    """Return the view of one act on an account; ``notice`` is the letter that tells the person of it."""

    @right_required(Right.MANAGE_USERS, "POST")
    @login_confirmed()
    def view(request: HttpRequest, user_id: int) -> HttpResponse:
        person = get_object_or_404(User, pk=user_id)
        flow(actor=actor_of(request), user_id=user_id)
        if notice:
            _tell(request, person, notice)
        messages.success(request, str(done))
        return redirect("staff:user", user_id)

    return view


user_deactivate: Final = _act(deactivate_user, gettext_lazy("Учётная запись отключена, открытые сеансы завершены."))
user_activate: Final = _act(activate_user, gettext_lazy("Учётная запись снова действует."))
user_factors: Final = _act(
    reset_factors,
    gettext_lazy("Второй фактор сброшен. При входе сотрудник настроит новый."),
    notice="factors_reset",
)


def _tell(request: HttpRequest, person: User, notice: str) -> None:
    """Write to the person whose way in has been touched: an administrator who takes over an account is noticed."""
    try:
        get_adapter().send_notification_mail(
            f"account/email/{notice}", person, {"changed_by": acting_user(request).name}
        )
    except OSError as error:
        logger.warning("notice %s to user %d not sent: %s", notice, person.pk, type(error).__name__)
        messages.warning(request, _("Письмо сотруднику не ушло: почтовый сервер недоступен. Сообщите ему сами."))


def _way_back() -> Any:
    return crumb(_("Пользователи и роли"), "staff:users")


def _people() -> QuerySet[User]:
    factors = Authenticator.objects.filter(user_id=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return User.objects.annotate(has_factor=Exists(factors))
