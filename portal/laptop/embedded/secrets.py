"""Secrets of this installation: made once, kept in files that only their owner may read."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from consents.ledger.tree.signing import key_create

SEAL_KEY_NAME = "seal_key.pem"


MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "LINK_KEY": lambda: secrets.token_hex(32),
    "FIELD_KEY": lambda: secrets.token_hex(32),
    "SANDBOX_SECRET": lambda: secrets.token_urlsafe(24),
    "MAX_WEBHOOK_SECRET": lambda: secrets.token_urlsafe(24),
}


def secrets_ensure(folder: Path) -> dict[str, str]:
    """Return the secrets by variable name, making those that are missing. A repeat returns the same.

    Two processes that start together agree: a file appears whole and the first one to appear stays.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    values = {name: _read_or_make(folder / name.lower(), make).strip() for name, make in MAKERS.items()}
    seal_key = folder / SEAL_KEY_NAME
    if not seal_key.exists():
        with suppress(FileExistsError):
            key_create(seal_key)
    return {**values, "SEAL_KEY_FILE": str(seal_key)}


def _read_or_make(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()
