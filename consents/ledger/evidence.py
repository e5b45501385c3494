"""The personal half of an event: which facts are kept, under which names. Pure, no database."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from consents.errors import EventInvalid
from consents.storable import storable
from consents.types import Circumstances, RenderedDocument

SALT_BYTES = 32
"""Of the salt of a commitment; losing it unties the event from the person."""
TEXT_LIMIT = 100_000
VALUE_LIMIT = 2_000
_CIRCUMSTANCES = ("ip", "user_agent", "page", "build", "button", "box_default", "shown_at", "opened_at")

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Snapshot(NamedTuple):
    """What the register held of the person and the contact when the event came about, read under the lock."""

    subject: UUID
    now: datetime
    name: str
    external_id: str
    time_zone: str
    contact_point_id: int | None
    contact_kind: str
    contact: str


def personal_values(
    *,
    snapshot: Snapshot,
    is_erasure: bool,
    circumstances: Circumstances,
    document: RenderedDocument | None,
    valid_until: str,
    further: Mapping[str, str],
) -> dict[str, str]:
    """Return the evidence: non-empty strings only, cut to what the database can hold.

    The record of an erasure keeps nothing but ``further``. Raises EventInvalid when a further fact takes the name of
    one that is kept anyway.
    """
    own: dict[str, str] = {}
    if not is_erasure:
        own = _who(snapshot) | _how(circumstances, snapshot) | (_text(document) if document else {})
        own["valid_until"] = valid_until
    values = {name: storable(value, TEXT_LIMIT if name == "text" else VALUE_LIMIT) for name, value in own.items()}
    for name, value in {**circumstances.extra, **further}.items():
        if not _NAME.fullmatch(name) or name in own:
            raise EventInvalid(f"{name!r} is not a name for a further fact")
        values[name] = storable(str(value), VALUE_LIMIT)
    return {name: value for name, value in values.items() if value}


def _who(snapshot: Snapshot) -> dict[str, str]:
    return {
        "name": snapshot.name,
        "external_id": snapshot.external_id,
        "contact_kind": snapshot.contact_kind,
        "contact": snapshot.contact,
    }


def _how(circumstances: Circumstances, snapshot: Snapshot) -> dict[str, str]:
    zone = circumstances.zone or snapshot.time_zone
    facts: dict[str, str] = {name: getattr(circumstances, name) for name in _CIRCUMSTANCES}
    return facts | {"zone": zone, "offset": _offset(zone, snapshot.now)}


def _text(document: RenderedDocument) -> dict[str, str]:
    return {
        "text": document.text,
        "text_sha256": document.sha256,
        "title": document.title,
        "checkbox": document.checkbox,
        "edition": str(document.number),
        "published_on": document.published_on,
        "language": document.language,
    }


def _offset(zone: str, now: datetime) -> str:
    """Return the offset from UTC at the time, as +03:00; empty for a zone that does not exist."""
    try:
        offset = now.astimezone(ZoneInfo(zone)).strftime("%z")
    except (ZoneInfoNotFoundError, ValueError):
        return ""
    return f"{offset[:3]}:{offset[3:5]}"
