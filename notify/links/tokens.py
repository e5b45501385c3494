"""Tokens of personal links: random, written in Crockford base32, stored only as a hash. Pure.

130 bits pass OWASP ASVS 5.0, 7.2.3 (128), the 65 of an SMS what NIST SP 800-63A-4 asks of a link (64): with ten
million live ones a million guesses hit one with a chance of 3 in 10 million. A token is upper case,
so that a QR code of the whole address uses the compact alphanumeric mode; it is read back in any case, with hyphens,
and with the letters that people misread folded onto the ones that exist (I and L are 1, O is 0, U is V).
"""

import hashlib
import hmac
import secrets
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS_PER_CHARACTER: Final = 5

BITS_DEFAULT: Final = 130
"""26 characters: letters, MAX, QR codes."""
BITS_SMS: Final = 65
"""13 characters: every character of a Cyrillic SMS counts."""

PLAIN_HASH_BITS: Final = 112
"""From here up a plain SHA-256 cannot be searched (ASVS 6.5.2); below it the hash needs a key."""

MAX_LENGTH: Final = 64
"""Longer input is cut before it is looked at, so that nobody makes us hash megabytes."""

_FOLD: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V", "-": None, " ": None})
_LENGTHS: Final = frozenset(-(-bits // BITS_PER_CHARACTER) for bits in (BITS_DEFAULT, BITS_SMS))


def token_new(bits: int = BITS_DEFAULT) -> str:
    """Draw a token of at least `bits` random bits."""
    length = -(-bits // BITS_PER_CHARACTER)
    # 32 letters divide 256 values evenly, so five bits of a random byte are a fair draw; `choice` is ten times slower.
    return "".join(ALPHABET[byte & 31] for byte in secrets.token_bytes(length))


def token_sample(bits: int = BITS_DEFAULT) -> str:
    """Return the token of a message that is no customer's: as long as a real one, and never drawn."""
    return ALPHABET[0] * -(-bits // BITS_PER_CHARACTER)


def token_is_sample(raw: str) -> bool:
    """Return whether this is the token of a test or a preview, in any spelling."""
    folded = token_fold(raw)
    return token_is_shaped(folded) and set(folded) == {ALPHABET[0]}


def token_fold(raw: str) -> str:
    """Return the stored spelling of what a person typed or a client sent, whatever it is."""
    return raw[:MAX_LENGTH].upper().translate(_FOLD)


def token_is_shaped(token: str) -> bool:
    """Return whether a folded string has the length and the alphabet of our tokens."""
    return len(token) in _LENGTHS and all(character in ALPHABET for character in token)


def token_hash(token: str, key: bytes) -> bytes:
    """Return the hash that a token is stored under: SHA-256 from 112 bits up, HMAC-SHA-256 with `key` below.

    Folds first, so that every spelling of one token has one hash.
    """
    folded = token_fold(token).encode()
    if len(folded) * BITS_PER_CHARACTER >= PLAIN_HASH_BITS:
        return hashlib.sha256(folded).digest()
    return hmac.new(key, folded, hashlib.sha256).digest()


def link_path(token: str) -> str:
    """Return the path of the personal link."""
    return f"/k/{token}"


def unsubscribe_path(token: str) -> str:
    """Return the path of the one-click unsubscribe of the same message (RFC 8058)."""
    return f"/u/{token}"


def qr_path(token: str) -> str:
    """Return the path of the QR code of the personal link."""
    return f"/qr/{token}.png"


def qr_payload(site_url: str, token: str) -> str:
    """Return the address inside a QR code: all upper case, which every client and our routes accept."""
    return f"{site_url}{link_path(token)}".upper()
