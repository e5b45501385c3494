"""The fingerprint of an edition: a hash of everything but the reader's own values. Pure."""

import json
from collections.abc import Mapping
from hashlib import sha256


def edition_sha256(*, title: str, body: str, checkbox: str, valid_days: int | None, company: Mapping[str, str]) -> str:
    """Return the SHA-256 in hex over the words, the term and the values of the company."""
    whole = {"title": title, "body": body, "checkbox": checkbox, "valid_days": valid_days, "company": dict(company)}
    return sha256(json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
