"""Who may do what with one campaign, and when: the buttons of its page, the guard of each act, the reason of a refusal.

The services refuse on their own; this table keeps a page from offering what would be refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import update_wrapper
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notify.campaigns.reading import campaign_read, campaign_step
from notify.enums import CampaignState as C
from notify.errors import AuthorNeeded, CampaignNotFound, SecondPersonNeeded
from portal.audit.permissions import Right, has_right, right_required
from portal.audit.record import denial_record
from portal.audit.request_actor import acting_user, actor_of
from portal.client import number_asked
from portal.models import User


@dataclass(frozen=True, slots=True)
class CampaignAct:
    """One act: the right it takes, the states in which it has a meaning, and whose it is.

    ``by_author``: whoever has put a hand to the text would otherwise be a second person for their own words, so some
    acts are the author's alone and some are never the author's. ``already`` says why an act is not needed any more.
    """

    right: Right
    states: frozenset[C]
    by_author: bool | None = None
    already: Mapping[C, str | Promise] = field(default_factory=dict)

    def is_theirs(self, user: User, created_by_id: int) -> bool:
        """Return whether this person may do it in any state of the campaign."""
        return self.by_author in (None, user.pk == created_by_id) and has_right(user, self.right)


DRAFTED: Final = frozenset({C.DRAFT, C.REVIEW})
LAUNCHED: Final = dict.fromkeys((C.PLANNING, C.RUNNING, C.PAUSED, C.FINISHED), _("Кампания уже запущена."))

ACTS: Final[Mapping[str, CampaignAct]] = {
    "edit": CampaignAct(Right.DRAFT_CAMPAIGN, DRAFTED, by_author=True),
    "test": CampaignAct(Right.DRAFT_CAMPAIGN, DRAFTED, by_author=True),
    "price": CampaignAct(Right.READ_CAMPAIGNS, DRAFTED),
    "submit": CampaignAct(
        Right.DRAFT_CAMPAIGN, frozenset({C.DRAFT}), by_author=True, already={C.REVIEW: _("Кампания уже на проверке.")}
    ),
    "give_back": CampaignAct(
        Right.APPROVE_CAMPAIGN,
        frozenset({C.REVIEW}),
        by_author=False,
        already={C.DRAFT: _("Кампания уже возвращена автору.")},
    ),
    "launch": CampaignAct(Right.APPROVE_CAMPAIGN, frozenset({C.REVIEW}), by_author=False, already=LAUNCHED),
    "pause": CampaignAct(
        Right.RUN_CAMPAIGN, frozenset({C.RUNNING}), already={C.PAUSED: _("Кампания уже приостановлена.")}
    ),
    "go_on": CampaignAct(Right.RUN_CAMPAIGN, frozenset({C.PAUSED}), already={C.RUNNING: _("Кампания уже идёт.")}),
    "stop": CampaignAct(
        Right.RUN_CAMPAIGN,
        frozenset({C.PLANNING, C.RUNNING, C.PAUSED}),
        already={C.STOPPED: _("Кампания уже остановлена.")},
    ),
    "revoke": CampaignAct(Right.APPROVE_CAMPAIGN, frozenset({C.RUNNING, C.PAUSED, C.STOPPED, C.FINISHED})),
}


def campaign_acts(*, state: str, created_by_id: int, user: User, dpo_signs: bool = False) -> dict[str, Any]:
    """Return which acts the page offers this person; ``why_not`` is why the next step belongs to another one.

    ``dpo_signs``: the second person must be the DPO; others may read the page of the launch and give it back.
    """
    offered = {name: state in act.states and act.is_theirs(user, created_by_id) for name, act in ACTS.items()}
    is_for_dpo = dpo_signs and not has_right(user, Right.SIGN_AS_DPO)
    return offered | {
        "copy": has_right(user, Right.DRAFT_CAMPAIGN),
        "sign": offered["launch"] and not is_for_dpo,
        "why_not": _why_not(state, user, is_author=user.pk == created_by_id, is_for_dpo=is_for_dpo),
    }


def _why_not(state: str, user: User, *, is_author: bool, is_for_dpo: bool) -> str | Promise:
    if state == C.REVIEW and is_for_dpo:
        return _("Кампания ждёт проверки. Запустить её может только ответственный за персональные данные.")
    if state == C.REVIEW and is_author:
        return _("Кампания ждёт проверки. Запустить её должен другой сотрудник: автор свою кампанию не запускает.")
    if state == C.REVIEW and not has_right(user, Right.APPROVE_CAMPAIGN):
        return _("Кампания ждёт проверки. Вашей роли запуск недоступен.")
    if state == C.DRAFT and not is_author:
        return _(
            "Черновик другого сотрудника: менять и отправлять на проверку может только автор. Можно сделать копию."
        )
    return ""


View = Callable[..., HttpResponseBase]


def act_required(name: str, *methods: str) -> Callable[[View], View]:
    """Let a view run only for someone who may do this with the campaign, and only while it has a meaning.

    Who may not is written down and told whose it is. Who comes too late, as by a second press of the button, is led
    to the campaign with a sentence that says how it stands.
    """
    act = ACTS[name]

    def decorate(view: View) -> View:
        def guarded(request: HttpRequest, /, campaign_id: int, **place: int) -> HttpResponseBase:
            campaign = campaign_read(campaign_id=campaign_id)
            if not act.is_theirs(acting_user(request), campaign.created_by_id):
                denial_record(actor_of(request), "campaign", campaign_id, change=name)
                raise AuthorNeeded if act.by_author else SecondPersonNeeded
            state = C(campaign.state)
            if state not in act.states:
                sentence = _("Действие не выполнено: кампания сейчас в состоянии «%(state)s».")
                messages.info(request, str(act.already.get(state, sentence % {"state": state.label})))
                return redirect("staff:campaign", campaign_id)
            return view(request, campaign_id, **place)

        update_wrapper(guarded, view)
        return right_required(act.right, *methods)(guarded)

    return decorate


def step_asked(request: HttpRequest, campaign_id: int) -> Any:
    """Return the step that an address asks for by `?step=2`, the first one where it does not say.

    Raises `Http404` where the campaign has no such one.
    """
    asked = request.GET.get("step", "1")
    try:
        return campaign_step(campaign_id=campaign_id, position=number_asked(asked) or 0)
    except CampaignNotFound as error:
        raise Http404 from error
