"""Reads of the ledger that a new consent depends on: the proof of the contact and the accepted rules."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from consents.documents.reading import editions_in_force
from consents.enums import DocumentKind, EventKind
from consents.ledger.history import events_of
from consents.models import ConsentEvent

_PROOFS = (EventKind.CONTACT_CONFIRMED, EventKind.MAX_LINKED, EventKind.ACCOUNT_LINKED)
_RULES = (EventKind.RULES_ACCEPTED, EventKind.RULES_REFUSED)
_KEPT = ("verification", "code_issued_at", "code_entered_at", "code_tries")


def consent_basis(*, customer_id: int, contact_uuid: UUID) -> dict[str, str]:
    """Return what a yes for one contact stands on, read in one query.

    How the contact was proven last: the event, and for a code its times and tries; and which rules of the signature
    are accepted, by which event. What never was, or was left since, is left out.
    """
    is_proof = Q(contact=contact_uuid, kind__in=_PROOFS)
    newest = (
        events_of(customer_id)
        .filter(is_proof | Q(kind__in=_RULES))
        .annotate(is_rules=Q(kind__in=_RULES))
        .select_related("evidence")
        .order_by("is_rules", "-id")
        .distinct("is_rules")
    )
    found = {event.is_rules: event for event in newest}
    proof, rules = found.get(False), found.get(True)
    return (_contact_facts(proof) if proof else {}) | (_rules_facts(rules) if rules else {})


def rules_in_force() -> int | None:
    """Return the edition of the signature's rules in force, None when the company has none."""
    rules = editions_in_force().filter(document__kind=DocumentKind.PEP_RULES).order_by("pk")
    return rules.values_list("pk", flat=True).first()


def rules_answered(*, customer_id: int, kinds: Collection[EventKind] = _RULES) -> ConsentEvent | None:
    """Return the last event about the rules of the signature, of some kinds alone if they are named."""
    return events_of(customer_id).filter(kind__in=kinds).order_by("-id").first()


def _contact_facts(event: ConsentEvent) -> dict[str, str]:
    kept = {name: event.evidence.personal[name] for name in _KEPT if name in event.evidence.personal}
    return {"contact_event": str(event.uuid), "contact_method": event.method, **kept}


def _rules_facts(event: ConsentEvent) -> dict[str, str]:
    if event.kind == EventKind.RULES_REFUSED:
        return {}
    return {"rules_version": str(event.document_version), "rules_event": str(event.uuid)}
