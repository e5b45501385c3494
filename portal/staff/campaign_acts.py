"""Who may do what with one campaign now: the buttons of its page, and the reason where one is missing.

The services refuse on their own; this table only keeps a page from offering what would be refused.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notify.enums import CampaignState as C
from portal.models import User
from portal.staff.permissions import Right, has_right

EDITABLE: Final = frozenset({C.DRAFT, C.REVIEW})
STOPPABLE: Final = frozenset({C.PLANNING, C.RUNNING, C.PAUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignActs:
    """What the page offers. ``why_not`` explains to the person why the next step is not theirs."""

    edit: bool = False
    test: bool = False
    submit: bool = False
    give_back: bool = False
    launch: bool = False
    pause: bool = False
    go_on: bool = False
    stop: bool = False
    copy: bool = False
    why_not: str | Promise = ""


def campaign_acts(*, state: str, created_by_id: int, user: User) -> CampaignActs:
    """Give what this person may do with a campaign in this state.

    Only the author edits: whoever has put a hand to the text would otherwise be a second person for their own words.
    """
    is_author = user.pk == created_by_id
    may_write = is_author and has_right(user, Right.DRAFT_CAMPAIGN)
    may_approve = has_right(user, Right.APPROVE_CAMPAIGN)
    may_run = has_right(user, Right.RUN_CAMPAIGN)
    return CampaignActs(
        edit=may_write and state in EDITABLE,
        test=may_write and state in EDITABLE,
        submit=may_write and state == C.DRAFT,
        give_back=state == C.REVIEW and may_approve and not is_author,
        launch=state == C.REVIEW and may_approve and not is_author,
        pause=may_run and state == C.RUNNING,
        go_on=may_run and state == C.PAUSED,
        stop=may_run and state in STOPPABLE,
        copy=has_right(user, Right.DRAFT_CAMPAIGN),
        why_not=_why_not(state, is_author=is_author, may_approve=may_approve),
    )


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
