"""A stranger's check of a receipt: the standard library and one signature; nothing of Mostik's own code.

The key does not come from the receipt: it comes from the company's public page, or from whoever kept it. Each check
answers no to whatever is missing or of another kind than it should be.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Any, ParamSpec

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
ACTORS = {"customer": "dpv:DataSubject", "staff": "dpv:DataController", "system": "dpv:DataController"}
METHODS = {
    "link": "ссылка",
    "link+sms_code": "ссылка и код из СМС",
    "link+email_code": "ссылка и код из письма",
    "sms_code": "код из СМС",
    "email_code": "код из письма",
    "link+max_code": "ссылка и код из MAX",
    "max_code": "код из MAX",
    "link+max_bot": "ссылка и бот MAX",
    "max_bot": "бот MAX",
    "max_phone": "номер, переданный через MAX",
    "link+dialogue": "ссылка и сообщение из профиля",
    "dialogue": "действие в диалоге",
    "own_app": "сообщение сервера приложения",
    "reply": "ответное сообщение",
    "one_click": "отписка одним нажатием",
    "staff": "записано сотрудником",
    "system": "система",
}
Given = ParamSpec("Given")
NOBODY = "00000000-0000-0000-0000-000000000000"


def _says_no(check: Callable[Given, bool]) -> Callable[Given, bool]:
    """Take a file that lacks something, or holds something else in its place, as one that proves nothing."""

    @wraps(check)
    def checked(*args: Given.args, **kwargs: Given.kwargs) -> bool:
        try:
            return check(*args, **kwargs)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            return False

    return checked


@_says_no
def receipt_is_proven(receipt: dict[str, Any], published_keys: Mapping[str, str]) -> bool:
    """Return whether number, date, person and answers of the receipt are those of the row that the ledger recorded."""
    recorded = receipt["mostik:recorded"]
    row, event = json.loads(recorded["mostik:row"]), json.loads(recorded["mostik:canonical"])
    records = receipt["dpv:hasRecordOfActivity"]
    root = _climb(_leaf(recorded["mostik:row"]), recorded["index"], recorded["size"], recorded["path"])
    return (
        row["table"] == "receipt"
        and receipt["@id"] == f"urn:uuid:{row['uuid']}"
        and receipt["dct:identifier"] == row["number"]
        and receipt["dct:created"] == row["created_at"]
        and ",".join(record["dct:identifier"] for record in records) == row["events"]
        and all(record["dpv:hasDataSubject"] == f"urn:uuid:{row['subject']}" for record in records)
        and (event["kind"], event["subject"]) == ("rows_recorded", NOBODY)
        and root == event["commitment"]
        and _is_in_ledger(recorded["mostik:canonical"], recorded["mostik:proof"], published_keys)
    )


@_says_no
def record_is_proven(record: dict[str, Any], published_keys: Mapping[str, str]) -> bool:
    """Return whether the record agrees with the event's bytes, and these lead to a root that the company signed."""
    ledger = record["mostik:ledger"]
    entry = ledger["mostik:canonical"]
    return _says_the_same(record, json.loads(entry)) and _is_in_ledger(entry, ledger["mostik:proof"], published_keys)


@_says_no
def text_is_proven(record: dict[str, Any]) -> bool:
    """Return whether the personal half in the file, the exact text among it, is what the event commits to.

    And whether the record says the same of the text, its edition, the term, the ground and who sends.
    """
    ledger = record["mostik:ledger"]
    event, opening = json.loads(ledger["mostik:canonical"]), ledger["mostik:opening"]
    salt, personal = bytes.fromhex(opening["salt"]), opening["personal"]
    whole = json.dumps(personal, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    if len(salt) != 32 or hmac.digest(salt, whole, "sha256").hex() != event["commitment"]:
        return False
    return _opens_the_same(record, event["kind"], personal) and _is_text(record.get("dpv:hasNotice"), personal)


def _opens_the_same(record: dict[str, Any], kind: str, personal: dict[str, str]) -> bool:
    ground, term = ("dpv:ExplicitlyExpressedConsent", _term(personal)) if kind == "granted" else (None, None)
    sender = {"@type": "dpv:DataProcessor", "dpv:hasName": personal["processor"]} if personal.get("processor") else None
    stop = None
    if kind in {"stop_set", "stop_lifted"}:
        stop = {name: personal.get(name, "") for name in ("stop_scope", "stop_holder", "stop_reason")}
    return (
        record.get("dpv:hasLegalBasis") == ground
        and record.get("dpv:hasDuration") == term
        and record.get("dpv:hasRecipient") == sender
        and record.get("mostik:stop") == stop
        and record.get("mostik:otherBasis") == (personal.get("other_basis") if kind == "withdrawn" else None)
        and record["mostik:localTimeZone"] == personal.get("zone", "")
    )


def _term(personal: dict[str, str]) -> dict[str, str]:
    if personal.get("valid_until"):
        return {"@type": "dpv:UntilTimeDuration", "dct:valid": personal["valid_until"]}
    return {"@type": "dpv:UntilEventDuration", "dct:title": "до отзыва"}


def _is_text(notice: dict[str, str] | None, personal: dict[str, str]) -> bool:
    if notice is None:
        return "text" not in personal
    same = (
        ("dct:title", "title"), ("mostik:edition", "edition"), ("mostik:publishedOn", "published_on"),
        ("mostik:textSha256", "text_sha256"),
    )  # fmt: skip
    return (
        sha256(personal["text"].encode()).hexdigest() == personal["text_sha256"]
        and all(notice[said] == personal.get(kept, "") for said, kept in same)
        and notice["dct:language"] == personal.get("language", "ru")
    )


def _says_the_same(record: dict[str, Any], event: dict[str, Any]) -> bool:
    notice = record.get("dpv:hasNotice", {"mostik:document": "", "mostik:templateSha256": ""})
    purpose = record.get("dpv:hasPurpose", {"dct:identifier": "", "@type": None})
    contact = record.get("mostik:contact", {"dct:identifier": None})["dct:identifier"]
    return (
        event["uuid"] == record["dct:identifier"]
        and f"urn:uuid:{event['uuid']}" == record["@id"]
        and f"urn:uuid:{event['subject']}" == record["dpv:hasDataSubject"]
        and event["kind"] == record["mostik:event"]
        and STATUS.get(event["kind"]) == record.get("dpv:hasConsentStatus")
        and event["occurred_at"] == record["dpv:isIndicatedAtTime"]
        and event["method"] == record["mostik:method"]
        and METHODS[event["method"]] == record["dpv:hasIndicationMethod"]
        and event["actor_kind"] == record["mostik:actor"]
        and ACTORS[event["actor_kind"]] == record["dpv:isIndicatedBy"]
        and event["purpose"] == purpose["dct:identifier"]
        and PURPOSES.get(event["purpose"]) == purpose["@type"]
        and event["channel"] == record.get("mostik:channel", "")
        and (f"urn:uuid:{event['contact']}" if event["contact"] else None) == contact
        and event["document"] == notice["mostik:document"]
        and event["document_sha256"] == notice["mostik:templateSha256"]
    )


def _is_in_ledger(entry: str, proof: dict[str, Any], published_keys: Mapping[str, str]) -> bool:
    """Return whether an event's bytes are a leaf under a head that the company signed."""
    head, leaf = proof["head"], _leaf(entry)
    root = _climb(leaf, proof["index"], head["size"], proof["path"])
    return leaf == proof["leaf"] and root == head["root"] and _is_signed(head, proof, published_keys)


def _leaf(entry: str) -> str:
    return sha256(b"\x00" + entry.encode()).hexdigest()


def _climb(leaf: str, index: int, size: int, path: list[str]) -> str:
    """Return the root that the path leads to, as RFC 9162 2.1.3.2 has it; empty for a path of another tree."""
    node, first, last = bytes.fromhex(leaf), index, size - 1
    if not 0 <= first <= last:
        return ""
    for item in map(bytes.fromhex, path):
        if last == 0 or len(item) != 32:
            return ""
        if first % 2 or first == last:
            node = sha256(b"\x01" + item + node).digest()
            while first and not first % 2:
                first, last = first >> 1, last >> 1
        else:
            node = sha256(b"\x01" + node + item).digest()
        first, last = first >> 1, last >> 1
    return node.hex() if last == 0 else ""


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
