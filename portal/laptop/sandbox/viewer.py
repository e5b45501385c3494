"""What the in-built phone and mailbox hold, for their pages."""

from typing import Any, Final

from django.db.models import Count, Max, QuerySet

from consents.enums import Channel
from portal.models import SandboxMessage

BOXES: Final = 12
NEWEST: Final = 50


def boxes(channel: Channel) -> list[Any]:
    """Return the addresses of a channel, the one with the newest message first.

    ``newest_id`` is that of a message: it names the box, because addresses stand in no URL.
    """
    rows = SandboxMessage.objects.filter(channel=channel).values_list("address", named=True)
    counted = rows.annotate(count=Count("id"), newest_id=Max("id"), newest_at=Max("received_at"))
    return list(counted.order_by("-newest_at")[:BOXES])


def messages(channel: Channel, address: str) -> QuerySet[SandboxMessage]:
    """Return the newest messages of an address, newest first."""
    return SandboxMessage.objects.filter(channel=channel, address=address).order_by("-id")[:NEWEST]


def counts() -> dict[str, int]:
    """Count the messages of each channel."""
    return dict(SandboxMessage.objects.values_list("channel").annotate(count=Count("id")))
