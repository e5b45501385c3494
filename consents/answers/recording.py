"""Answers to texts. One purpose, one text, one box, one answer; a yes needs all of its proof, a no needs none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction

from consents.database.clock import database_now
from consents.documents.fields import sender_name
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
)
from consents.ledger import append as ledger
from consents.ledger.grants import request_part
from consents.ledger.tree.proofs import consent_basis
from consents.models import ContactPoint, Customer, Edition
from consents.types import AppendedEvent, Circumstances, RenderedDocument
from consents.words import LEGAL_BASIS, PURPOSE_OF

Decision = Literal["granted", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What was asked, as the database has it."""

    version: Edition
    customer: Customer
    points: Mapping[Channel, ContactPoint]


@transaction.atomic
def consent_answer(
    *,
    customer_id: int,
    edition_id: int,
    contacts: Mapping[Channel, UUID],
    decision: Decision,
    text_sha256: str,
    circumstances: Circumstances,
    box_ticked: bool = False,
) -> tuple[AppendedEvent, ...]:
    """Record a person's answer to one text, an event for each channel that it names, so that each ends by itself.

    ``contacts`` are the contacts that the page named, by channel. A repeat with the same request key adds nothing.
    ``text_sha256`` comes from the form: the hash of what the page showed. A yes raises, and stores nothing:
    BoxNotTicked; ProofTooWeak below level 1; DocumentChanged when another text is in force; ContactMissing;
    ContactUnconfirmed when one was not proven through its own channel; EditionAltered when the text in force is not as
    it was published. A no is recorded whatever the text was: what was shown is then named by its hash alone, and an
    altered edition is said to be one.
    """
    asked = _asked(customer_id, edition_id, contacts)
    purpose, valid_until = _purpose(asked.version), None
    document, facts = _shown(asked, text_sha256, decision)
    facts["box"] = "ticked" if box_ticked else "empty"
    if decision == "granted":
        document = _granted_document(document, circumstances, box_ticked=box_ticked)
        facts["legal_basis"] = LEGAL_BASIS[purpose]
        if asked.version.valid_days:
            valid_until = database_now() + timedelta(days=asked.version.valid_days)
    return tuple(
        ledger.append(
            customer_id=customer_id,
            kind=decision,
            circumstances=request_part(circumstances, channel),
            purpose=purpose,
            channel=channel,
            contact_uuid=asked.points[channel].uuid if channel in asked.points else None,
            document=document,
            valid_until=valid_until,
            personal=facts | _channel_facts(customer_id, asked, channel, decision),
        )
        for channel in contacts
    )


@transaction.atomic
def document_shown(
    *,
    customer_id: int,
    edition_id: int,
    contacts: Mapping[Channel, UUID],
    text_sha256: str,
    circumstances: Circumstances,
) -> tuple[AppendedEvent, ...]:
    """Record that a text was shown and left without an answer («позже»): it proves that the choice was free.

    Only for an act of the person, never for the mere loading of a page. ``text_sha256`` is the hash of what the page
    showed; when that is not what the edition says now, DocumentChanged is raised and nothing is stored. A repeat adds
    nothing.
    """
    document = document_render(edition_id=edition_id, customer_id=customer_id, contacts=contacts)
    if document.sha256 != text_sha256:
        raise DocumentChanged("another text was shown")
    return tuple(
        ledger.append(
            customer_id=customer_id,
            kind=EventKind.SHOWN,
            circumstances=request_part(circumstances, channel),
            purpose=document.purpose,
            channel=channel,
            contact_uuid=contact_uuid,
            document=document,
        )
        for channel, contact_uuid in contacts.items()
    )


def _asked(customer_id: int, edition_id: int, contacts: Mapping[Channel, UUID]) -> _Asked:
    """Read without a lock: repeats must not wait, and an answer that a change of contacts overtakes is never used."""
    version = edition(edition_id)
    if version.status == DocumentStatus.DRAFT:
        raise DocumentMissing(f"edition {edition_id} was never in force")
    if not contacts:
        raise EventInvalid("an answer is about one channel at least")
    customer, points = person_read(customer_id=customer_id, contacts=contacts)
    return _Asked(version=version, customer=customer, points=points)


def _shown(asked: _Asked, text_sha256: str, decision: Decision) -> tuple[RenderedDocument | None, dict[str, str]]:
    """Return the text when it is in force and the one that the page showed, else the facts that name what was shown.

    An altered edition raises EditionAltered for a yes; a no is not stopped by it, and the facts say so.
    """
    facts = {"shown_version": str(asked.version.pk), "shown_sha256": text_sha256}
    if asked.version.status != DocumentStatus.PUBLISHED:
        return None, facts
    try:
        document = document_of(asked.version, asked.customer, asked.points)
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


def _channel_facts(customer_id: int, asked: _Asked, channel: Channel, decision: Decision) -> dict[str, str]:
    """Return who sends over a channel; for a yes also how its contact was proven. Raises what the proof lacks."""
    facts = {"processor": sender_name(asked.version.company_values, channel)}
    if decision == "refused":
        return facts
    contact = asked.points.get(channel)
    if contact is None:
        raise ContactMissing("no such contact for this channel")
    if contact.confirmed_at is None:
        raise ContactUnconfirmed("the contact was not proven")
    return facts | consent_basis(customer_id=customer_id, contact_uuid=contact.uuid)


def _purpose(version: Edition) -> Purpose:
    purpose = PURPOSE_OF.get(DocumentKind(version.document.kind))
    if purpose is None:
        raise EventInvalid("this text is not answered with yes or no")
    return purpose
