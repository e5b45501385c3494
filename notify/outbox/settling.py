"""Messages in doubt, settled by the provider itself where it can be asked by a name that it knows.

Nothing is ever sent again from here: a message that the provider surely never got ends as failed, and a person may
send it anew.
"""

import logging
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import Any, Final, cast

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from consents.apart import apart
from notify.channels.base import ChannelAdapter, Misconfigured, SentMessage, TemporarilyUnavailable
from notify.channels.events import DeliveryReport, StatusLookup
from notify.channels.registry import adapter_of
from notify.channels.setup import Provider
from notify.enums import MessageState
from notify.models import Message
from notify.outbox.reports import report_record
from notify.provider_setups import providers_set_up

logger = logging.getLogger("notify.sending")

ASK_AFTER: Final = timedelta(minutes=2)
"""Not at once: the provider may still be at work on the very call whose answer was lost."""
ASK_AGAIN: Final = timedelta(minutes=10)
ASK_FOR: Final = timedelta(days=2)
MOST: Final = 100


def messages_settle() -> int:
    """Ask every provider about its messages in doubt, and return how many it settled. Any number may do so at once."""
    return sum(
        apart(f"asking provider {provider.name} about messages", partial(_settle, provider, channel), 0)
        for provider in providers_set_up()
        for channel in provider.channels
    )


def _settle(provider: Provider, channel: str) -> int:
    if provider.adapter is None or provider.has_own_process:
        return 0
    with closing(adapter_of(provider, channel)) as adapter:
        if not hasattr(adapter, "statuses"):
            return 0
        rows = _taken(provider.name, channel)
        if not rows:
            return 0
        reports = _asked(adapter, [SentMessage(**row) for row in rows], provider.name)
    what = f"a report of provider {provider.name}"
    return sum(
        apart(what, partial(report_record, provider=provider.name, report=report), broken=False) for report in reports
    )


def _asked(adapter: ChannelAdapter, sent: Sequence[SentMessage], name: str) -> Sequence[DeliveryReport]:
    try:
        adapter.open()
        return cast("StatusLookup", adapter).statuses(sent)
    except (TemporarilyUnavailable, Misconfigured) as error:
        logger.warning("provider %s was not asked about %d messages: %s", name, len(sent), error.reason)
        return ()


@transaction.atomic
def _taken(provider: str, channel: str) -> list[dict[str, Any]]:
    """Return what to ask about, marked as asked, so that another worker asks about others."""
    due = Q(asked_at=None) | Q(asked_at__lt=Now() - ASK_AGAIN)
    rows = Message.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        due,
        state=MessageState.UNKNOWN,
        provider=provider,
        channel=channel,
        sending_at__lt=Now() - ASK_AFTER,
        sending_at__gt=Now() - ASK_FOR,
    )
    found = list(
        rows.order_by("sending_at")
        .annotate(to=Coalesce(F("contact_point__value"), F("address")))
        .values_list("id", "reference", "provider_id", "to")[:MOST]
    )
    Message.objects.filter(pk__in=[number for number, *_ in found]).update(asked_at=Now())
    return [
        {"reference": str(reference), "provider_id": provider_id, "address": address}
        for _, reference, provider_id, address in found
    ]
