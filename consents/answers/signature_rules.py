"""The rules of the simple electronic signature (63-FZ art. 9): accepted once, left whenever the person says so.

No consent needs them: it may be given in any form that proves it (152-FZ art. 9 p. 1).
"""

from django.db import transaction

from consents.documents.reading import document_render
from consents.enums import EventKind, ProofLevel
from consents.errors import BoxNotTicked, DocumentChanged, DocumentMissing, EditionAltered, ProofTooWeak
from consents.ledger import append as ledger
from consents.ledger.grants import customer_lock, request_part
from consents.ledger.tree.proofs import rules_answered, rules_in_force
from consents.types import AppendedEvent, Circumstances, RenderedDocument


@transaction.atomic
def rules_accept(
    *, customer_id: int, text_sha256: str, circumstances: Circumstances, box_ticked: bool
) -> AppendedEvent:
    """Record that a person accepts the rules of the signature in force; a repeat adds nothing.

    Raises BoxNotTicked, ProofTooWeak, DocumentMissing, DocumentChanged.
    """
    if not box_ticked:
        raise BoxNotTicked("the box was left empty")
    if circumstances.level < ProofLevel.KNOWN_CONTACT:
        raise ProofTooWeak("a link alone accepts nothing")
    edition_id = rules_in_force()
    if edition_id is None:
        raise DocumentMissing("no rules in force")
    document = document_render(edition_id=edition_id, customer_id=customer_id)
    if document.sha256 != text_sha256:
        raise DocumentChanged("other rules were shown")
    return ledger.append(
        customer_id=customer_id,
        kind=EventKind.RULES_ACCEPTED,
        circumstances=circumstances,
        document=document,
        personal={"box": "ticked"},
    )


@transaction.atomic
def rules_refuse(*, customer_id: int, edition_id: int, text_sha256: str, circumstances: Circumstances) -> AppendedEvent:
    """Record that a person does not accept the rules shown, and leaves those accepted before; a repeat adds nothing.

    A no is recorded whatever the text was: one that is not in force, or not whole, is named by its hash.
    """
    try:
        document = document_render(edition_id=edition_id, customer_id=customer_id)
    except (DocumentMissing, EditionAltered):
        document = None
    facts = {"box": "empty"}
    if document is None or document.sha256 != text_sha256:
        document = None
        facts |= {"shown_version": str(edition_id), "shown_sha256": text_sha256}
    return _refuse(customer_id, circumstances, document, facts)


@transaction.atomic
def rules_leave(*, customer_id: int, circumstances: Circumstances) -> tuple[AppendedEvent, ...]:
    """Record that a person leaves the rules, on the page or by a demand, each time that they say so.

    What was signed stays signed. A repeat of the request finds the first event.
    """
    return (_refuse(customer_id, circumstances, None, {}),)


def _refuse(
    customer_id: int, circumstances: Circumstances, document: RenderedDocument | None, facts: dict[str, str]
) -> AppendedEvent:
    """Record a no: its key names the acceptance that it ends, or that the no before it has ended; a repeat finds it."""
    customer_lock(customer_id)
    last = rules_answered(customer_id=customer_id)
    accepted = rules_answered(customer_id=customer_id, kinds=[EventKind.RULES_ACCEPTED])
    if accepted is not None and accepted == last:
        facts |= {"rules_version": str(accepted.document_version), "rules_event": str(accepted.uuid)}
    return ledger.append(
        customer_id=customer_id,
        kind=EventKind.RULES_REFUSED,
        circumstances=request_part(circumstances, "rules", accepted.uuid if accepted else "never accepted"),
        document=document,
        personal=facts,
    )
