"""A stranger's check of a receipt: the standard library and one signature; nothing of Mostik's own code."""

import json
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def record_is_proven(record: dict[str, Any]) -> bool:
    """Tell whether the event's bytes lead over the path to a root that the public key has signed."""
    ledger = record["mostik:ledger"]
    proof, entry = ledger["mostik:proof"], ledger["mostik:canonical"]
    head = proof["head"]
    node = sha256(b"\x00" + entry.encode()).digest()
    event = json.loads(entry)
    if node.hex() != proof["leaf"] or event["uuid"] != record["dct:identifier"]:
        return False
    if (event["kind"], event["occurred_at"]) != (record["mostik:event"], record["dpv:isIndicatedAtTime"]):
        return False
    first, last = proof["index"], head["size"] - 1
    for item in map(bytes.fromhex, proof["path"]):
        if first % 2 or first == last:
            node = sha256(b"\x01" + item + node).digest()
            while first and not first % 2:
                first, last = first >> 1, last >> 1
        else:
            node = sha256(b"\x01" + node + item).digest()
        first, last = first >> 1, last >> 1
    text = "\n".join(str(head[name]) for name in ("form", "size", "root", "time", "key_id")) + "\n"
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(proof["public_key"])).verify(
            bytes.fromhex(head["signature"]), text.encode()
        )
    except InvalidSignature:
        return False
    return last == 0 and node.hex() == head["root"]
