"""Accounts of staff: the list, a new one, roles, links for passwords."""

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

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
from portal.staff.decorators import login_confirmed
from portal.staff.navigation import crumb
from portal.staff.users.forms import RoleForm, UserForm

logger = logging.getLogger(__name__)


@right_required(Right.READ_SETTINGS, "GET")
def users(request: HttpRequest) -> HttpResponse:
    """List everybody, active ones first."""
    return render(request, "staff/users/list.html", {"people": _people().order_by("-is_active", "role", "name")})


@right_required(Right.MANAGE_USERS, "GET", "POST")
@login_confirmed(reading_is_free=True)
@never_cache
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
def user_deactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    """Switch an account off."""
    get_object_or_404(User, pk=user_id)
    deactivate_user(actor=actor_of(request), user_id=user_id)
    messages.success(request, _("Учётная запись отключена, открытые сеансы закончены."))
    return redirect("staff:user", user_id)


@right_required(Right.MANAGE_USERS, "POST")
@login_confirmed()
def user_activate(request: HttpRequest, user_id: int) -> HttpResponse:
    """Switch an account on again."""
    get_object_or_404(User, pk=user_id)
    activate_user(actor=actor_of(request), user_id=user_id)
    messages.success(request, _("Учётная запись снова действует."))
    return redirect("staff:user", user_id)


@right_required(Right.MANAGE_USERS, "POST")
@login_confirmed()
@never_cache
def user_password(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show a new link for a password, once, and tell the person whose password it is."""
    person = get_object_or_404(User, pk=user_id)
    link = issue_password(actor=actor_of(request), user_id=user_id)
    _tell(request, person, "link_issued")
    return render(request, "staff/users/link.html", {"person": person, "link": link})


@right_required(Right.MANAGE_USERS, "POST")
@login_confirmed()
def user_factors(request: HttpRequest, user_id: int) -> HttpResponse:
    """Forget lost second factors and tell the person, who sets up a new one at the next login."""
    person = get_object_or_404(User, pk=user_id)
    reset_factors(actor=actor_of(request), user_id=user_id)
    _tell(request, person, "factors_reset")
    messages.success(request, _("Второй фактор сброшен. При входе сотрудник настроит новый."))
    return redirect("staff:user", user_id)


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
