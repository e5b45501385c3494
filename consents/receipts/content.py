"""A receipt as data: W3C DPV terms in the shape of ISO/IEC TS 27560, with the proof that it is in the ledger. Pure.

The context is embedded: nothing is fetched when the file is opened. What DPV has no word for is in our own namespace,
`mostik:`. The file is the person's own: it opens their commitments, so it holds what they answered, in full.
`docs/ledger.md` says how text and proof are checked; a checker is in the tests.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import override

from consents.conf import EVIDENCE_YEARS, key_page
from consents.documents.company_reading import CompanyView
from consents.enums import ActorKind, Channel, EventKind, Purpose
from consents.ledger.canonical import canonical_time
from consents.ledger.history import EventView
from consents.ledger.tree.reading import InclusionProof
from consents.ledger.tree.row_proofs import RowProof
from consents.ledger.tree.signing import KeyRing
from consents.receipts.reading import ReceiptLine, ReceiptView
from consents.receipts.words import remains
from consents.words import STOP_FACTS

SCHEMA = "https://w3id.org/dpv/schema/dpv-27560#"
CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "mostik": "urn:mostik:receipt:v1#",
}
STATUS = {
    EventKind.SHOWN: "dpv:ConsentRequested",
    EventKind.GRANTED: "dpv:ConsentGiven",
    EventKind.REFUSED: "dpv:ConsentRefused",
    EventKind.WITHDRAWN: "dpv:ConsentWithdrawn",
}
PURPOSES = {
    Purpose.SERVICE: "dpv:CommunicationManagement",
    Purpose.PROMOTION: "dpv:Marketing",
    Purpose.ADVERTISING: "dpv:DirectMarketing",
}
ACTORS = {
    ActorKind.CUSTOMER: "dpv:DataSubject",
    ActorKind.STAFF: "dpv:DataController",
    ActorKind.SYSTEM: "dpv:DataController",
}


def receipt_json(*, receipt: ReceiptView, keys: KeyRing, site: str, record: RowProof | None = None) -> dict[str, Any]:
    """Return the receipt for `json.dumps`, in Russian whatever the page is in.

    ``site`` is where the customer withdraws, ``keys`` verify the seal, ``record`` proves number and date.
    """
    with override("ru"):
        return _receipt(receipt, keys, site) | (_recorded(record, keys) if record else {})


def _receipt(receipt: ReceiptView, keys: KeyRing, site: str) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{receipt.uuid}",
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": f"{SCHEMA}receipt",
        "dct:identifier": receipt.number,
        "dct:created": canonical_time(receipt.created_at),
        "dct:language": "ru",
        "dpv:hasDataController": _controller(receipt.company),
        "dpv:hasRecordOfActivity": [_record(line, receipt, keys, site) for line in receipt.lines],
    }


def _recorded(record: RowProof, keys: KeyRing) -> dict[str, Any]:
    """Return the receipt's own row and the way from it to the signed root, through the event that holds it."""
    return {
        "mostik:recorded": {
            "mostik:row": record.row,
            "index": record.index,
            "size": record.size,
            "path": [item.hex() for item in record.path],
            "mostik:canonical": record.event.canonical,
            "mostik:proof": proof_facts(record.proof, keys),
        }
    }


def _record(line: ReceiptLine, receipt: ReceiptView, keys: KeyRing, site: str) -> dict[str, Any]:
    event = line.event
    record = {
        "@id": f"urn:uuid:{event.uuid}",
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": f"{SCHEMA}record",
        "dct:identifier": str(event.uuid),
        "dpv:hasDataSubject": f"urn:uuid:{receipt.subject}",
        "dpv:isIndicatedAtTime": canonical_time(event.occurred_at),
        "dpv:isIndicatedBy": ACTORS.get(event.values["actor_kind"], ""),
        "dpv:hasIndicationMethod": event.label("method"),
        "mostik:method": event.values["method"],
        "mostik:actor": event.values["actor_kind"],
        "dpv:hasJurisdiction": "loc:RU",
        "dpv:hasConsentControl": {"@type": "dpv:WithdrawConsent", "dpv:isExercisedAt": site},
        "dpv:hasStorageCondition": [
            *_kept_where(receipt.company),
            {"@type": "dpv:StorageDuration", "dpv:hasDuration": _kept_for(event)},
        ],
        "mostik:event": event.kind,
        "mostik:eventLabel": event.label("kind"),
        "mostik:localTimeZone": event.zone,
        "mostik:ledger": ledger_facts(line, keys),
    }
    return record | _answer(line)


def _answer(line: ReceiptLine) -> dict[str, Any]:
    """Return the part of an answer to a text: purpose, status, data, notice, recipient.

    For a yes also ground and term, for a withdrawal what goes on after it.
    """
    event, personal = line.event, line.event.personal
    purpose, channel = event.values["purpose"], event.values["channel"]
    answer: dict[str, Any] = {}
    if purpose:
        answer["dpv:hasPurpose"] = {
            "@type": PURPOSES.get(purpose, ""), "dct:identifier": purpose, "dct:title": event.label("purpose"),
        }  # fmt: skip
    answer |= _by_kind(event)
    if event.kind in STATUS:
        answer["dpv:hasConsentStatus"] = STATUS[EventKind(event.kind)]
    if channel:
        answer["mostik:channel"] = channel
        answer["dpv:hasPersonalData"] = _data(channel, personal)
    if event.values["contact"]:
        answer["mostik:contact"] = {
            "dct:identifier": f"urn:uuid:{event.values['contact']}",
            "mostik:masked": event.contact_masked,
        }
    if line.processor:
        answer["dpv:hasRecipient"] = {"@type": "dpv:DataProcessor", "dpv:hasName": line.processor}
    return answer | _notice(event.values, personal)


def _by_kind(event: EventView) -> dict[str, Any]:
    """Return what only events of one kind have."""
    personal = event.personal
    match event.kind:
        case EventKind.GRANTED:
            return {"dpv:hasLegalBasis": "dpv:ExplicitlyExpressedConsent", "dpv:hasDuration": _duration(event)}
        case EventKind.WITHDRAWN:
            basis = personal.get("other_basis")
            return {"mostik:remains": remains(), **({"mostik:otherBasis": basis} if basis else {})}
        case EventKind.STOP_SET | EventKind.STOP_LIFTED:
            return {"mostik:stop": {name: personal.get(name, "") for name in STOP_FACTS}}
    return {}


def _data(channel: str, personal: Mapping[str, str]) -> list[str]:
    """Return which kinds of data the event keeps."""
    technical = {"ip": "pd:IPAddress", "user_agent": "pd:UserAgent"}
    kept = [kind for fact, kind in technical.items() if personal.get(fact)]
    return ["pd:Name", Channel(channel).spec.contact.data_term, *kept]


def _notice(values: Mapping[str, Any], personal: Mapping[str, str]) -> dict[str, Any]:
    if not values["document"]:
        return {}
    return {
        "dpv:hasNotice": {
            "@type": "dpv:ConsentNotice",
            "dct:title": personal.get("title", ""),
            "dct:language": personal.get("language", "ru"),
            "mostik:document": values["document"],
            "mostik:edition": personal.get("edition", ""),
            "mostik:publishedOn": personal.get("published_on", ""),
            "mostik:textSha256": personal.get("text_sha256", ""),
            "mostik:templateSha256": values["document_sha256"],
        }
    }


def _duration(event: EventView) -> dict[str, str]:
    until = event.personal.get("valid_until", "")
    if until:
        return {"@type": "dpv:UntilTimeDuration", "dct:valid": until}
    return {"@type": "dpv:UntilEventDuration", "dct:title": "до отзыва"}


def _kept_where(company: CompanyView | None) -> list[dict[str, str]]:
    """Return where the company says that it keeps the data; nothing where it says nothing."""
    if company is None or not company.data_place:
        return []
    return [{"@type": "dpv:StorageLocation", "dpv:hasLocation": company.data_place}]


def _kept_for(event: EventView) -> dict[str, str]:
    """Return how long the record is kept as evidence, which is not the term of the consent."""
    since = "со дня, когда согласие закончилось" if event.kind == EventKind.GRANTED else "со дня записи"
    return {
        "@type": "dpv:TemporalDuration",
        "dct:title": f"{EVIDENCE_YEARS} года {since}",
        "mostik:duration": f"P{EVIDENCE_YEARS}Y",
    }


def _controller(company: CompanyView | None) -> dict[str, Any]:
    if company is None:
        return {"@type": "dpv:DataController"}
    return {
        "@type": "dpv:DataController",
        "dpv:hasName": company.name,
        "dpv:hasIdentifier": [f"ИНН {company.inn}"] + ([f"ОГРН {company.ogrn}"] if company.ogrn else []),
        "dpv:hasAddress": company.address,
        "dpv:hasContact": [contact for contact in (company.dpo_email, company.dpo_phone) if contact],
        "dpv:hasLocation": "loc:RU",
    }


def ledger_facts(line: ReceiptLine, keys: KeyRing, *, is_opened: bool = True) -> dict[str, Any]:
    """Return what anyone needs to check the event: its bytes, its commitment opened, and its place under a head.

    An opened commitment shows every personal value of the event; without it the place alone can be checked.
    """
    event, proof = line.event, line.proof
    ledger: dict[str, Any] = {
        "mostik:promise": event.promise,
        "mostik:canonical": event.canonical,
        "mostik:sealed": event.leaf_index is not None,
    }
    if line.salt and is_opened:
        ledger["mostik:opening"] = {"salt": line.salt.hex(), "personal": dict(event.personal)}
    if line.is_broken:
        ledger["mostik:proofBroken"] = "сейчас не удаётся подтвердить запись: сообщите об этом компании"
    if proof is not None:
        ledger["mostik:proof"] = proof_facts(proof, keys)
    return ledger


def proof_facts(proof: InclusionProof, keys: KeyRing) -> dict[str, Any]:
    """Return the place of an event under a head, as a checker reads it."""
    return {
        "hash": "sha256",
        "leaf": proof.leaf.hex(),
        "index": proof.index,
        "path": [item.hex() for item in proof.path],
        "head": proof.head.as_json(),
        "public_key": keys.as_hex().get(proof.head.key_id, ""),
        "key_page": key_page(),
    }
