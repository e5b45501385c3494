"""One dialogue as staff read it: what the customer wrote, every answer and note, and all else that left for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from consents.enums import Channel
from notify.enums import InboundOutcome, MessageKind, MessageState, SkipReason
from notify.models import DialogueNote, InboundMessage, Reply
from notify.outbox.watching.reading import messages_until

ItemKind = Literal["inbound", "reply", "note", "message"]

PAGE: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadItem:
    """One line of a thread. A message that was no answer has no text: it is not kept."""

    kind: ItemKind
    id: int
    at: datetime
    channel: Channel | None = None
    text: str = ""
    subject: str = ""
    author: str = ""
    """Of staff; empty for the customer, for the bot and for who answered in a cabinet."""
    provider: str = ""
    """Of an answer that was given in its cabinet, or of a customer's message that was left there."""
    is_automatic: bool = False
    """A robot has answered there."""
    attachments: tuple[str, ...] = ()
    outcome: InboundOutcome | None = None
    message_kind: MessageKind | None = None
    state: MessageState | None = None
    skip_reason: SkipReason | None = None
    error_code: str = ""
    """Why it failed, as the outbox keeps it."""
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Some lines in the order of time. ``earlier`` is until when to ask for the lines before, None at the beginning."""

    items: tuple[ThreadItem, ...]
    earlier: datetime | None


def thread_read(
    *, dialogue_id: int, customer_id: int | None, until: datetime | None = None, size: int = PAGE
) -> Thread:
    """Return the newest lines of a dialogue, or the newest of those until a moment, that moment included.

    Lines of one moment are never parted by the end of a page.
    """
    taken = size + 1
    lines = [
        *_inbound(dialogue_id, until, taken),
        *_replies(dialogue_id, until, taken),
        *_notes(dialogue_id, until, taken),
        *(_messages(customer_id, until, taken) if customer_id is not None else ()),
    ]
    newest = sorted(lines, key=_place)[-taken:]
    if len(newest) <= size:
        return Thread(items=tuple(newest), earlier=None)
    earlier = newest[0].at
    items = tuple(line for line in newest if line.at > earlier)
    if items:
        return Thread(items=items, earlier=earlier)
    # A whole page of one moment, which only a repaired table has: shown, and passed.
    return Thread(items=tuple(newest), earlier=earlier - timedelta(microseconds=1))


def _place(item: ThreadItem) -> tuple[datetime, str, int]:
    return item.at, item.kind, item.id


def _inbound(dialogue_id: int, until: datetime | None, taken: int) -> Iterator[ThreadItem]:
    rows = _cut(InboundMessage.objects.filter(dialogue_id=dialogue_id), "received_at", until, taken)
    columns = ("id", "received_at", "channel", "text", "subject", "attachments", "outcome", "provider")
    for pk, at, channel, text, subject, attachments, outcome, provider in rows.values_list(*columns):
        yield ThreadItem(
            kind="inbound",
            id=pk,
            at=at,
            channel=Channel(channel),
            text=text,
            subject=subject,
            attachments=tuple(attachments),
            outcome=InboundOutcome(outcome),
            provider=provider if outcome == InboundOutcome.CABINET else "",
        )


def _replies(dialogue_id: int, until: datetime | None, taken: int) -> Iterator[ThreadItem]:
    rows = _cut(Reply.objects.filter(dialogue_id=dialogue_id), "created_at", until, taken)
    columns = (
        *("id", "channel", "text", "subject", "provider", "is_automatic", "created_at", "buttons", "attachments"),
        *("author__name", "author__email", "message__state", "message__skip_reason", "message__error_code"),
    )
    for row in rows.values(*columns):
        yield ThreadItem(
            kind="reply",
            id=row["id"],
            at=row["created_at"],
            channel=Channel(row["channel"]),
            text=row["text"],
            subject=row["subject"],
            buttons=tuple(row["buttons"]),
            attachments=tuple(row["attachments"]),
            author=row["author__name"] or row["author__email"] or "",
            provider=row["provider"],
            is_automatic=row["is_automatic"],
            state=MessageState(row["message__state"]) if row["message__state"] else None,
            skip_reason=SkipReason(row["message__skip_reason"]) if row["message__skip_reason"] else None,
            error_code=row["message__error_code"] or "",
        )


def _notes(dialogue_id: int, until: datetime | None, taken: int) -> Iterator[ThreadItem]:
    rows = _cut(DialogueNote.objects.filter(dialogue_id=dialogue_id), "created_at", until, taken)
    for pk, at, text, name, email in rows.values_list("id", "created_at", "text", "author__name", "author__email"):
        yield ThreadItem(kind="note", id=pk, at=at, text=text, author=name or email)


def _messages(customer_id: int, until: datetime | None, taken: int) -> Iterator[ThreadItem]:
    for row in messages_until(customer_id=customer_id, until=until, limit=taken):
        yield ThreadItem(
            kind="message",
            id=row.id,
            at=row.sent_at,
            channel=row.channel,
            message_kind=row.kind,
            state=row.state,
        )


def _cut(rows: Any, column: str, until: datetime | None, taken: int) -> Any:
    if until is not None:
        rows = rows.filter(**{f"{column}__lte": until})
    return rows.order_by(f"-{column}", "-id")[:taken]
