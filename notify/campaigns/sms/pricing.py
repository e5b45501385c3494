"""What an SMS campaign would cost, asked of the provider that would carry it: by a task, never within a page.

The question is about made-up recipients with numbers of every operator and the longest link; the answer is multiplied
by the people of the forecast when it is shown. It is kept for one revision of the campaign.
"""

import logging
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final, cast

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import translation

from consents.enums import Channel
from notify.campaigns.sms.sender import campaign_carrier
from notify.channels.base import ChannelError, OutboundMessage, Pricing
from notify.channels.registry import adapter_of
from notify.channels.setup import Provider
from notify.errors import NotifyError
from notify.messages.composing import RenderFailed, fitted, sample_link, text_of
from notify.messages.sms_segments import sms_parts
from notify.messages.transactional import LANGUAGE
from notify.models import CampaignPrice, CampaignStep, ProviderState

logger = logging.getLogger("notify.providers")

PREFIXES: Final = ("+7916", "+7926", "+7903", "+7952", "+7999")
"""Numbers of МТС, МегаФон, Билайн, T2 and Yota: each operator has a price of its own."""
SAMPLE: Final = 20
ASKED_FOR: Final = timedelta(minutes=2)
"""A question without an answer after that was lost with its worker."""
AGAIN_AFTER: Final = timedelta(minutes=1)
UNTOLD: Final = "untold"
"""The provider tells no prices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """What is known of the price of a step. ``each``: of one message; None without a price, ``trouble`` says why.

    ``balance`` is that of the account when it was last looked at, None where nobody knows it.
    """

    is_asking: bool
    each: Decimal | None = None
    currency: str = ""
    asked_at: datetime | None = None
    provider: str = ""
    trouble: str = ""
    balance: Decimal | None = None
    balance_at: datetime | None = None


def step_price(*, step_id: int) -> PriceView:
    """Return the price of a step in the campaign's present revision, as far as it has been asked for."""
    row = CampaignPrice.objects.filter(step_id=step_id, revision=F("step__campaign__revision")).first()
    if row is None or row.answered_at is None:
        return PriceView(is_asking=True)
    state = ProviderState.objects.filter(name=row.provider).first()
    account: dict[str, Any] = state.account if state else {}
    return PriceView(
        is_asking=False,
        each=row.price / row.sample if row.price is not None and row.sample else None,
        currency=str(account.get("currency") or ""),
        asked_at=row.answered_at,
        provider=row.provider,
        trouble=row.trouble,
        balance=_balance(account),
        balance_at=state.account_at if state else None,
    )


def price_forget(*, step_id: int) -> bool:
    """Forget what was asked more than a minute ago, so that it is asked anew; False when it was asked later.

    Providers bear few such questions.
    """
    row = CampaignPrice.objects.filter(step_id=step_id)
    return bool(row.filter(asked_at__lt=Now() - AGAIN_AFTER).delete()[0]) or not row.exists()


def step_price_ask(*, step_id: int) -> bool:
    """Ask the provider what the step would cost and keep the answer; False when there is nothing to ask.

    A safe call: nothing is sent. Of several at once one asks; an answer for this revision is not asked for again.
    """
    step = CampaignStep.objects.select_related("campaign").filter(pk=step_id).first()
    if step is None or not Channel(step.channel).spec.is_in_segments or not _taken(step):
        return False
    carrier = campaign_carrier(step.channel)
    answer = _answer(step, carrier) if carrier else {"trouble": "no_provider"}
    CampaignPrice.objects.filter(step=step, revision=step.campaign.revision).update(
        answered_at=Now(), provider=carrier.name if carrier else "", **answer
    )
    return True


@transaction.atomic
def _taken(step: CampaignStep) -> bool:
    """Write down that this revision is being asked for; False when it has been, or somebody is at it."""
    row, is_new = CampaignPrice.objects.select_for_update().get_or_create(
        step=step, defaults={"revision": step.campaign.revision, "asked_at": Now()}
    )
    if is_new:
        return True
    due = ~Q(revision=step.campaign.revision) | Q(answered_at=None, asked_at__lt=Now() - ASKED_FOR)
    fresh = {"sample": 0, "parts": 0, "price": None, "trouble": "", "answered_at": None}
    asked = CampaignPrice.objects.filter(due, pk=row.pk)
    return asked.update(revision=step.campaign.revision, asked_at=Now(), **fresh) == 1


def _answer(step: CampaignStep, carrier: Provider) -> dict[str, Any]:
    """Return the columns of the answer. No transaction is open."""
    if carrier.has_own_process:
        return {"trouble": UNTOLD}
    try:
        with closing(adapter_of(carrier, step.channel)) as adapter:
            if not hasattr(adapter, "price"):
                return {"trouble": UNTOLD}
            messages = _messages(step)
            fitting = [fitted(one, channel=step.channel, capabilities=adapter.capabilities) for one in messages]
            adapter.open()
            price = cast("Pricing", adapter).price(fitting)
    except (ChannelError, RenderFailed) as error:
        return {"trouble": error.reason[:60] or "no_reason"}
    except NotifyError as error:
        return {"trouble": error.code}
    except Exception as error:
        logger.error("campaign %d: the price could not be asked, %s", step.campaign_id, type(error).__name__)
        return {"trouble": "adapter_error"}
    return {"price": price, "sample": len(messages), "parts": len(sms_parts(messages[0].text)), "trouble": ""}


def _messages(step: CampaignStep) -> list[OutboundMessage]:
    """Return copies for made-up people, with numbers of every operator in equal shares."""
    with translation.override(LANGUAGE):
        copy = text_of(step).compose(reference="", address="", person=None, link=sample_link(step.channel))
    phones = [f"{PREFIXES[at % len(PREFIXES)]}{at:07}" for at in range(SAMPLE)]
    return [replace(copy, reference=f"price-{step.pk}-{at}", address=phone) for at, phone in enumerate(phones)]


def _balance(account: dict[str, Any]) -> Decimal | None:
    try:
        found = account.get("balance")
        return None if found is None else Decimal(str(found))
    except InvalidOperation:
        return None
