"""Signatures of our calls to a company's own address, after Standard Webhooks (standardwebhooks.com). Pure.

A receiver checks them with any of the libraries listed there, or with twenty lines of its own: `docs/scenarios.md`.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

PREFIX: Final = "whsec_"
KEY_BYTES: Final = range(24, 65)
"""As the specification asks: 192 to 512 bits."""
VERSION: Final = "v1"


def key_of(secret: str) -> bytes:
    """Return the key of a secret ``whsec_…``. Raises ValueError for what is none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError as error:
        raise ValueError("bad_secret") from error
    if not secret.startswith(PREFIX) or len(key) not in KEY_BYTES:
        raise ValueError("bad_secret")
    return key


def signature(*, secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of one call by one secret: ``v1,…``. Raises ValueError for a bad secret."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return f"{VERSION},{base64.b64encode(digest).decode()}"


def signed_headers(*, secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a call; during a rotation it is signed by each of ``secrets``.

    Raises ValueError for a bad secret.
    """
    signatures = [signature(secret=one, message_id=message_id, timestamp=timestamp, body=body) for one in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
