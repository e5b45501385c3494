"""Lists behind the figures: messages that need an eye, people at a stage of the funnel, and those of one customer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from consents.enums import Channel
from consents.reach.barring import barred
from notify.enums import MessageKind, MessageState
from notify.models import Message
from notify.outbox.state import HANDED_OVER

LISTED: Final = (MessageState.UNKNOWN, MessageState.FAILED, MessageState.SKIPPED)

REASON_COLUMN: Final[Mapping[MessageState, str]] = dict.fromkeys(LISTED, "error_code") | {
    MessageState.SKIPPED: "skip_reason"
}
"""Where a state has the code of its reason."""

STAGES: Final[Mapping[str, Q]] = {
    "planned": Q(),
    "sent": Q(state__in=HANDED_OVER),
    "delivered": Q(state=MessageState.DELIVERED),
    "visited": Q(link__visited_at__isnull=False),
    "confirmed": Q(link__confirmed_at__isnull=False),
    "consented": Q(link__consented_at__isnull=False),
    "max_linked": Q(link__max_linked_at__isnull=False),
    "dialogue_ended": Q(link__dialogue_ended_at__isnull=False),
}
"""What each figure of `notify.campaigns.funnel` asks of a message and its link."""
BESIDE: Final[Mapping[str, Q]] = {
    "barred": Q(barred("contact_point"), state__in=(MessageState.SKIPPED, MessageState.FAILED)),
    "failed": Q(state=MessageState.FAILED),
}
"""What the figures beside the funnel ask: whose operator lets no mailings through, whose message did not arrive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMessage:
    """One message as its receiver may see it, without text and address, which are not kept."""

    id: int
    kind: MessageKind
    channel: Channel
    state: MessageState
    sent_at: datetime


def messages_of(*, customer_id: int, limit: int) -> tuple[OwnMessage, ...]:
    """Return the messages that have left for one customer, the newest first."""
    rows = Message.objects.filter(customer_id=customer_id, sending_at__isnull=False).exclude(kind=MessageKind.TEST)
    return _own(rows.order_by("-id")[:limit])


def messages_until(*, customer_id: int, until: datetime | None, limit: int) -> tuple[OwnMessage, ...]:
    """Return the messages that have left for one customer until a moment, answers in dialogues left out.

    The latest to leave comes first.
    """
    rows = Message.objects.filter(customer_id=customer_id, sending_at__isnull=False)
    rows = rows.exclude(kind__in=(MessageKind.TEST, MessageKind.REPLY))
    if until is not None:
        rows = rows.filter(sending_at__lte=until)
    return _own(rows.order_by("-sending_at", "-id")[:limit])


def _own(rows: QuerySet[Message]) -> tuple[OwnMessage, ...]:
    return tuple(
        OwnMessage(id=pk, kind=MessageKind(kind), channel=Channel(channel), state=MessageState(state), sent_at=sent_at)
        for pk, kind, channel, state, sent_at in rows.values_list("id", "kind", "channel", "state", "sending_at")
        if sent_at is not None
    )


def messages_listed(*, state: str, campaign_id: int | None = None, reason: str | None = None) -> QuerySet[Message, Any]:
    """Return the rows of one of `LISTED` states as dictionaries, newest first, without any address.

    Keys: id, campaign_id, channel, reference, customer_id, external_id, error_code, skip_reason, attempt,
    kind, sending_at, finished_at. ``reason`` is the code of one reason. Cut the page yourself.
    """
    messages = Message.objects.filter(state=MessageState(state))
    if campaign_id is not None:
        messages = messages.filter(campaign_id=campaign_id, kind=MessageKind.CAMPAIGN)
    if reason is not None:
        messages = messages.filter(**{REASON_COLUMN[MessageState(state)]: reason})
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


def people_listed(*, stage: str, campaign_id: int) -> QuerySet[Message, Any]:
    """Return the rows of `people_rows` as dictionaries in the order of planning, without name or address.

    Keys: customer_id, external_id, state, accepted_at. Cut the page yourself. Raises KeyError for another word.
    """
    messages = people_rows(stage=stage, campaign_id=campaign_id)
    return messages.order_by("id").values("customer_id", "state", "accepted_at", external_id=F("customer__external_id"))


def people_rows(*, stage: str, campaign_id: int) -> QuerySet[Message]:
    """Return the messages of a campaign behind one of `STAGES` or `BESIDE`. Raises KeyError for another word."""
    asked = {**STAGES, **BESIDE}[stage]
    return Message.objects.filter(asked, campaign_id=campaign_id, kind=MessageKind.CAMPAIGN)


def campaign_tests(*, campaign_id: int, limit: int = 3) -> QuerySet[Message, Any]:
    """Return the latest tests of a campaign as dictionaries, newest first.

    Keys: created_at, state, skip_reason, error_code.
    """
    tests = Message.objects.filter(campaign_id=campaign_id, kind=MessageKind.TEST).order_by("-id")
    return tests.values("created_at", "state", "skip_reason", "error_code")[:limit]


def report_rows(*, campaign_id: int) -> Iterator[Mapping[str, Any]]:
    """Return the rows of the plan as dictionaries in the order of planning, without contact or name; memory stays flat.

    Keys: external_id, the number in the company's own system, channel, state, skip_reason, error_code, and the moments
    of the stages: accepted_at, delivered_at, visited_at, confirmed_at, consented_at, max_linked_at.
    """
    rows = Message.objects.filter(campaign_id=campaign_id, kind=MessageKind.CAMPAIGN).order_by("id")
    return rows.values(
        "channel",
        "state",
        "skip_reason",
        "error_code",
        "accepted_at",
        "delivered_at",
        external_id=F("customer__external_id"),
        visited_at=F("link__visited_at"),
        confirmed_at=F("link__confirmed_at"),
        consented_at=F("link__consented_at"),
        max_linked_at=F("link__max_linked_at"),
    ).iterator(chunk_size=2000)
