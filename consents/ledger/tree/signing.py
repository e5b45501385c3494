"""Signed tree heads: their text, keys and signatures. No database here; `heads` writes them to a file.

The signed text is five lines, each ended by a line feed: the name of the form, the number of leaves, the root in hex,
the time in UTC and the key id. The key id is the first 16 hex digits of the SHA-256 of the raw public key.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from consents.errors import HeadsUnreadable, SealKeyMissing
from consents.ledger.canonical import canonical_time

FORM = "mostik seal v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One signed tree head."""

    size: int
    root: bytes
    time: str
    key_id: str
    signature: bytes = b""

    @property
    def text(self) -> bytes:
        """Return what the signature is over."""
        return f"{FORM}\n{self.size}\n{self.root.hex()}\n{self.time}\n{self.key_id}\n".encode()

    def as_json(self) -> dict[str, str | int]:
        """Return the head as the heads file, receipts and exports show it."""
        return {
            "form": FORM,
            "size": self.size,
            "root": self.root.hex(),
            "time": self.time,
            "key_id": self.key_id,
            "signature": self.signature.hex(),
        }

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """Read what `as_json` wrote. Raises HeadsUnreadable."""
        try:
            head = cls(
                size=int(values["size"]),
                root=bytes.fromhex(values["root"]),
                time=str(values["time"]),
                key_id=str(values["key_id"]),
                signature=bytes.fromhex(values["signature"]),
            )
            is_ours = values["form"] == FORM and head.size > 0
        except (KeyError, TypeError, ValueError) as error:
            raise HeadsUnreadable("a line is not a tree head") from error
        if not is_ours:
            raise HeadsUnreadable("a line is a head of another form, or over nothing")
        return head


class SealKey:
    """The signing key, read from a PEM file outside the database."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key()
        self.key_id = key_id(self.public)

    def sign(self, *, size: int, root: bytes, time: datetime) -> Head:
        """Return the signed head."""
        bare = Head(size=size, root=root, time=canonical_time(time), key_id=self.key_id)
        return replace(bare, signature=self._private.sign(bare.text))


class KeyRing:
    """All public keys that heads may be signed with: today's and those kept from before."""

    def __init__(self, keys: Iterable[Ed25519PublicKey]) -> None:
        self._keys = {key_id(key): key for key in keys}

    def knows(self, key: str) -> bool:
        """Return whether the public key of this id is here."""
        return key in self._keys

    def verifies(self, head: Head) -> bool:
        """Return whether the head carries a good signature of a known key."""
        public = self._keys.get(head.key_id)
        if public is None:
            return False
        try:
            public.verify(head.signature, head.text)
        except InvalidSignature:
            return False
        return True

    def as_hex(self) -> dict[str, str]:
        """Return all raw public keys in hex by their ids, for a page that everyone may read."""
        return {name: public.public_bytes_raw().hex() for name, public in self._keys.items()}


def key_id(public: Ed25519PublicKey) -> str:
    """Return the short name of a public key."""
    return sha256(public.public_bytes_raw()).hexdigest()[:16]


def key_create(path: Path) -> str:
    """Write a new key (readable by its owner only) and its public half beside it; return its id.

    Never overwrites: raises FileExistsError when there is a key.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    public = private.public_key()
    public_pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    path.with_name(f"{key_id(public)}.pub.pem").write_bytes(public_pem)
    return key_id(public)


def key_read(path: Path) -> SealKey:
    """Read the signing key. Raises SealKeyMissing."""
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise SealKeyMissing("no signing key can be read where SEAL_KEY_FILE says") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise SealKeyMissing("SEAL_KEY_FILE holds another kind of key")
    return SealKey(private)


def key_ring_read(path: Path) -> KeyRing:
    """Read the public half of the signing key and every ``*.pub.pem`` beside it. Raises SealKeyMissing.

    The public files are enough, so that anyone can verify without the private key: a process that may not read it
    goes without.
    """
    publics: list[Ed25519PublicKey] = []
    for file in sorted(path.parent.glob("*.pub.pem")):
        try:
            public = serialization.load_pem_public_key(file.read_bytes())
        except (OSError, ValueError) as error:
            raise SealKeyMissing(f"{file.name} is not a public key") from error
        if isinstance(public, Ed25519PublicKey):
            publics.append(public)
    if os.access(path, os.R_OK):
        publics.append(key_read(path).public)
    if not publics:
        raise SealKeyMissing("no public key can be read beside SEAL_KEY_FILE")
    return KeyRing(publics)
