"""The inbox as staff read it: pages of dialogues, figures of what waits. Nothing here is masked or recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject, Left

from consents.database.clock import database_now
from consents.enums import Channel
from notify.enums import DialogueState, InboundOutcome
from notify.models import Dialogue, InboundMessage, Reply

Listed = Literal["waiting", "mine", "all", "cabinet"]

PREVIEW_CHARACTERS: Final = 160
COUNTED: Final = 1000
"""Counting further would cost more than it tells: «999+» says enough."""

_COLUMNS: Final = (
    "id",
    "customer_id",
    "customer__external_id",
    "customer__name",
    "channel",
    "account",
    "subject",
    "state",
    "unread",
    "waiting_since",
    "cabinet",
    "cabinet_until",
    "cabinet_since",
    "last_at",
    "claimed_by_id",
    "claimed_by__name",
    "claimed_by__email",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastText:
    """The newest text of a dialogue, cut. Without text there is only what was sent along."""

    text: str
    is_ours: bool
    has_attachments: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueView:
    """One dialogue. ``account`` and ``customer_name`` are whole: a page masks them."""

    id: int
    customer_id: int | None
    external_id: str
    customer_name: str
    channel: Channel
    account: str
    subject: str
    state: DialogueState
    unread: int
    waiting_since: datetime | None
    last_at: datetime
    holder_id: int | None
    holder: str
    """Name of the member of staff who has it, empty where nobody has."""
    cabinet: str = ""
    """The provider in whose cabinet people lead it; empty: nobody does, or the last word there is long ago."""
    cabinet_since: datetime | None = None
    """The first message left there that nobody has answered."""
    last: LastText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxNews:
    """What a page that asks again and again needs to know."""

    waiting: int
    newest_id: int
    """The newest message that waits for a person, 0 for none."""


def dialogues_page(*, listed: Listed, user_id: int, start: int, size: int) -> list[DialogueView]:
    """Return a stretch of one list: who waits longest first, here or in a cabinet, or the latest first."""
    rows = Dialogue.objects.all()
    if listed == "waiting":
        rows = rows.filter(waiting_since__isnull=False).order_by("waiting_since", "id")
    elif listed == "cabinet":
        rows = rows.filter(cabinet_since__isnull=False).order_by("cabinet_since", "id")
    elif listed == "mine":
        rows = rows.filter(claimed_by=user_id).order_by("-last_at")
    else:
        rows = rows.order_by("-last_at", "-id")
    # Ids first: what a row shows would otherwise be looked up for the rows before the stretch too.
    return dialogues_shown(list(rows.values_list("id", flat=True)[start : start + size]))


def dialogues_shown(ids: Sequence[int]) -> list[DialogueView]:
    """Return dialogues in the order of their ids, each with the newest text of it."""
    inbound = InboundMessage.objects.filter(dialogue=OuterRef("pk")).order_by("-id")
    reply = Reply.objects.filter(dialogue=OuterRef("pk")).order_by("-id")
    rows = Dialogue.objects.filter(pk__in=ids).annotate(
        last_inbound=Subquery(
            inbound.values(one=JSONObject(at="received_at", text=_start("text"), more="attachments"))[:1]
        ),
        last_reply=Subquery(reply.values(one=JSONObject(at="created_at", text=_start("text"), more="attachments"))[:1]),
    )
    found = {row["id"]: row for row in rows.values(*_COLUMNS, "last_inbound", "last_reply")}
    return [_view(found[pk], last=_last(found[pk])) for pk in ids if pk in found]


def dialogue_view(*, dialogue_id: int) -> DialogueView | None:
    """Return one dialogue without its texts, None where there is none."""
    row = Dialogue.objects.filter(pk=dialogue_id).values(*_COLUMNS).first()
    return None if row is None else _view(row)


def dialogue_of_customer(*, customer_id: int) -> int | None:
    """Return the id of the dialogue with a customer, None when they have never written."""
    return Dialogue.objects.filter(customer_id=customer_id).values_list("pk", flat=True).first()


def inbox_news() -> InboxNews:
    """Return how many dialogues wait for an answer, `COUNTED` at most, and the newest message that waits."""
    return InboxNews(waiting=waiting_count(), newest_id=_newest(InboundMessage.objects.filter(_WAITS)))


def waiting_count() -> int:
    """Return how many dialogues wait for an answer, `COUNTED` at most."""
    return Dialogue.objects.filter(waiting_since__isnull=False).values("id")[:COUNTED].count()


def cabinet_waiting_count() -> int:
    """Return how many dialogues wait for an answer in a cabinet, `COUNTED` at most."""
    return Dialogue.objects.filter(cabinet_since__isnull=False).values("id")[:COUNTED].count()


def newest_inbound(*, dialogue_id: int) -> int:
    """Return the newest message of the customer in a dialogue, 0 for none."""
    return _newest(InboundMessage.objects.filter(dialogue_id=dialogue_id))


_WAITS: Final = Q(outcome=InboundOutcome.OPEN)


def _newest(messages: QuerySet[InboundMessage]) -> int:
    return messages.order_by("-id").values_list("id", flat=True).first() or 0


def _start(column: str) -> Left:
    return Left(column, PREVIEW_CHARACTERS)


def _last(row: dict[str, Any]) -> LastText | None:
    inbound, reply = row["last_inbound"], row["last_reply"]
    if reply and (not inbound or datetime.fromisoformat(reply["at"]) > datetime.fromisoformat(inbound["at"])):
        return LastText(text=reply["text"], is_ours=True, has_attachments=bool(reply["more"]))
    if inbound:
        return LastText(text=inbound["text"], is_ours=False, has_attachments=bool(inbound["more"]))
    return None


def _view(row: dict[str, Any], *, last: LastText | None = None) -> DialogueView:
    is_led_there = row["cabinet_since"] or (row["cabinet_until"] and row["cabinet_until"] > database_now())
    return DialogueView(
        id=row["id"],
        customer_id=row["customer_id"],
        external_id=row["customer__external_id"] or "",
        customer_name=row["customer__name"] or "",
        channel=Channel(row["channel"]),
        account=row["account"],
        subject=row["subject"],
        state=DialogueState(row["state"]),
        unread=row["unread"],
        waiting_since=row["waiting_since"],
        last_at=row["last_at"],
        holder_id=row["claimed_by_id"],
        holder=row["claimed_by__name"] or row["claimed_by__email"] or "",
        cabinet=row["cabinet"] if is_led_there else "",
        cabinet_since=row["cabinet_since"],
        last=last,
    )
