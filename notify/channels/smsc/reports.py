"""A status of SMSC.ru as a report of ours, whether it was asked for or came by itself."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Final

from notify.channels.columns import column_word
from notify.channels.events import DeliveryReport
from notify.channels.sms_phones import fault_of, tag_of
from notify.channels.smsc.words import ERRORS, STATUSES

LARGEST_ID: Final = 2**31 - 1


def number_of_call(references: Collection[str]) -> int:
    """Return the id of a call that hands over these messages: 1 to 2147483647, the same for the same messages."""
    digest = hashlib.sha256("\n".join(references).encode()).digest()
    return int.from_bytes(digest[:8], "big") % LARGEST_ID + 1


def message_id(number: object, phone: str) -> str:
    """Return the name of one message: a list has one id, its messages differ by phone."""
    return f"{column_word(number, 100)}-{tag_of(phone)}"


def report(
    provider_id: str, status: int, error: int, at: datetime, *, barred: Collection[int], reference: str = ""
) -> DeliveryReport:
    """Return the report of a status. A status that we do not know moves nothing."""
    state, detail, fault = STATUSES.get(status, ("unknown", f"status_{status}", ""))
    if state == "failed" and error:
        detail, fault = ERRORS.get(error, (f"error_{error}", fault))
        fault = fault_of(error, fault, barred)
    return DeliveryReport(
        event_key=f"{provider_id}:{status}",
        state=state,
        occurred_at=at,
        reference=reference,
        provider_id=provider_id,
        detail=detail,
        address_fault=fault,
    )
