"""What an SMS campaign costs and under which name it leaves: parts, price, what the provider has charged."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from consents.enums import Channel
from notify import tasks
from notify.campaigns.reading import campaign_parts
from notify.campaigns.sms.pricing import UNTOLD, PriceView, step_price
from notify.campaigns.sms.sender import sender_uncovered
from notify.enums import Operator
from notify.sender_names.coverage import OPERATORS, setup_senders
from notify.types import CampaignStatus
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.campaigns import ask_price
from portal.operations.nudges import nudge
from portal.staff.campaigns.acts import act_required, step_asked
from portal.ui.sending.message_words import error_text
from portal.ui.words import money


def is_in_parts(channel: str) -> bool:
    """Return whether messages of a channel are paid for by parts."""
    return Channel(channel).spec.is_in_segments


def price_facts(step: Any, *, people: int) -> dict[str, Any]:
    """Return what a page says of the price; nothing for a channel that is not paid for by parts.

    A page whose price nobody has told yet starts the question; of several at once one asks.
    """
    if not is_in_parts(step.channel):
        return {"price": None}
    view = step_price(step_id=step.pk)
    if view.is_asking:
        nudge(tasks.price_step, step.pk)
        return {"price": {"is_asking": True}}
    return {"price": _said(view, people)}


def sender_warnings(step: Any) -> list[str]:
    """Return sentences about the sender's name under which an SMS would leave."""
    lacking = sender_uncovered(step)
    if lacking is None:
        return []
    facts = {"title": lacking.title, "name": lacking.sender}
    if lacking.is_unnamed:
        return [
            _("В подключении «%(title)s» не указано имя отправителя: с каким именем уйдут сообщения, решит провайдер.")
            % facts
        ]
    said = []
    if lacking.operators:
        sentence = _(
            "Имя «%(name)s» не согласовано для такого трафика. Операторы: %(operators)s. Сообщения могут не дойти."
        )
        said.append(sentence % (facts | {"operators": _operators(lacking.operators)}))
    if lacking.templates:
        sentence = _(
            "Текст не подходит ни под один согласованный шаблон имени «%(name)s». Операторы: %(operators)s. "
            "Такие сообщения считаются рекламными и стоят дороже."
        )
        said.append(sentence % (facts | {"operators": _operators(lacking.templates)}))
    return said


def charged_facts(status: CampaignStatus, *, is_live: bool) -> dict[str, Any]:
    """Return the parts that the provider charges beside our count, once a campaign has sent; else nothing."""
    if is_live or not status.sent or not is_in_parts(status.channel):
        return {"charged": None}
    return {"charged": campaign_parts(campaign_id=status.campaign_id)}


@right_required(Right.READ_CAMPAIGNS, "GET")
def price(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Answer the page's own question whether the provider has told its price."""
    is_asking = step_price(step_id=step_asked(request, campaign_id).pk).is_asking
    return render(request, "staff/campaigns/price_state.html", {"is_asking": is_asking})


@act_required("price", "POST")
def price_again(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Ask the provider anew."""
    position = step_asked(request, campaign_id).position
    if not ask_price(actor=actor_of(request), campaign_id=campaign_id, position=position):
        messages.info(request, _("Цену спрашивали меньше минуты назад, ответ ещё свежий. Повторите через минуту."))
    back = "staff:campaign_launch" if request.POST.get("back") == "launch" else "staff:campaign"
    return redirect(back, campaign_id)


def _said(view: PriceView, people: int) -> dict[str, Any]:
    total = None if view.each is None else (view.each * people).quantize(Decimal("0.01"))
    currency = view.currency or "RUB"  # providers of SMS keep accounts in roubles, whether they name them or not
    is_known = total is not None and view.balance is not None
    return {
        "is_asking": False,
        "asked_at": view.asked_at,
        "provider": next((one.title for one in setup_senders() if one.provider == view.provider), view.provider),
        "each": money(view.each, currency),
        "total": money(total, currency),
        "balance": money(view.balance, currency),
        "balance_at": view.balance_at,
        "is_short": is_known and total > view.balance,  # type: ignore[operator]  # known, as the word says
        "is_untold": view.trouble == UNTOLD,
        "trouble": error_text(view.trouble) if view.trouble and view.trouble != UNTOLD else "",
    }


def _operators(operators: Iterable[Operator]) -> str:
    """Name the operators; all of them are named as all."""
    named = tuple(operators)
    return _("все") if named == OPERATORS else ", ".join(str(one.label) for one in named)
