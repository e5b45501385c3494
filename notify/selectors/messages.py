"""Messages that need a person's eye: unknown, failed, skipped, each with the reason."""

from typing import Any

from django.db.models import F, QuerySet

from notify.enums import MessageKind, MessageState
from notify.models import Message

LISTED = (MessageState.UNKNOWN, MessageState.FAILED, MessageState.SKIPPED)


def messages_listed(*, state: str, campaign_id: int | None = None) -> QuerySet[Message, Any]:
    """Rows of one of `LISTED` states as dictionaries, newest first, without any address.

    Keys: id, campaign_id, channel, reference, customer_id, external_id, error_code, skip_reason, attempt,
    kind, sending_at, finished_at. Cut the page yourself.
    """
    messages = Message.objects.filter(state=MessageState(state))
    if campaign_id is not None:
        messages = messages.filter(campaign_id=campaign_id, kind=MessageKind.CAMPAIGN)
    return messages.order_by("-id").values(
        "id",
        "campaign_id",
        "channel",
        "kind",
        "reference",
        "customer_id",
        "error_code",
        "skip_reason",
        "attempt",
        "sending_at",
        "finished_at",
        external_id=F("customer__external_id"),
    )
