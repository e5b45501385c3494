"""Canonical JSON (RFC 8785, JCS): the one place that writes bytes which are hashed. Pure, no database.

All objects of the ledger are flat, with ASCII names and values that are strings, integers below 2**53 or null. Within
those limits the encoder of the standard library with sorted names is RFC 8785 to the byte and six times as fast as the
library `rfc8785`, which writes everything else; the tests hold one against the other.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import rfc8785

from consents.errors import EventInvalid

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_INTEGER_LIMIT = 2**53


def canonical_bytes(values: Mapping[str, str | int | None]) -> bytes:
    """Return the canonical form. Raises EventInvalid for a value that has none."""
    for name, value in values.items():
        if not name.isascii():
            raise EventInvalid(f"the name {name!r} is not ASCII")
        # By exact class: a check of millions of events spends its time here.
        if value.__class__ is str or value is None:
            continue
        if value.__class__ is not int or abs(value) >= _INTEGER_LIMIT:
            raise EventInvalid(f"{name}: not text, null or an integer that JSON can hold")
    try:
        return _ENCODER.encode(values).encode()
    except UnicodeEncodeError as error:
        raise EventInvalid("text with half a surrogate pair") from error


def canonical_json(value: Any) -> bytes:
    """Return the canonical form of any JSON value. Raises `rfc8785.CanonicalizationError` for one that has none."""
    return rfc8785.dumps(value)


def canonical_time(moment: datetime) -> str:
    """Return the moment in UTC with all six digits of the microseconds: 2026-11-24T09:15:00.000001Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def commitment(salt: bytes, personal: Mapping[str, str]) -> bytes:
    """Return the HMAC-SHA-256 that ties `personal` to an event; without the salt no value can be guessed from it."""
    return hmac.digest(salt, canonical_bytes(personal), sha256)
