"""Reads of the ledger that a new consent depends on: the proof of the contact and the accepted rules."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery

from consents.documents.reading import editions_in_force
from consents.enums import DocumentKind, EventKind
from consents.models import ConsentEvent, Customer, Edition

_KEPT = ("verification", "code_issued_at", "code_entered_at", "code_tries")


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesAccepted:
    """The edition of the signature's rules that a person accepted last, and by which event."""

    edition_id: int
    event: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentBasis:
    """What a yes for one contact stands on.

    ``contact``: how the contact was proven last: the event, and for a code its times and tries; empty when it never
    was. ``needs_rules``: the rules in force were not accepted.
    """

    contact: dict[str, str]
    rules: RulesAccepted | None
    needs_rules: bool


def consent_basis(*, customer_id: int, contact_uuid: UUID) -> ConsentBasis:
    """Read what a yes for one contact stands on, in one query."""
    is_proof = Q(contact=contact_uuid, kind__in=(EventKind.CONTACT_CONFIRMED, EventKind.MAX_LINKED))
    newest = (
        _events(customer_id)
        .filter(is_proof | Q(kind=EventKind.RULES_ACCEPTED))
        .annotate(is_rules=Q(kind=EventKind.RULES_ACCEPTED), in_force=Subquery(_rules()[:1]))
        .select_related("evidence")
        .order_by("is_rules", "-id")
        .distinct("is_rules")
    )
    found = {event.is_rules: event for event in newest}
    rules = _accepted(found.get(True))
    in_force = next(iter(found.values())).in_force if found else rules_in_force()
    return ConsentBasis(
        contact=_contact_facts(found.get(False)),
        rules=rules,
        needs_rules=in_force is not None and (rules is None or rules.edition_id != in_force),
    )


def rules_in_force() -> int | None:
    """Return the edition of the signature's rules in force, None when the company has none."""
    return _rules().first()


def rules_accepted(*, customer_id: int) -> RulesAccepted | None:
    """Return the edition of the rules that this person accepted last."""
    return _accepted(_events(customer_id).filter(kind=EventKind.RULES_ACCEPTED).first())


def _rules() -> QuerySet[Edition, int]:
    return editions_in_force().filter(document__kind=DocumentKind.PEP_RULES).order_by("pk").values_list("pk", flat=True)


def _accepted(event: ConsentEvent | None) -> RulesAccepted | None:
    if event is None or event.document_version is None:
        return None
    return RulesAccepted(edition_id=event.document_version, event=event.uuid)


def _contact_facts(event: ConsentEvent | None) -> dict[str, str]:
    if event is None:
        return {}
    kept = {name: event.evidence.personal[name] for name in _KEPT if name in event.evidence.personal}
    return {"contact_event": str(event.uuid), "contact_method": event.method, **kept}


def _events(customer_id: int) -> QuerySet[ConsentEvent]:
    subject = Customer.objects.filter(pk=customer_id).values("subject")[:1]
    return ConsentEvent.objects.filter(subject=Subquery(subject)).order_by("-id")
