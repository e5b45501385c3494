"""What is known of one account beside its owner: the dialogue with the bot, and what was sent to it. No texts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, Min, Q

from consents.enums import Channel, LegalBasis
from notify.enums import MessageKind, MessageState, SkipReason, TextKind
from notify.models import AccountDialogue, InboundMessage, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueFacts:
    """A dialogue as MAX has told it: only its last turn is kept. ``first_at`` is of the first message that we have."""

    is_open: bool
    changed_at: datetime
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """One message to an account: kind, times, state. ``basis`` and ``text_kind`` are those of a campaign."""

    kind: MessageKind
    created_at: datetime
    sent_at: datetime | None
    state: MessageState
    skip_reason: SkipReason | None
    text_kind: TextKind | None
    basis: LegalBasis | None


def max_dialogue_of(*, account: str) -> DialogueFacts | None:
    """Return the dialogue of an account with the bot; None when there never was one."""
    row = AccountDialogue.objects.filter(channel=Channel.MAX.value, account=account).first()
    if row is None:
        return None
    written = InboundMessage.objects.filter(channel=Channel.MAX.value, account=account).aggregate(
        first=Min("occurred_at"), last=Max("occurred_at")
    )
    return DialogueFacts(
        is_open=row.is_open, changed_at=row.changed_at, first_at=written["first"], last_at=written["last"]
    )


def messages_to(*, channel: Channel, account: str, contact_point_ids: Collection[int]) -> tuple[SentMessage, ...]:
    """Return every message to an account that was planned, the oldest first: also what the gate kept back."""
    rows = (
        Message.objects.filter(channel=channel.value)
        .filter(Q(address=account) | Q(contact_point_id__in=contact_point_ids))
        .exclude(kind=MessageKind.TEST)
        .order_by("id")
        .values(
            "kind",
            "created_at",
            "state",
            "skip_reason",
            sent_at=F("sending_at"),
            text_kind=F("step__text_kind"),
            basis=F("step__legal_basis"),
        )
    )
    return tuple(
        SentMessage(
            kind=MessageKind(row["kind"]),
            created_at=row["created_at"],
            sent_at=row["sent_at"],
            state=MessageState(row["state"]),
            skip_reason=SkipReason(row["skip_reason"]) if row["skip_reason"] else None,
            text_kind=TextKind(row["text_kind"]) if row["text_kind"] else None,
            basis=LegalBasis(row["basis"]) if row["basis"] else None,
        )
        for row in rows
    )
