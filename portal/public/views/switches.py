"""The switches of the personal page: where each consent stands, in words, and what can be done about it there."""

from collections.abc import Collection
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from consents.answers.preferences import AnswerState, ConsentView
from consents.enums import ContactKind, Purpose, StateValue
from portal.public.pages import Visit
from portal.public.views.channels import Offer
from portal.visits.evidence import request_key

GROUPS: Final = {
    Purpose.SERVICE: _("О договоре, операциях и обращениях. Рекламы в них нет."),
    Purpose.PROMOTION: _("Разрешение подбирать для вас предложения. Сами сообщения — в разделе ниже."),
    Purpose.ADVERTISING: _("Предложения компании. Каждый канал включается отдельно."),
}
ASK_AGAIN: Final = {"contact_changed": _("контакт сменился"), "expired": _("срок истёк")}
BARRED_HINT: Final = _(
    "У оператора включён запрет рассылок. Выберите другой канал или снимите запрет у оператора и сообщите нам."
)


def switches_shown(
    answers: AnswerState, visit: Visit, offered: Offer, *, barred: Collection[ContactKind]
) -> list[dict[str, Any]]:
    """Return the purposes, each with its channels; at contacts of the kinds ``barred`` the operator lets none through.

    Nobody is asked for a yes there, for it would change nothing; a no is taken all the same.
    """
    return [_group(purpose, answers, visit, offered, barred) for purpose in Purpose]


def _group(
    purpose: Purpose, answers: AnswerState, visit: Visit, offered: Offer, barred: Collection[ContactKind]
) -> dict[str, Any]:
    rows = [
        _row(one, visit, has_contact=one.channel in answers.contacts, is_barred=one.channel.kind in barred)
        for one in answers.consents
        if one.purpose == purpose
        and (offered.fits(one.channel, has_contact=one.channel in answers.contacts) or one.is_in_force or one.stop)
    ]
    return {
        "name": purpose.label,
        "text": GROUPS[purpose],
        "rows": rows,
        "is_service": purpose == Purpose.SERVICE,
    }


def _row(one: ConsentView, visit: Visit, *, has_contact: bool, is_barred: bool) -> dict[str, Any]:
    word, tone, mark = _state_words(one, is_barred=is_barred)
    can_switch_off = one.is_in_force or (one.stop is not None and not one.stop.is_asked_for)
    return {
        "purpose": one.purpose.value,
        "channel": one.channel.value,
        "label": one.channel.spec.card_name,
        "word": word,
        "tone": tone,
        "mark": mark,
        "since": one.stop.since if one.stop else one.since,
        "hint": _hint(one, is_barred=is_barred),
        "can_allow": not (can_switch_off or is_barred),
        "can_switch_off": can_switch_off,
        # Messages by contract leave without a yes: the no to them needs none either.
        "can_refuse": has_contact
        and one.purpose == Purpose.SERVICE
        and not one.is_in_force
        and one.stop is None
        and one.ask_again in ("never_asked", "expired"),
        "key": request_key("withdraw", visit.visitor.session_id, one.purpose, one.channel, one.event),
    }


def _state_words(one: ConsentView, *, is_barred: bool) -> tuple[Any, str, str]:
    if one.value in (StateValue.REFUSED, StateValue.WITHDRAWN):
        return StateValue(one.value).label, "neutral", ""
    if is_barred:
        return _("не доходит"), "warn", ""
    if one.is_in_force:
        return _("включено"), "ok", "check"
    if one.stop is not None:
        return _("остановлено"), "warn", ""
    if one.ask_again in ASK_AGAIN:
        return ASK_AGAIN[one.ask_again], "warn", ""
    return _("вы ещё не отвечали"), "neutral", ""


def _hint(one: ConsentView, *, is_barred: bool) -> Any:
    """Return what helps against a stop: a new yes where the gate takes it, another contact where it does not.

    What helps against the operator's ban is said once, in the first group.
    """
    if is_barred:
        return BARRED_HINT if one.purpose == Purpose.SERVICE else ""
    if one.stop is None:
        return ""
    if one.stop.is_asked_for:
        return _("Новое согласие снимет запрет.")
    return _("Новое согласие не поможет: писать на этот контакт нельзя. Укажите другой или обратитесь к нам.")
