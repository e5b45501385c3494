"""Every no, written outside the database as soon as it stands in it and before anybody is told so.

A line holds what the no was and, encrypted, by what its person can be known again: also after a restore to a time
before they were loaded. What one savepoint recorded is written together.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

from django.db import DatabaseError, InterfaceError, connection, transaction

from consents.enums import EventKind
from consents.errors import SecretUnreadable
from consents.field_encryption import text_decrypt, text_encrypt
from consents.outside.epochs import Mark, mark_take
from consents.outside.files import Line, lines_add

logger = logging.getLogger(__name__)

NO: Final = "no"
KINDS: Final = frozenset(
    {EventKind.REFUSED, EventKind.WITHDRAWN, EventKind.CONTACT_DENIED, EventKind.STOP_SET, EventKind.RULES_REFUSED}
)
_FACTS: Final = (
    "uuid", "subject", "kind", "purpose", "channel", "contact", "level", "method", "actor_kind", "actor", "touchpoint",
    "occurred_at",
)  # fmt: skip
_PERSONAL: Final = ("external_id", "contact_kind", "contact")
_STOP: Final = ("stop_scope", "stop_reason", "stop_holder")
_PLACE: Final = "outside.noes"
_AT_ONCE: Final = 100


class _Batch:
    """What one transaction recorded, or one savepoint of it: if that is rolled back, so is this."""

    def __init__(self) -> None:
        self.noes: list[Line] = []

    def __call__(self) -> None:
        _write([self.noes[start : start + _AT_ONCE] for start in range(0, len(self.noes), _AT_ONCE)])


def event_note(event: Mapping[str, Any], evidence: Mapping[str, str]) -> None:
    """Write an event outside at the commit, where it says no."""
    if event["kind"] not in KINDS:
        return
    facts = {name: event[name] if isinstance(event[name], int) else str(event[name] or "") for name in _FACTS}
    facts |= {name: evidence[name] for name in _STOP if name in evidence}
    _note(facts, {name: evidence[name] for name in _PERSONAL if name in evidence})


def address_stop_note(*, kind: str, value: str, scope: str, reason: str) -> None:
    """Write a stop of an address that is on no file, and so has no event, outside at the commit."""
    facts = {
        "uuid": str(uuid4()),
        "kind": EventKind.STOP_SET.value,
        "stop_scope": scope,
        "stop_reason": reason,
        "stop_holder": "address",
    }
    _note(facts, {"contact_kind": kind, "contact": value})


def personal_of(no: Line) -> dict[str, str]:
    """Return by what the person of a line can be known; nothing where it was encrypted under another key."""
    try:
        return dict(json.loads(text_decrypt(no["who"], place=_PLACE)))
    except SecretUnreadable:
        return {}


def _note(facts: Line, personal: Mapping[str, str]) -> None:
    _batch().noes.append({**facts, "who": text_encrypt(json.dumps(personal), place=_PLACE)})


def _batch() -> _Batch:
    """Return the batch of the savepoint that we are in; each has its own, because each may be rolled back alone."""
    waiting = connection.run_on_commit
    if waiting and isinstance(waiting[-1][1], _Batch) and waiting[-1][0] == set(connection.savepoint_ids):
        return waiting[-1][1]
    batch = _Batch()
    transaction.on_commit(batch)
    return batch


def _write(batches: Sequence[Sequence[Line]]) -> None:
    """Write them at once. What cannot be written must not turn a no that stands into an error: somebody has to look."""
    try:
        mark = _mark()
        lines_add([mark.line(NO, noes=noes) if mark else {"kind": NO, "noes": noes} for noes in batches])
    except OSError as error:
        logger.critical("refusals cannot be written outside the database: %s", error.strerror)


def _mark() -> Mark | None:
    """Return the next mark; None from a database that has gone away since the commit. Raises OSError."""
    try:
        return mark_take()
    except (DatabaseError, InterfaceError, RuntimeError):
        return None
