"""What SMS Aero calls back with. Nothing is signed: the path of the webhook is the only secret, a report is a hint."""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from notify.channels.base import Rejected
from notify.channels.events import DeliveryReport, PlainAnswer, ReportState
from notify.channels.sms_phones import moment_of, number_of

STATUSES: Final[Mapping[int, tuple[ReportState, str]]] = {
    0: ("accepted", "waiting"),
    1: ("delivered", ""),
    2: ("failed", "undeliverable"),
    3: ("accepted", "with_operator"),
    4: ("accepted", "on_the_way"),
    6: ("failed", "refused"),
    8: ("accepted", "moderation"),
}
"""``status`` of a message, in a report and in an answer. It says nothing of the contact."""


class SmsaeroWebhook(PlainAnswer):
    """Calls without a signature."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002 - the protocol's signature
        """Return whether a call has the form of a report."""
        try:
            return bool(self.read(body))
        except Rejected:
            return False

    def read(self, body: bytes) -> list[DeliveryReport]:
        """Understand one report, a form or JSON."""
        try:
            text = body.decode()
            return [report_of(json.loads(text) if text.lstrip()[:1] == "{" else dict(parse_qsl(text)))]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Rejected("unreadable") from error


def report_of(found: Any, *, reference: str = "") -> DeliveryReport:
    """Return the report of one message. Raises ValueError, KeyError and TypeError."""
    name, status = str(number_of(found["id"])), number_of(found["status"])
    state, detail = STATUSES.get(status, ("unknown", f"status_{status}"))
    return DeliveryReport(
        event_key=f"{name}:{status}",
        state=state,
        occurred_at=moment_of(found.get("dateAnswer") or found.get("dateSend")),
        reference=reference,
        provider_id=name,
        detail=detail,
    )
