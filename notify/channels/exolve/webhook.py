"""What Exolve calls back with: messages both ways. Nothing is signed: the path of the webhook is the only secret."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from notify.channels.base import Rejected
from notify.channels.columns import LONGEST_TEXT, column_word
from notify.channels.events import DeliveryReport, InboundText, PlainAnswer, ReportState
from notify.channels.sms_phones import digits_of, e164

INCOMING: Final = "DIRECTION_INCOMING"
PREFIX: Final = "DELIVERY_STATUS_"

STATUSES: Final[Mapping[str, tuple[ReportState, str]]] = {
    "QUEUED": ("accepted", "waiting"),
    "PENDING": ("accepted", "waiting"),
    "ACCEPTED": ("accepted", "with_operator"),
    "SENT": ("accepted", "with_operator"),
    "ENROUTE": ("accepted", "on_the_way"),
    "DELIVERED": ("delivered", ""),
    "READ": ("delivered", "read"),
    "UNDELIVERED": ("failed", "undeliverable"),
    "NOT_DELIVERED": ("failed", "undeliverable"),
    "UNDELIVERABLE": ("failed", "undeliverable"),
    "FAILED": ("failed", "undeliverable"),
    "REJECTED": ("failed", "refused"),
    "EXPIRED": ("failed", "expired"),
    "DELETED": ("failed", "deleted"),
}
"""``delivery_status`` without `PREFIX`. No list of Exolve's own was found: other words move nothing."""


class ExolveWebhook(PlainAnswer):
    """Calls without a signature."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002 - the protocol's signature
        """Return whether a call has the form of a message."""
        try:
            return bool(_message(body))
        except Rejected:
            return False

    def read(self, body: bytes) -> list[DeliveryReport | InboundText]:
        """Understand one message. An outgoing one that says nothing of its delivery is skipped."""
        found = _message(body)
        if found["direction"] != INCOMING:
            return [report_of(found)] if found.get("delivery_status") else []
        phone = e164(column_word(found.get("sender")))
        if not phone:
            return []
        return [
            InboundText(
                channel="sms",
                account=phone,
                chat=phone,
                occurred_at=_moment(found.get("date")),
                text=column_word(found.get("text"), LONGEST_TEXT),
                event_key=column_word(found["message_id"]),
            )
        ]


def report_of(found: Mapping[str, Any], *, reference: str = "") -> DeliveryReport:
    """Return the report of one message."""
    name, status = (
        column_word(found.get("message_id")),
        column_word(found.get("delivery_status")).upper().removeprefix(PREFIX),
    )
    state, detail = STATUSES.get(status, ("unknown", "other_status"))
    return DeliveryReport(
        event_key=f"{name[:80]}:{status[:30]}",
        state=state,
        occurred_at=_moment(found.get("date")),
        reference=reference,
        provider_id=name,
        detail=detail,
    )


def _message(body: bytes) -> dict[str, Any]:
    """Return the message of a call. Raises `Rejected`."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Rejected("unreadable") from error
    if not isinstance(found, dict) or not digits_of(column_word(found.get("message_id"))) or not found.get("direction"):
        raise Rejected("unreadable")
    return found


def _moment(value: object) -> datetime:
    """Return a moment of ISO form; now for anything else."""
    try:
        at = datetime.fromisoformat(str(value))
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return datetime.now(UTC)
