"""What the in-built phone and mailbox hold, ready for their pages."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max
from django.utils.safestring import SafeString

from consents.enums import Channel
from portal.laptop.sandbox.text import code_in, pressable
from portal.models import SandboxMessage

NEWEST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One address that has received something. ``id`` is that of a message to it: addresses stand in no URL."""

    id: int
    address: str
    count: int
    newest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message as a page shows it."""

    id: int
    sender: str
    subject: str
    text: SafeString
    code: str
    at: datetime
    has_html: bool


def boxes(channel: Channel, *, limit: int = 12) -> list[Box]:
    """Return the addresses of a channel, the one with the newest message first."""
    rows = SandboxMessage.objects.filter(channel=channel).values("address")
    counted = rows.annotate(count=Count("id"), newest_id=Max("id"), newest_at=Max("received_at")).order_by(
        "-newest_at"
    )[:limit]
    return [
        Box(id=row["newest_id"], address=row["address"], count=row["count"], newest_at=row["newest_at"])
        for row in counted
    ]


def box_of(channel: Channel, address: str) -> int | None:
    """Return the id by which the box of an address is asked for; None when nothing has come there."""
    rows = SandboxMessage.objects.filter(channel=channel, address=address).order_by("-id")
    return rows.values_list("id", flat=True).first()


def messages(channel: Channel, address: str) -> list[Shown]:
    """Return the newest messages of an address, newest first."""
    rows = SandboxMessage.objects.filter(channel=channel, address=address).order_by("-id")[:NEWEST]
    return [_shown(row) for row in rows]


def message(message_id: int) -> Shown | None:
    """Return one message."""
    row = SandboxMessage.objects.filter(pk=message_id).first()
    return None if row is None else _shown(row)


def html_of(message_id: int) -> str | None:
    """Return the HTML part of a letter."""
    return SandboxMessage.objects.filter(pk=message_id).values_list("html", flat=True).first()


def address_of(message_id: int) -> str:
    """Return the address that a message went to."""
    return SandboxMessage.objects.filter(pk=message_id).values_list("address", flat=True).first() or ""


def counts() -> dict[str, int]:
    """Count the messages of each channel."""
    rows = SandboxMessage.objects.values_list("channel").annotate(count=Count("id"))
    return dict(rows)


def _shown(row: SandboxMessage) -> Shown:
    return Shown(
        id=row.pk,
        sender=row.sender,
        subject=row.subject,
        text=pressable(row.text),
        code=code_in(row.text),
        at=row.received_at,
        has_html=bool(row.html),
    )
