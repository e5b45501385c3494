"""Answers to texts. One purpose, one text, one box, one event; a yes needs all of its proof, a no needs none."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from consents.documents.fields import SENDER_NAMES
from consents.documents.reading import document_of, document_render, edition, person_read
from consents.enums import ActorKind, Channel, DocumentKind, DocumentStatus, EventKind, ProofLevel, Purpose
from consents.errors import (
    BoxNotTicked,
    ContactMissing,
    ContactUnconfirmed,
    DocumentChanged,
    DocumentMissing,
    EditionAltered,
    EventInvalid,
    ProofTooWeak,
    RulesMissing,
)
from consents.ledger import append as ledger
from consents.ledger.tree.proofs import consent_basis, rules_in_force
from consents.models import ContactPoint, Customer, Edition
from consents.types import AppendedEvent, Circumstances, RenderedDocument
from consents.words import LEGAL_BASIS, PURPOSE_OF

Decision = Literal["granted", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What was asked, as the database has it."""

    version: Edition
    customer: Customer
    contact: ContactPoint | None


@transaction.atomic
def consent_answer(
    *,
    customer_id: int,
    edition_id: int,
    channel: Channel | str,
    contact_uuid: UUID | None,
    decision: Decision,
    text_sha256: str,
    circumstances: Circumstances,
    box_ticked: bool = False,
) -> AppendedEvent:
    """Record a person's answer to one text for one channel; a repeat with the same request key adds nothing.

    ``text_sha256`` comes from the form: the hash of what the page showed. A yes raises, and stores nothing:
    BoxNotTicked; ProofTooWeak below level 1; DocumentChanged when another text is in force; ContactMissing;
    ContactUnconfirmed when it was not proven through this very channel; RulesMissing when those in force were not
    accepted; EditionAltered when the text in force is not as it was published. A no is recorded whatever the text was:
    what was shown is then named by its hash alone, and an altered edition is said to be one.
    """
    asked = _asked(customer_id, edition_id, Channel(channel), contact_uuid)
    purpose, valid_until = _purpose(asked.version), None
    document, facts = _shown(asked, text_sha256, decision)
    facts |= {
        "box": "ticked" if box_ticked else "empty",
        "processor": asked.version.company_values.get(SENDER_NAMES, ""),
    }
    if decision == "granted":
        document = _granted_document(document, circumstances, box_ticked=box_ticked)
        facts |= _proof_facts(customer_id, asked, circumstances)
        facts["legal_basis"] = LEGAL_BASIS[purpose]
        if asked.version.valid_days:
            valid_until = timezone.now() + timedelta(days=asked.version.valid_days)
    return ledger.append(
        customer_id=customer_id,
        kind=decision,
        circumstances=circumstances,
        purpose=purpose,
        channel=channel,
        contact_uuid=asked.contact.uuid if asked.contact else None,
        document=document,
        valid_until=valid_until,
        personal=facts,
    )


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
def document_shown(
    *,
    customer_id: int,
    edition_id: int,
    channel: Channel | str,
    contact_uuid: UUID | None,
    text_sha256: str,
    circumstances: Circumstances,
) -> AppendedEvent:
    """Record that a text was shown and left without an answer («позже»): it proves that the choice was free.

    Only for an act of the person, never for the mere loading of a page. ``text_sha256`` is the hash of what the page
    showed; when that is not what the edition says now, DocumentChanged is raised and nothing is stored. A repeat adds
    nothing.
    """
    document = document_render(edition_id=edition_id, customer_id=customer_id, contact_uuid=contact_uuid)
    if document.sha256 != text_sha256:
        raise DocumentChanged("another text was shown")
    return ledger.append(
        customer_id=customer_id,
        kind=EventKind.SHOWN,
        circumstances=circumstances,
        purpose=document.purpose,
        channel=channel,
        contact_uuid=contact_uuid,
        document=document,
    )


def _asked(customer_id: int, edition_id: int, channel: Channel, contact_uuid: UUID | None) -> _Asked:
    """Read without a lock: repeats must not wait, and an answer that a change of contacts overtakes is never used."""
    version = edition(edition_id)
    if version.status == DocumentStatus.DRAFT:
        raise DocumentMissing(f"edition {edition_id} was never in force")
    if version.document.channel not in ("", channel):
        raise EventInvalid("the text is about another channel")
    customer, contact = person_read(customer_id=customer_id, contact_uuid=contact_uuid, channel=channel)
    return _Asked(version=version, customer=customer, contact=contact)


def _shown(asked: _Asked, text_sha256: str, decision: Decision) -> tuple[RenderedDocument | None, dict[str, str]]:
    """Return the text when it is in force and the one that the page showed, else the facts that name what was shown.

    An altered edition raises EditionAltered for a yes; a no is not stopped by it, and the facts say so.
    """
    facts = {"shown_version": str(asked.version.pk), "shown_sha256": text_sha256}
    if asked.version.status != DocumentStatus.PUBLISHED:
        return None, facts
    try:
        document = document_of(asked.version, asked.customer, asked.contact)
    except EditionAltered:
        if decision == "granted":
            raise
        facts |= {"edition_state": "altered"}
        return None, facts
    return (document, {}) if document.sha256 == text_sha256 else (None, facts)


def _granted_document(
    shown: RenderedDocument | None, circumstances: Circumstances, *, box_ticked: bool
) -> RenderedDocument:
    if not box_ticked:
        raise BoxNotTicked("the box was left empty")
    if circumstances.level < ProofLevel.KNOWN_CONTACT and circumstances.actor.kind != ActorKind.STAFF:
        raise ProofTooWeak("a link alone cannot consent")
    if shown is None:
        raise DocumentChanged("another text was shown")
    return shown


def _proof_facts(customer_id: int, asked: _Asked, circumstances: Circumstances) -> dict[str, str]:
    """Check what a yes stands on and return it as facts: how the contact was proven, which rules were accepted."""
    if asked.contact is None:
        raise ContactMissing("no such contact for this channel")
    if asked.contact.confirmed_at is None:
        raise ContactUnconfirmed("the contact was not proven")
    basis = consent_basis(customer_id=customer_id, contact_uuid=asked.contact.uuid)
    if basis.needs_rules and circumstances.actor.kind == ActorKind.CUSTOMER:
        raise RulesMissing("the rules in force were not accepted")
    return basis.facts


def _purpose(version: Edition) -> Purpose:
    purpose = PURPOSE_OF.get(DocumentKind(version.document.kind))
    if purpose is None:
        raise EventInvalid("this text is not answered with yes or no")
    return purpose
