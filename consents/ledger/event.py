"""The bytes of an event: which columns the leaf hash covers and how they are written. Pure; `docs/ledger.md`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from consents.ledger import merkle
from consents.ledger.canonical import canonical_bytes, canonical_time

FORMAT = 1
EVENT_COLUMNS = (
    "uuid", "subject", "kind", "purpose", "channel", "contact", "document", "document_version", "document_sha256",
    "operator_profile", "level", "method", "actor_kind", "actor", "touchpoint", "answers", "request_key",
    "occurred_at", "format", "commitment",
)  # fmt: skip


def canonical_event(row: Mapping[str, Any]) -> bytes:
    """Return the bytes that an event's leaf is the hash of: RFC 8785 over `EVENT_COLUMNS`.

    Bytes are lower-case hex, times ISO 8601 in UTC with microseconds and Z, UUIDs text, nulls explicit.
    """
    return canonical_bytes({name: _plain(row[name]) for name in EVENT_COLUMNS})


def event_leaf(row: Mapping[str, Any]) -> bytes:
    """Return the RFC 9162 leaf hash of an event."""
    return merkle.leaf_hash(canonical_event(row))


_PLAIN: dict[type, Callable[[Any], str | int | None]] = {
    datetime: canonical_time,
    UUID: str,
    bytes: bytes.hex,
    memoryview: memoryview.hex,
    int: int,
    str: str,
    type(None): lambda _: None,
}


def _plain(value: object) -> str | int | None:
    """Return a column as JSON can hold it; words of an enum are plain text."""
    return _PLAIN.get(value.__class__, str)(value)
