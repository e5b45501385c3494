"""What the ledger already holds that a further yes stands on."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet, Subquery

from consents.documents.reading import editions_in_force
from consents.enums import DocumentKind, EventKind
from consents.models import ConsentEvent, Customer

_KEPT = ("verification", "code_issued_at", "code_entered_at", "code_tries")


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesAccepted:
    """The edition of the signature's rules that a person accepted last, and by which event."""

    version_id: int
    event: UUID


def contact_proof(*, customer_id: int, contact_uuid: UUID) -> dict[str, str]:
    """Return how a contact was proven last: the event, and for a code its times and tries. Empty when it never was."""
    proven = _events(customer_id).filter(
        contact=contact_uuid, kind__in=(EventKind.CONTACT_CONFIRMED, EventKind.MAX_LINKED)
    )
    proof = proven.select_related("evidence").first()
    if proof is None:
        return {}
    kept = {name: proof.evidence.personal[name] for name in _KEPT if name in proof.evidence.personal}
    return {"contact_event": str(proof.uuid), "contact_method": proof.method, **kept}


def rules_in_force() -> int | None:
    """Return the edition of the signature's rules in force, None when the company has none."""
    return editions_in_force().filter(document__kind=DocumentKind.PEP_RULES).values_list("id", flat=True).first()


def rules_accepted(*, customer_id: int) -> RulesAccepted | None:
    """Return the edition of the rules that this person accepted last."""
    event = _events(customer_id).filter(kind=EventKind.RULES_ACCEPTED).first()
    if event is None or event.document_version is None:
        return None
    return RulesAccepted(version_id=event.document_version, event=event.uuid)


def _events(customer_id: int) -> QuerySet[ConsentEvent]:
    subject = Customer.objects.filter(pk=customer_id).values("subject")[:1]
    return ConsentEvent.objects.filter(subject=Subquery(subject)).order_by("-id")
