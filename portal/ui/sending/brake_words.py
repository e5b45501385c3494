"""Why a campaign stands by itself, in words: on its page, in the list, in the letter to its people and in `doctor`."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify.enums import BrakeReason, CampaignState
from notify.outbox.brake import BrakeView, brakes_on
from notify.outbox.carriers import channel_trouble
from notify.types import CampaignStatus
from portal.ui.provider_words import OF_THE_ENVIRONMENT, reason_words
from portal.ui.sending.message_words import error_text

WHY: Final[Mapping[str, str | Promise]] = {
    BrakeReason.REFUSED: gettext_lazy("Отказы идут подряд, ни одно сообщение между ними не прошло."),
    BrakeReason.DOUBTS: gettext_lazy("Много раз подряд неизвестно, приняты ли сообщения."),
    BrakeReason.UNDELIVERED: gettext_lazy("Провайдер принимает сообщения, но подряд сообщает, что они не доставлены."),
    BrakeReason.SHARE: gettext_lazy("Больше половины последних сообщений не ушло."),
}
"""What was noticed."""

HINT: Final = gettext_lazy(
    "Похоже, причина общая, а не в отдельных адресах. Узнайте её у того, кто ведёт почтовый сервер или подключение, "
    "и нажмите «Продолжить»."
)


def brake_words(brake: BrakeView) -> str:
    """Return what was noticed and what the provider said last."""
    why = _("%(why)s Последний ответ: %(answer)s.")
    return why % {"why": WHY[brake.reason], "answer": error_text(brake.error_code)}


def stand_facts(status: CampaignStatus, *, channel: str) -> dict[str, Any]:
    """Return why nothing leaves: a campaign that was paused by itself, or a provider that is left alone for a while."""
    if status.state == CampaignState.PAUSED:
        brake = brakes_on(campaign_ids=[status.campaign_id]).get(status.campaign_id)
        return {"brake": brake and brake_words(brake), "brake_hint": HINT}
    if status.state == CampaignState.RUNNING and status.open:
        trouble = channel_trouble(channel)
        return {"stands": trouble and _said(*trouble)}
    return {}


def _said(provider: str, trouble: str) -> str:
    who = str(OF_THE_ENVIRONMENT.get(provider, provider))
    told = reason_words(trouble)
    return _("%(who)s: %(why)s.") % {"who": who, "why": told if told != trouble else error_text(trouble)}
