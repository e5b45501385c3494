"""Who may do what in the console: one table, one decorator, no exception for superusers.

The table follows the job, not the person: an administrator keeps the system running and therefore sees no
customer; whoever writes a campaign never launches it (that second rule is the service's and the database's).
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.audit.record import denial_record
from portal.audit.request_actor import actor_of, staff_user
from portal.models import User
from portal.models.user import Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

SECOND_FACTOR_SETUP: Final = "mfa_index"


class Right(models.TextChoices):
    """One thing that a page lets a person do."""

    SEE_OVERVIEW = "see_overview", _("видеть обзор")
    IMPORT_CUSTOMERS = "import_customers", _("загружать клиентов")
    SEE_CUSTOMER_MASKED = "see_customer_masked", _("видеть клиентов без контактов")
    SEE_CUSTOMER_FULL = "see_customer_full", _("открывать контакты клиента")
    RECORD_REFUSALS = "record_refusals", _("записывать отказы клиентов")
    LIFT_STOPS = "lift_stops", _("снимать запреты на сообщения")
    CLOSE_LINKS = "close_links", _("закрывать ссылки клиента")
    READ_CAMPAIGNS = "read_campaigns", _("видеть кампании")
    DRAFT_CAMPAIGN = "draft_campaign", _("готовить кампании")
    APPROVE_CAMPAIGN = "approve_campaign", _("запускать кампании")
    SIGN_AS_DPO = "sign_as_dpo", _("запускать то, что запускает только ответственный за персональные данные")
    RUN_CAMPAIGN = "run_campaign", _("вести кампании")
    ANSWER_CUSTOMERS = "answer_customers", _("отвечать на обращения клиентов")
    READ_SCENARIOS = "read_scenarios", _("видеть сценарии бота")
    EDIT_SCENARIOS = "edit_scenarios", _("менять сценарии бота и готовые ответы")
    READ_REGISTER = "read_register", _("читать реестр согласий")
    EXPORT_CONSENTS = "export_consents", _("выгружать согласия")
    READ_DOCUMENTS = "read_documents", _("читать документы")
    PUBLISH_DOCUMENTS = "publish_documents", _("публиковать документы")
    READ_JOURNAL = "read_journal", _("читать журнал действий")
    READ_SETTINGS = "read_settings", _("видеть настройки")
    MANAGE_USERS = "manage_users", _("вести учётные записи")
    MANAGE_CHANNELS = "manage_channels", _("менять настройки каналов")
    MANAGE_COMPANY = "manage_company", _("менять данные компании")
    RESTORE = "restore", _("заканчивать восстановление базы")
    USE_SANDBOX = "use_sandbox", _("открывать песочницу")


EVERYBODY: Final = frozenset({Right.SEE_OVERVIEW, Right.USE_SANDBOX})

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.MARKETING: EVERYBODY
    | {
        Right.IMPORT_CUSTOMERS,
        Right.SEE_CUSTOMER_MASKED,
        Right.READ_CAMPAIGNS,
        Right.DRAFT_CAMPAIGN,
        Right.APPROVE_CAMPAIGN,
        Right.RUN_CAMPAIGN,
        Right.READ_SCENARIOS,
        Right.EDIT_SCENARIOS,
        Right.READ_DOCUMENTS,
    },
    Role.DPO: EVERYBODY
    | {
        Right.SEE_CUSTOMER_MASKED,
        Right.SEE_CUSTOMER_FULL,
        Right.RECORD_REFUSALS,
        Right.LIFT_STOPS,
        Right.CLOSE_LINKS,
        Right.READ_CAMPAIGNS,
        Right.APPROVE_CAMPAIGN,
        Right.SIGN_AS_DPO,
        Right.RUN_CAMPAIGN,
        Right.ANSWER_CUSTOMERS,
        Right.READ_SCENARIOS,
        Right.READ_REGISTER,
        Right.EXPORT_CONSENTS,
        Right.READ_DOCUMENTS,
        Right.PUBLISH_DOCUMENTS,
        Right.READ_JOURNAL,
        Right.READ_SETTINGS,
        Right.RESTORE,
    },
    Role.OPERATOR: EVERYBODY
    | {
        Right.SEE_CUSTOMER_MASKED,
        Right.SEE_CUSTOMER_FULL,
        Right.RECORD_REFUSALS,
        Right.LIFT_STOPS,
        Right.CLOSE_LINKS,
        Right.ANSWER_CUSTOMERS,
        Right.READ_SCENARIOS,
        Right.READ_DOCUMENTS,
    },
    Role.ADMINISTRATOR: EVERYBODY
    | {
        Right.READ_JOURNAL,
        Right.READ_SETTINGS,
        Right.MANAGE_USERS,
        Right.MANAGE_CHANNELS,
        Right.MANAGE_COMPANY,
        Right.RESTORE,
    },
}
"""In words: `docs/staff.md`."""


OVER_PEOPLE: Final = frozenset(
    {
        Right.IMPORT_CUSTOMERS,
        Right.SEE_CUSTOMER_MASKED,
        Right.SEE_CUSTOMER_FULL,
        Right.LIFT_STOPS,
        Right.ANSWER_CUSTOMERS,
        Right.APPROVE_CAMPAIGN,
        Right.SIGN_AS_DPO,
        Right.READ_REGISTER,
        Right.EXPORT_CONSENTS,
        Right.PUBLISH_DOCUMENTS,
    }
)
"""Rights over data of customers, or over what is sent to them: whoever gains one, the DPO hears of it."""


def rights_gained(*, old: str | None, new: str) -> frozenset[Right]:
    """Return the rights over people that a role brings and another, or no account at all, did not have."""
    before = RIGHTS[Role(old)] if old else frozenset()
    return (RIGHTS[Role(new)] - before) & OVER_PEOPLE


def has_right(user: User, right: Right) -> bool:
    """Return whether this member of staff may do it now. A deactivated account may do nothing."""
    return user.is_active and right in RIGHTS.get(Role(user.role), frozenset())


def holders(right: Right) -> models.QuerySet[User, int]:
    """Return the ids of all members of staff who have this right now."""
    roles = [role for role, rights in RIGHTS.items() if right in rights]
    return User.objects.filter(is_active=True, role__in=roles).values_list("pk", flat=True)


def second_factor_missing(user: User) -> bool:
    """Return whether this person must set up a second factor before any page opens."""
    return bool(settings.MFA_REQUIRED) and not is_mfa_enabled(user)


def login_next(request: HttpRequest) -> str:
    """Return where a login leads: to the page that was asked for, and to the overview when a form was being sent."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else reverse("staff:overview")


def right_required(right: Right, *methods: str) -> Callable[[View[P]], View[P]]:
    """Open a view for these HTTP methods, and only to a logged-in member of staff with a second factor and this right.

    A refusal is itself recorded, then answered with the 403 page; the view has not run. No browser keeps the page.
    """

    def decorate(view: View[P]) -> View[P]:
        opened = never_cache(require_http_methods(methods)(view))

        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            answer = _refusal(request, right)
            return opened(request, *args, **kwargs) if answer is None else answer

        guarded.required_right = right  # type: ignore[attr-defined]  # read by the test that walks all addresses
        return guarded

    return decorate


def _refusal(request: HttpRequest, right: Right) -> HttpResponse | None:
    """Return the answer that keeps a visitor out, None for whoever may enter; raise when the right is missing."""
    user = staff_user(request)
    if user is None:
        return redirect_to_login(login_next(request))
    if second_factor_missing(user):
        return redirect(SECOND_FACTOR_SETUP)
    if not has_right(user, right):
        denial_record(actor_of(request), "right", right.value)
        raise PermissionDenied
    return None
