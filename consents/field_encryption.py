"""AES-256-GCM for single values that must not be readable in the database or its backups."""

import base64
import os
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from consents.errors import SecretUnreadable

FORMAT: Final = "v1:"
NONCE_BYTES: Final = 12


def text_encrypt(text: str, *, place: str) -> str:
    """Return a text encrypted for one place (``table.column``); each call returns another result."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = _cipher(settings.FIELD_KEY).encrypt(nonce, text.encode(), place.encode())
    return FORMAT + base64.b64encode(nonce + sealed).decode()


def text_decrypt(stored: str, *, place: str) -> str:
    """Return the text that `text_encrypt` encrypted for the same place.

    Raises `SecretUnreadable` for another key, another place, a changed byte, or a value in clear: a value that
    somebody wrote into the table by hand is never accepted as a secret.
    """
    if not stored.startswith(FORMAT):
        raise SecretUnreadable
    try:
        raw = base64.b64decode(stored.removeprefix(FORMAT), validate=True)
        return _cipher(settings.FIELD_KEY).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise SecretUnreadable from error


@lru_cache(maxsize=4)
def _cipher(field_key: bytes) -> AESGCM:
    """Return the cipher of this use; its key is derived, so that other uses of the same key get keys of their own."""
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mostik field v1").derive(field_key))
