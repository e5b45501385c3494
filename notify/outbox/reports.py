"""What providers report about messages: each event once, and a final state never moves back."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from notify.channels.events import DeliveryReport
from notify.enums import MessageState
from notify.models import DeliveryReport as ReportRow
from notify.models import Message
from notify.outbox import state
from notify.outbox.address_faults import address_delivered, address_fault_apply

_MOMENTS: Final[Mapping[str, str]] = {
    MessageState.ACCEPTED: "accepted_at",
    MessageState.DELIVERED: "delivered_at",
    MessageState.FAILED: "finished_at",
}


@transaction.atomic
def report_record(*, provider: str, report: DeliveryReport) -> bool:
    """Keep one event about a message and move the message forward. A final state never moves back.

    False for an unknown message and for an event that is there already.
    """
    message_id = message_of(provider=provider, reference=report.reference, provider_id=report.provider_id)
    if message_id is None:
        return False
    _, is_new = ReportRow.objects.get_or_create(
        provider=provider,
        event_key=report.event_key,
        defaults={
            "message_id": message_id,
            "state": report.state,
            "detail": report.detail,
            "occurred_at": report.occurred_at,
        },
    )
    if is_new and report.state in _MOMENTS:
        _move(message_id, report)
    if is_new and report.state == "delivered":
        address_delivered(message_id=message_id)
    if is_new and report.state == "failed" and report.address_fault:
        address_fault_apply(message_id=message_id, fault=report.address_fault, detail=report.detail)
    return is_new


def message_of(*, provider: str, reference: str, provider_id: str) -> int | None:
    """Return the message that an event is about: by our own reference, else by the provider's name for it."""
    known = _as_uuid(reference)
    if known is not None:
        rows = Message.objects.filter(reference=known)
    elif provider_id:
        # Rows from before providers were recorded have none.
        rows = Message.objects.filter(provider_id=provider_id, provider__in=["", provider])
    else:
        return None
    return rows.values_list("id", flat=True).first()


def _move(message_id: int, report: DeliveryReport) -> None:
    """Take the step only from a state that the table allows: a late or repeated event finds no row."""
    new = MessageState(report.state)
    moment = _MOMENTS[new]
    changes: dict[str, Any] = {
        "state": new,
        moment: Coalesce(F(moment), report.occurred_at),
        "lease": None,
        "leased_until": None,
    }
    if new == MessageState.FAILED:
        changes["error_code"] = (report.detail or "reported")[:60]
    if new == MessageState.DELIVERED:
        changes["accepted_at"] = Coalesce(F("accepted_at"), report.occurred_at)
        changes["finished_at"] = Coalesce(F("finished_at"), report.occurred_at)
    Message.objects.filter(pk=message_id, state__in=state.message_sources(new)).update(**changes)


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
