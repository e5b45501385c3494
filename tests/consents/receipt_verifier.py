"""A stranger's check of a receipt: the standard library and one signature; nothing of Mostik's own code.

The key does not come from the receipt: it comes from the company's public page, or from whoever kept it.
"""

import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PURPOSES = {
    "service": "dpv:CommunicationManagement",
    "promotion": "dpv:Marketing",
    "advertising": "dpv:DirectMarketing",
}
STATUS = {
    "granted": "dpv:ConsentGiven",
    "refused": "dpv:ConsentRefused",
    "withdrawn": "dpv:ConsentWithdrawn",
    "shown": "dpv:ConsentRequested",
}


def record_is_proven(record: dict[str, Any], published_keys: Mapping[str, str]) -> bool:
    """Return whether the record agrees with the event's bytes, and these lead to a root that the company signed."""
    ledger = record["mostik:ledger"]
    proof, entry = ledger["mostik:proof"], ledger["mostik:canonical"]
    head = proof["head"]
    node = sha256(b"\x00" + entry.encode()).digest()
    if node.hex() != proof["leaf"] or not _says_the_same(record, json.loads(entry)):
        return False
    first, last = proof["index"], head["size"] - 1
    if not 0 <= first <= last:
        return False
    for item in map(bytes.fromhex, proof["path"]):
        if last == 0 or len(item) != 32:
            return False
        if first % 2 or first == last:
            node = sha256(b"\x01" + item + node).digest()
            while first and not first % 2:
                first, last = first >> 1, last >> 1
        else:
            node = sha256(b"\x01" + node + item).digest()
        first, last = first >> 1, last >> 1
    return last == 0 and node.hex() == head["root"] and _is_signed(head, proof, published_keys)


def text_is_proven(record: dict[str, Any]) -> bool:
    """Return whether the personal half in the file, the exact text among it, is what the event commits to."""
    ledger = record["mostik:ledger"]
    event, opening = json.loads(ledger["mostik:canonical"]), ledger["mostik:opening"]
    salt, personal = bytes.fromhex(opening["salt"]), opening["personal"]
    whole = json.dumps(personal, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    if len(salt) != 32 or hmac.digest(salt, whole, "sha256").hex() != event["commitment"]:
        return False
    notice = record.get("dpv:hasNotice")
    if notice is None:
        return "text" not in personal
    found = sha256(personal["text"].encode()).hexdigest()
    return bool(found == personal["text_sha256"] == notice["mostik:textSha256"])


def _says_the_same(record: dict[str, Any], event: dict[str, Any]) -> bool:
    notice = record.get("dpv:hasNotice", {"mostik:document": "", "mostik:templateSha256": ""})
    purpose = record.get("dpv:hasPurpose", {"dct:identifier": "", "@type": None})
    contact = record.get("mostik:contact", {"dct:identifier": None})["dct:identifier"]
    return (
        event["uuid"] == record["dct:identifier"]
        and f"urn:uuid:{event['subject']}" == record["dpv:hasDataSubject"]
        and event["kind"] == record["mostik:event"]
        and STATUS.get(event["kind"]) == record.get("dpv:hasConsentStatus")
        and event["occurred_at"] == record["dpv:isIndicatedAtTime"]
        and event["purpose"] == purpose["dct:identifier"]
        and PURPOSES.get(event["purpose"]) == purpose["@type"]
        and event["channel"] == record.get("mostik:channel", "")
        and (f"urn:uuid:{event['contact']}" if event["contact"] else None) == contact
        and event["document"] == notice["mostik:document"]
        and event["document_sha256"] == notice["mostik:templateSha256"]
    )


def _is_signed(head: dict[str, Any], proof: dict[str, Any], published_keys: Mapping[str, str]) -> bool:
    public = published_keys.get(head["key_id"])
    if (
        public is None
        or public != proof["public_key"]
        or sha256(bytes.fromhex(public)).hexdigest()[:16] != head["key_id"]
    ):
        return False
    text = "\n".join(str(head[name]) for name in ("form", "size", "root", "time", "key_id")) + "\n"
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(head["signature"]), text.encode())
    except InvalidSignature:
        return False
    return True
