"""DKIM (RFC 6376): the key under a selector, and whether receivers accept what it signs."""

import base64
from collections.abc import Iterator, Mapping
from typing import Final

import dns.name
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from notify.channels.domain_check.findings import Finding, finding
from notify.channels.domain_check.lookup import Lookup, below, shown
from notify.channels.domain_check.tags import tags_of

LEAST_BITS: Final = 1024
GOOD_BITS: Final = 2048
"""RFC 8301, 3.2."""
ED25519_BYTES: Final = 32
"""RFC 8463: the key as it stands."""
HASH: Final = "sha256"


def dkim_findings(lookup: Lookup, domain: dns.name.Name, selector: str) -> Iterator[Finding]:
    """Check the key of ``selector``; without one there is nothing to ask for. Raises `DnsTrouble`."""
    if not selector:
        yield finding("dkim_unasked")
        return
    name = below(f"{selector}._domainkey", domain)
    records = lookup.texts(name)
    if len(records) != 1:
        yield finding("dkim_several" if records else "dkim_missing", shown(name))
        return
    try:
        tags = tags_of(records[0])
        yield from _of_record(tags, shown(name))
    except (ValueError, UnsupportedAlgorithm):
        yield finding("dkim_syntax", shown(name))


def _of_record(tags: Mapping[str, str], name: str) -> Iterator[Finding]:
    """Yield what a record means. Raises `ValueError` where it means nothing."""
    if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        raise ValueError("no key of this version")
    if not tags["p"]:
        yield finding("dkim_revoked", name)
    elif HASH not in _words(tags.get("h", HASH)):
        yield finding("dkim_hash", name)
    else:
        yield _of_key(tags.get("k", "rsa"), "".join(tags["p"].split()), name)
        if "y" in _words(tags.get("t", "")):
            yield finding("dkim_testing", name)


def _of_key(kind: str, encoded: str, name: str) -> Finding:
    key = base64.b64decode(encoded, validate=True)
    if kind == "ed25519" and len(key) == ED25519_BYTES:
        return finding("dkim_ed25519", name)
    if kind != "rsa":
        raise ValueError("another kind of key")
    public = load_der_public_key(key)
    if not isinstance(public, RSAPublicKey):
        raise ValueError("not the kind that is named")
    code = "dkim_weak" if public.key_size < LEAST_BITS else "dkim_short" if public.key_size < GOOD_BITS else "dkim_ok"
    return finding(code, f"{name}, {public.key_size}")


def _words(tag: str) -> list[str]:
    return [word.strip() for word in tag.split(":")]
