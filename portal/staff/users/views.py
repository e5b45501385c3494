"""Accounts of staff: the list, one of them, a new one."""

from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from portal.accounts.accounts import password_link
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import acting_user, actor_of
from portal.errors import EmailTaken
from portal.flows.users import create_user
from portal.models import User
from portal.staff.decorators import login_confirmed
from portal.staff.lists.sorting import sorting_of
from portal.staff.navigation import crumb
from portal.staff.users.forms import RoleForm, UserForm
from portal.staff.users.letters import dpo_told

SORTED: Final = {"name": "name", "role": "role", "login": "-last_login", "state": "-is_active"}


@right_required(Right.READ_SETTINGS, "GET")
def users(request: HttpRequest) -> HttpResponse:
    """List everybody, active ones first."""
    sorting = sorting_of(request, SORTED, own=("-is_active", "role", "name"))
    people = _people().order_by(*sorting.order)
    return render(request, "staff/users/list.html", {"people": people, "sorting": sorting})


@right_required(Right.MANAGE_USERS, "GET", "POST")
@login_confirmed(reading_is_free=True)
def user_new(request: HttpRequest) -> HttpResponse:
    """Make an account and show its link for a password, once; the DPO is told of it."""
    form = UserForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            user_id = create_user(actor=actor_of(request), **form.cleaned_data)
        except EmailTaken:
            form.add_error("email", _("Учётная запись с этой почтой уже есть. Найдите её в списке."))
        else:
            person = User.objects.get(pk=user_id)
            dpo_told(request, person, was=None)
            return render(request, "staff/users/link.html", {"person": person, "link": password_link(user_id=user_id)})
    return render(request, "staff/users/new.html", {"form": form, "crumbs": [way_back()]})


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
            "crumbs": [way_back()],
        },
    )


def way_back() -> Any:
    """Return the breadcrumb of the list of accounts."""
    return crumb(_("Пользователи и роли"), "staff:users")


def _people() -> QuerySet[User]:
    factors = Authenticator.objects.filter(user_id=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return User.objects.annotate(has_factor=Exists(factors))
