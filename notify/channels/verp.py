"""Addresses of return that name the message: ``bounce+<token>@move.bank.ru``. Pure.

A token is our reference and a check made with a key, 40 letters and digits that keep their meaning in any case: so
nobody can make up a bounce of a message that he did not get, and whatever a server has done to the letter, the
address of the recipient still says which message it was.
"""

import binascii
import hashlib
import hmac
from base64 import b32decode, b32encode
from typing import Final
from uuid import UUID

from notify.channels.base import Misconfigured

CHECK_BYTES: Final = 9
"""With the 16 of a reference they fill 40 characters of base32 to the last bit."""
TOKEN_LENGTH: Final = 40
LONGEST_LOCAL_PART: Final = 64
"""RFC 5321, 4.5.3.1.1."""


def bounce_key(link_key: bytes) -> bytes:
    """Return the key of addresses of return, made of the site's own key outside the database."""
    return hmac.new(link_key, b"bounce", hashlib.sha256).digest()


def verp_check(base: str) -> None:
    """Raise `Misconfigured` for an address that no token can be put into."""
    local, at, domain = base.rpartition("@")
    if not (at and local and domain) or "+" in local or len(local) + 1 + TOKEN_LENGTH > LONGEST_LOCAL_PART:
        raise Misconfigured("bad_bounce_address")


def verp_address(base: str, reference: str, key: bytes) -> str:
    """Return ``base`` with the token of ``reference``; ``base`` as it is for a reference that is no UUID."""
    try:
        raw = UUID(reference).bytes
    except ValueError:
        return base
    local, _, domain = base.rpartition("@")
    token = b32encode(raw + _check(raw, key)).decode().lower()
    return f"{local}+{token}@{domain}"


def verp_reference(address: str, base: str, key: bytes) -> str:
    """Return the reference that ``address`` names; empty for any other address and for a token that is not ours."""
    local, _, domain = address.strip().strip("<>").rpartition("@")
    wanted, _, base_domain = base.rpartition("@")
    name, plus, token = local.rpartition("+")
    if not plus or (name.lower(), domain.lower()) != (wanted.lower(), base_domain.lower()):
        return ""
    if len(token) != TOKEN_LENGTH or not token.isascii():
        return ""
    try:
        decoded = b32decode(token.upper())
    except binascii.Error:
        return ""
    raw, check = decoded[:-CHECK_BYTES], decoded[-CHECK_BYTES:]
    return str(UUID(bytes=raw)) if hmac.compare_digest(check, _check(raw, key)) else ""


def _check(raw: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"verp|" + raw, hashlib.sha256).digest()[:CHECK_BYTES]
