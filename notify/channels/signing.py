"""Signatures of Standard Webhooks 1.0 (`standard-webhooks/standard-webhooks`, spec): symmetric, `v1`. Pure.

What is signed is ``{id}.{timestamp}.{body}``. Several secrets in force mean several signatures in one header; one that
fits is enough.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"

PREFIX: Final = "whsec_"
KEY_BYTES: Final = range(24, 65)
"""Lengths of a key that the specification allows."""
WINDOW_SECONDS: Final = 300
"""How far the clock of a call may be from ours: an older one may be a replay."""
MOST_SIGNATURES: Final = 16
"""Read of one header; a sender in rotation has two."""

_SECONDS: Final = re.compile(r"[0-9]{1,12}")


def key_of(secret: str) -> bytes:
    """Return the key of ``whsec_<base64>``; a secret without that prefix is its own key. Raises `ValueError`."""
    if not secret.startswith(PREFIX):
        return secret.encode()
    encoded = secret.removeprefix(PREFIX).rstrip("=")
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError as error:  # of base64 itself, or of letters outside ASCII
        raise ValueError("not base64") from error
    if len(key) not in KEY_BYTES:
        raise ValueError("too short or too long")
    return key


def secret_of(key: bytes) -> str:
    """Return a key in the form that the libraries of Standard Webhooks take."""
    return PREFIX + base64.b64encode(key).decode()


def secret_written(secret: str) -> str:
    """Return any secret in that form; its key stays the same."""
    return secret if secret.startswith(PREFIX) else secret_of(secret.encode())


def signed_headers(keys: Iterable[bytes], *, identifier: str, at: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a call, with a signature by each key."""
    signatures = " ".join(_signature(key, identifier, str(at), body) for key in keys)
    return {ID: identifier, TIMESTAMP: str(at), SIGNATURE: signatures}


def is_signed(keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, *, now: float) -> bool:
    """Return whether one of ``keys`` has signed a call within the window around ``now``, in constant time."""
    named = {name.lower(): value for name, value in headers.items()}
    identifier, timestamp, given = (named.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not (identifier and identifier.isascii() and _SECONDS.fullmatch(timestamp)):
        return False
    if abs(now - int(timestamp)) > WINDOW_SECONDS:
        return False
    theirs = [one.encode() for one in given.split(" ")[:MOST_SIGNATURES]]
    ours = [_signature(key, identifier, timestamp, body).encode() for key in keys]
    fits = [hmac.compare_digest(one, other) for one in ours for other in theirs]
    return any(fits)


def _signature(key: bytes, identifier: str, timestamp: str, body: bytes) -> str:
    content = f"{identifier}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
