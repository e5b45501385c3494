"""Short values that must wait in a row for minutes without being readable there."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def seal(value: str, *, purpose: str) -> str:
    """Encrypt a value for one purpose."""
    return _box(purpose).encrypt(value.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Decrypt what `seal` made; nothing for what it did not make for this purpose."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""


def _box(purpose: str) -> Fernet:
    key = hashlib.sha256(b"sealed|" + purpose.encode() + b"|" + settings.FIELD_KEY).digest()
    return Fernet(base64.urlsafe_b64encode(key))
