"""What the rows of one event hold: the event with its leaf hash, and the evidence behind its commitment."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from consents.enums import EventKind
from consents.ledger.canonical import canonical_time, commitment
from consents.ledger.event import FORMAT, event_leaf
from consents.ledger.event_rules import EventContent
from consents.ledger.evidence import SALT_BYTES, Snapshot, personal_values
from consents.types import Circumstances, RenderedDocument


class Entry(NamedTuple):
    """One event as it was asked for, before the ledger adds whose it is and when."""

    customer_id: int
    content: EventContent
    circumstances: Circumstances
    document: RenderedDocument | None
    answers: UUID | None
    valid_until: datetime | None
    personal: Mapping[str, str]


class EventRows(NamedTuple):
    """``event`` has `EVENT_COLUMNS` and ``leaf_hash``; ``salt`` and ``evidence`` open its commitment."""

    event: dict[str, Any]
    salt: bytes
    evidence: dict[str, str]


def event_rows(*, uuid: UUID, customer: Snapshot, entry: Entry) -> EventRows:
    """Return what is stored of an event about the customer as they are now. Raises EventInvalid."""
    salt, how = secrets.token_bytes(SALT_BYTES), entry.circumstances
    evidence = personal_values(
        snapshot=customer,
        is_erasure=entry.content.kind == EventKind.ERASED,
        circumstances=how,
        document=entry.document,
        valid_until=canonical_time(entry.valid_until) if entry.valid_until else "",
        further=entry.personal,
    )
    event = entry.content._asdict() | {
        "uuid": uuid,
        "subject": customer.subject,
        "operator_profile": entry.document.company_id if entry.document else None,
        "level": int(how.level),
        "method": str(how.method),
        "touchpoint": how.touchpoint,
        "answers": entry.answers,
        "request_key": how.request_key,
        "occurred_at": customer.now,
        "format": FORMAT,
        "commitment": commitment(salt, evidence),
    }
    return EventRows(event | {"leaf_hash": event_leaf(event)}, salt, evidence)
