"""One-time codes: six digits made from an id with a key, so that no table, cache or log holds one. Pure."""

import hmac
from hashlib import sha256
from uuid import UUID

DIGITS = 6


def code_of(verification: UUID, key: bytes) -> str:
    """Return the code of a verification: always the same six digits."""
    digest = hmac.digest(key, b"consents.code|" + verification.bytes, sha256)
    return str(int.from_bytes(digest[:16]) % 10**DIGITS).zfill(DIGITS)


def code_is_right(given: str, verification: UUID, key: bytes) -> bool:
    """Return whether the typed code is right, compared in constant time; blanks and hyphens are ignored."""
    digits = "".join(letter for letter in given[:32] if letter not in " -\u00a0\u2009")
    return hmac.compare_digest(digits.encode("utf-8", "replace"), code_of(verification, key).encode())


def target_key(kind: str, value: str, key: bytes) -> bytes:
    """Return the keyed hash under which the codes of one contact are counted, whoever's contact it is."""
    return hmac.digest(key, f"consents.target|{kind}|{value}".encode(), sha256)


def lock_number(key: bytes | str) -> int:
    """Return a signed 64-bit number for an advisory lock of the database."""
    raw = key if isinstance(key, bytes) else key.encode()
    return int.from_bytes(sha256(raw).digest()[:8], signed=True)
