"""What the sandbox calls back with: reports about messages."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from notify.channels.base import Rejected
from notify.channels.columns import column_word
from notify.channels.events import DeliveryReport, ReportState, SecretInHeader

SECRET_HEADER: Final = "X-Sandbox-Secret"  # noqa: S105 - the name of a header

STATES: Final[Mapping[str, ReportState]] = {
    "accepted": "accepted",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "rejected": "failed",
    "expired": "failed",
}
"""The sandbox's words, and ours."""


class SandboxWebhook(SecretInHeader):
    """Calls with a secret in a header."""

    header = SECRET_HEADER

    def read(self, body: bytes) -> list[DeliveryReport]:
        """Read ``{"events": [{"key", "reference", "id", "state", "at", "detail"}]}``."""
        try:
            return [_report(event) for event in json.loads(body)["events"]]
        except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
            raise Rejected("unreadable") from error


def _report(event: Mapping[str, Any]) -> DeliveryReport:
    at = datetime.fromisoformat(event["at"])
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return DeliveryReport(
        event_key=column_word(event["key"]),
        state=STATES.get(str(event["state"]), "unknown"),
        occurred_at=at,
        reference=column_word(event.get("reference", "")),
        provider_id=column_word(event.get("id", "")),
        detail=column_word(event.get("detail", "")),
    )
