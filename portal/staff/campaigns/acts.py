"""Who may do what with one campaign, and when: the buttons of its page, the guard of each act, the reason of a refusal.

The services refuse on their own; this table keeps a page from offering what would be refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Final, Literal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notify.campaigns.reading import campaign_read
from notify.enums import CampaignState as C
from portal.audit.acts import AuditedAction
from portal.audit.permissions import Right, has_right
from portal.audit.record import action_record
from portal.audit.request_actor import acting_user, actor_of
from portal.models import User

ActName = Literal["edit", "test", "submit", "give_back", "launch", "pause", "go_on", "stop", "revoke"]

STATES: Final[Mapping[ActName, frozenset[C]]] = {
    "edit": frozenset({C.DRAFT, C.REVIEW}),
    "test": frozenset({C.DRAFT, C.REVIEW}),
    "submit": frozenset({C.DRAFT}),
    "give_back": frozenset({C.REVIEW}),
    "launch": frozenset({C.REVIEW}),
    "pause": frozenset({C.RUNNING}),
    "go_on": frozenset({C.PAUSED}),
    "stop": frozenset({C.PLANNING, C.RUNNING, C.PAUSED}),
    "revoke": frozenset({C.RUNNING, C.PAUSED, C.STOPPED, C.FINISHED}),
}
"""When an act has a meaning."""

RIGHTS: Final[Mapping[ActName, Right]] = {
    "edit": Right.DRAFT_CAMPAIGN,
    "test": Right.DRAFT_CAMPAIGN,
    "submit": Right.DRAFT_CAMPAIGN,
    "give_back": Right.APPROVE_CAMPAIGN,
    "launch": Right.APPROVE_CAMPAIGN,
    "pause": Right.RUN_CAMPAIGN,
    "go_on": Right.RUN_CAMPAIGN,
    "stop": Right.RUN_CAMPAIGN,
    "revoke": Right.APPROVE_CAMPAIGN,
}

AUTHORS_OWN: Final = frozenset({"edit", "test", "submit"})
"""Whoever has put a hand to the text would otherwise be a second person for their own words."""
NEVER_AUTHORS: Final = frozenset({"give_back", "launch"})

_ALREADY: Final[Mapping[ActName, Mapping[C, str | Promise]]] = {
    "launch": dict.fromkeys((C.PLANNING, C.RUNNING, C.PAUSED, C.FINISHED), _("Кампания уже запущена.")),
    "pause": {C.PAUSED: _("Кампания уже приостановлена.")},
    "go_on": {C.RUNNING: _("Кампания уже идёт.")},
    "stop": {C.STOPPED: _("Кампания уже остановлена.")},
    "submit": {C.REVIEW: _("Кампания уже на проверке.")},
    "give_back": {C.DRAFT: _("Кампания уже возвращена автору.")},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignActs:
    """The acts that the page offers. ``why_not`` is why the next step belongs to another person."""

    edit: bool = False
    test: bool = False
    submit: bool = False
    give_back: bool = False
    launch: bool = False
    pause: bool = False
    go_on: bool = False
    stop: bool = False
    revoke: bool = False
    copy: bool = False
    why_not: str | Promise = ""


def campaign_acts(*, state: str, created_by_id: int, user: User) -> CampaignActs:
    """Return what this person may do with a campaign in this state."""
    is_author = user.pk == created_by_id
    acts = {act: state in STATES[act] and act_is_theirs(act, created_by_id=created_by_id, user=user) for act in STATES}
    return CampaignActs(
        **acts,
        copy=has_right(user, Right.DRAFT_CAMPAIGN),
        why_not=_why_not(state, is_author=is_author, may_approve=has_right(user, Right.APPROVE_CAMPAIGN)),
    )


def act_is_theirs(act: ActName, *, created_by_id: int, user: User) -> bool:
    """Return whether this person may do it in any state of the campaign."""
    is_author = user.pk == created_by_id
    if (act in AUTHORS_OWN and not is_author) or (act in NEVER_AUTHORS and is_author):
        return False
    return has_right(user, RIGHTS[act])


def too_late(act: ActName, *, state: str) -> str:
    """Return why an act was not needed or not done in a state that does not allow it."""
    already = _ALREADY.get(act, {}).get(C(state))
    sentence = _("Действие не выполнено: кампания сейчас в состоянии «%(state)s».")
    return str(already) if already else str(sentence) % {"state": C(state).label}


def _why_not(state: str, *, is_author: bool, may_approve: bool) -> str | Promise:
    if state == C.REVIEW and is_author:
        return _("Кампания ждёт проверки. Запустить её должен другой сотрудник: автор свою кампанию не запускает.")
    if state == C.REVIEW and not may_approve:
        return _("Кампания ждёт проверки. Вашей роли запуск недоступен.")
    if state == C.DRAFT and not is_author:
        return _(
            "Черновик другого сотрудника: менять и отправлять на проверку может только автор. Можно сделать копию."
        )
    return ""


View = Callable[[HttpRequest, int], HttpResponse]


def act_required(act: ActName) -> Callable[[View], View]:
    """Let a view run only for someone who may do this with the campaign, and only while it has a meaning.

    Who may not is written down and gets the 403 page. Who comes too late, as by a second press of the button, is led
    to the campaign with a sentence that says how it stands.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, campaign_id: int) -> HttpResponse:
            campaign = campaign_read(campaign_id=campaign_id)
            user = acting_user(request)
            if not act_is_theirs(act, created_by_id=campaign.created_by_id, user=user):
                action_record(
                    actor_of(request), AuditedAction.ACCESS_DENIED, "campaign", campaign_id, details={"change": act}
                )
                raise PermissionDenied
            if campaign.state not in STATES[act]:
                messages.info(request, too_late(act, state=campaign.state))
                return redirect("staff:campaign", campaign_id)
            return view(request, campaign_id)

        return guarded

    return decorate
