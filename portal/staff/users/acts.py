"""Acts on one account, each after a page that says what it does: role, password, second factor, off and on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.users import activate_user, change_role, deactivate_user, issue_password, reset_factors
from portal.models import User
from portal.models.user import Role
from portal.staff.decorators import login_confirmed
from portal.staff.shown import asked
from portal.staff.users.forms import RoleForm
from portal.staff.users.letters import dpo_told, person_told

Text = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said of an act: the question with ``%(name)s``, what happens, the button; and afterwards."""

    title: Text
    text: Text
    yes: Text
    done: Text = ""
    kind: str = "main"


OFF: Final = Words(
    title=gettext_lazy("Отключить учётную запись: %(name)s?"),
    text=gettext_lazy(
        "Войти сотрудник больше не сможет, открытые сеансы завершатся. Записи о его действиях останутся."
    ),
    yes=gettext_lazy("Отключить учётную запись"),
    done=gettext_lazy("Учётная запись отключена, открытые сеансы завершены."),
    kind="danger",
)
ON: Final = Words(
    title=gettext_lazy("Включить учётную запись: %(name)s?"),
    text=gettext_lazy("Сотрудник снова сможет войти с прежним паролем и вторым фактором."),
    yes=gettext_lazy("Включить учётную запись"),
    done=gettext_lazy("Учётная запись снова действует."),
)
FACTORS: Final = Words(
    title=gettext_lazy("Сбросить второй фактор: %(name)s?"),
    text=gettext_lazy(
        "Прежние ключи и коды перестанут действовать, открытые сеансы завершатся. При входе сотрудник настроит новый. "
        "Мы сообщим ему об этом письмом."
    ),
    yes=gettext_lazy("Сбросить второй фактор"),
    done=gettext_lazy("Второй фактор сброшен. При входе сотрудник настроит новый."),
    kind="danger",
)
PASSWORD: Final = Words(
    title=gettext_lazy("Выдать ссылку для пароля: %(name)s?"),
    text=gettext_lazy(
        "Кто откроет ссылку, задаст новый пароль. Прежний пароль действует, пока новый не задан. "
        "Мы сообщим сотруднику об этом письмом."
    ),
    yes=gettext_lazy("Выдать ссылку"),
)

ROLE: Final = Words(
    title=gettext_lazy("Изменить роль: %(name)s?"),
    text=gettext_lazy("Новая роль подействует со следующей страницы, которую откроет сотрудник."),
    yes=gettext_lazy("Изменить роль"),
    done=gettext_lazy("Роль сохранена и уже действует."),
)

Flow = Callable[..., Any]


@right_required(Right.MANAGE_USERS, "GET", "POST")
@login_confirmed(reading_is_free=True)
def user_role(request: HttpRequest, user_id: int) -> HttpResponse:
    """Change the role of an account; the DPO is told when it brings rights over people."""
    form = RoleForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return redirect("staff:user", user_id)
    role = form.cleaned_data["role"]
    was = get_object_or_404(User, pk=user_id).role
    if was == role:
        messages.info(request, _("Эта роль у сотрудника уже есть."))
        return redirect("staff:user", user_id)
    more = {"role": role, "was": Role(was).label, "becomes": Role(role).label}
    page, person = _done(request, user_id, ROLE, partial(change_role, role=role), more=more)
    if page is None:
        person.refresh_from_db(fields=["role"])
        dpo_told(request, person, was=was if person.is_active else person.role)
    return page or _back(request, person, ROLE)


@right_required(Right.MANAGE_USERS, "GET", "POST")
@login_confirmed(reading_is_free=True)
def user_password(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show a new link for a password, once, and tell the person whose password it is."""
    links: list[str] = []

    def issue(**how: Any) -> None:
        links.append(issue_password(**how))

    page, person = _done(request, user_id, PASSWORD, issue)
    if page is None:
        person_told(request, person, "link_issued")
        page = render(request, "staff/users/link.html", {"person": person, "link": links[0]})
    return page


@right_required(Right.MANAGE_USERS, "GET", "POST")
@login_confirmed(reading_is_free=True)
def user_factors(request: HttpRequest, user_id: int) -> HttpResponse:
    """Delete the second factors of an account and tell the person."""
    page, person = _done(request, user_id, FACTORS, reset_factors)
    if page is None:
        person_told(request, person, "factors_reset")
    return page or _back(request, person, FACTORS)


@right_required(Right.MANAGE_USERS, "GET", "POST")
@login_confirmed(reading_is_free=True)
def user_deactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    """Switch an account off."""
    page, person = _done(request, user_id, OFF, deactivate_user)
    return page or _back(request, person, OFF)


@right_required(Right.MANAGE_USERS, "GET", "POST")
@login_confirmed(reading_is_free=True)
def user_activate(request: HttpRequest, user_id: int) -> HttpResponse:
    """Switch an account on; the DPO is told when it has rights over people."""
    page, person = _done(request, user_id, ON, activate_user)
    if page is None:
        dpo_told(request, person, was=None)
    return page or _back(request, person, ON)


def _done(
    request: HttpRequest, user_id: int, words: Words, flow: Flow, *, more: Mapping[str, Any] = MappingProxyType({})
) -> tuple[HttpResponse | None, User]:
    """Act upon an account as the page has shown it; return the page that asks while that was not confirmed.

    Letters are planned when the act is stored.
    """
    with transaction.atomic():
        person = get_object_or_404(User.objects.select_for_update(), pk=user_id)
        facts = [_facts(person), dict(more)]
        page = asked(request, "staff/users/ask.html", _context(person, words) | dict(more), facts=facts)
        if page is None:
            flow(actor=actor_of(request), user_id=user_id)
    return page, person


def _back(request: HttpRequest, person: User, words: Words) -> HttpResponse:
    messages.success(request, str(words.done))
    return redirect("staff:user", person.pk)


def _facts(person: User) -> list[Any]:
    factors = Authenticator.objects.filter(user=person).order_by("pk").values_list("pk", flat=True)
    return [person.pk, person.name, person.email, person.role, person.is_active, list(factors)]


def _context(person: User, words: Words) -> dict[str, Any]:
    return {
        "person": person,
        "title": str(words.title) % {"name": person.name},
        "text": words.text,
        "yes": words.yes,
        "kind": words.kind,
        "back": reverse("staff:user", args=[person.pk]),
    }
