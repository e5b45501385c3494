"""The left navigation: groups by job with the pages that the role may open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.audit.permissions import Right, has_right
from portal.models import User


@dataclass(frozen=True, slots=True)
class Place:
    """One page of the navigation as the table below names it."""

    label: str | Promise
    route: str
    right: Right
    sandbox_only: bool = False

    @property
    def url(self) -> str:
        """Return its address."""
        return reverse(self.route)


@dataclass(frozen=True, slots=True)
class NavItem:
    """One link as the template draws it."""

    label: str | Promise
    url: str
    current: bool = False
    count: str | None = None
    """Figure beside it, empty for nothing now; None where there is never one."""


NavGroup = tuple[str | Promise, list[NavItem]]
"""A heading and its links; the first group has no heading."""

PLACES: Final[tuple[tuple[str | Promise, tuple[Place, ...]], ...]] = (
    (
        "",
        (
            Place(_("Обзор"), "staff:overview", Right.SEE_OVERVIEW),
            Place(_("Обращения"), "staff:inbox", Right.ANSWER_CUSTOMERS),
            Place(_("Справка"), "staff:help", Right.SEE_OVERVIEW),
        ),
    ),
    (
        _("Маркетинг"),
        (
            Place(_("Кампании"), "staff:campaigns", Right.READ_CAMPAIGNS),
            Place(_("Сценарии бота"), "staff:scenarios", Right.READ_SCENARIOS),
            Place(_("Загрузка клиентов"), "staff:imports", Right.IMPORT_CUSTOMERS),
            Place(_("Клиенты"), "staff:customers", Right.SEE_CUSTOMER_MASKED),
            Place(_("Готовые ответы"), "staff:ready_answers", Right.EDIT_SCENARIOS),
        ),
    ),
    (
        _("Персональные данные"),
        (
            Place(_("Реестр согласий"), "staff:register", Right.READ_REGISTER),
            Place(_("Выгрузки"), "staff:exports", Right.EXPORT_CONSENTS),
            Place(_("Документы"), "staff:documents", Right.READ_DOCUMENTS),
            Place(_("Журнал действий"), "staff:journal", Right.READ_JOURNAL),
        ),
    ),
    (
        _("Система"),
        (
            Place(_("Песочница"), "sandbox:home", Right.USE_SANDBOX, sandbox_only=True),
            Place(_("Пользователи и роли"), "staff:users", Right.READ_SETTINGS),
            Place(_("Каналы"), "staff:channels", Right.READ_SETTINGS),
            Place(_("Подключения"), "staff:providers", Right.READ_SETTINGS),
            Place(_("Компания"), "staff:company", Right.READ_SETTINGS),
            Place(_("Восстановление"), "staff:restore", Right.RESTORE),
        ),
    ),
)


def nav_for(user: User, path: str = "", *, counts: Mapping[str, str] = MappingProxyType({})) -> list[NavGroup]:
    """Return the groups that this person sees, with the page of ``path`` marked as current.

    ``counts`` has figures by route.
    """
    groups = [(label, [place for place in places if _is_open(user, place)]) for label, places in PLACES]
    here = _deepest([place.url for _label, places in groups for place in places], path)
    return [
        (label, [NavItem(place.label, place.url, place.url == here, counts.get(place.route)) for place in places])
        for label, places in groups
        if places
    ]


def visitor_nav() -> list[NavGroup]:
    """Return the pages for visitors of the sandbox without an account: itself, the public entrance, the login."""
    login = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': reverse('staff:overview')}, safe='/')}"
    return [
        (
            "",
            [
                NavItem(_("Песочница"), reverse("sandbox:home"), current=True),
                NavItem(_("Страница для клиентов"), reverse("public:entrance")),
                NavItem(_("Войти"), login),
            ],
        )
    ]


def crumb(label: str | Promise, route: str, *args: object) -> dict[str, str | Promise]:
    """Return one breadcrumb for components/page_header.html."""
    return {"label": label, "url": reverse(route, args=args)}


def _is_open(user: User, place: Place) -> bool:
    """Return whether this person may open a page."""
    return has_right(user, place.right) and (settings.SANDBOX or not place.sandbox_only)


def _deepest(urls: Sequence[str], path: str) -> str:
    """Return the longest address that the path lies under, so that /staff/ is not current on every page."""
    root = reverse("staff:overview")
    under = [url for url in urls if path == url or (url != root and path.startswith(url))]
    return max(under, key=len, default="")
