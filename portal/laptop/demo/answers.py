"""People of the demo who have answered already, by the services that real answers go through."""

import datetime
import secrets
from collections.abc import Iterator, Sequence
from typing import Literal

from django.utils import timezone

from consents.answers.recording import consent_answer, rules_accept
from consents.customers.contacts_read import OwnContact, contacts_of
from consents.documents.reading import document_render, editions_in_force
from consents.enums import ActorKind, DocumentKind, ProofLevel, ProofMethod
from consents.ledger.tree.proofs import rules_in_force
from consents.types import Actor, Circumstances
from consents.verification.confirming import code_enter, code_for_sending, code_issue, contact_confirm
from notify.links.issuing import entrance_link_make
from notify.links.tracking import LinkStage, stage_record
from portal.visits.evidence import request_key


def answers_play(customer_id: int, number: int) -> None:
    """Play one person who came by the public entrance: code, rules, consents."""
    contacts = [contact for contact in contacts_of(customer_id=customer_id) if _takes_code(contact)]
    if not contacts:
        return
    link_id = entrance_link_make(customer_id=customer_id, expires_at=timezone.now() + datetime.timedelta(days=1))
    for contact in contacts:
        _confirm(customer_id, contact)
    stage_record(link_id=link_id, stage=LinkStage.CONFIRMED)
    if number % 6 == 5:
        return
    _accept_rules(customer_id, contacts[0])
    for contact, edition_id in _questions(contacts, with_ads=number % 3 == 0):
        _decide(customer_id, contact, edition_id, "refused" if number % 7 == 6 else "granted")
    if number % 7 != 6:
        stage_record(link_id=link_id, stage=LinkStage.CONSENTED)


def _takes_code(contact: OwnContact) -> bool:
    return contact.kind.spec.code_methods is not None and contact.takes_messages


def _confirm(customer_id: int, contact: OwnContact) -> None:
    session_key = secrets.token_hex(16)
    issued = code_issue(
        customer_id=customer_id,
        kind=contact.kind,
        target_value=contact.value,
        is_new_contact=False,
        session_key=session_key,
        lock_key=session_key,
    )
    sent = code_for_sending(verification_uuid=issued.verification_uuid)
    if sent is None:
        return
    code_enter(verification_uuid=issued.verification_uuid, session_key=session_key, code=sent[0])
    contact_confirm(
        customer_id=customer_id,
        contact_uuid=contact.contact_uuid,
        verification_uuid=issued.verification_uuid,
        circumstances=_circumstances(contact, "confirm", contact.contact_uuid),
    )


def _accept_rules(customer_id: int, contact: OwnContact) -> None:
    edition_id = rules_in_force()
    if edition_id is None:
        return
    text = document_render(edition_id=edition_id, customer_id=customer_id)
    rules_accept(
        customer_id=customer_id,
        text_sha256=text.sha256,
        circumstances=_circumstances(contact, "rules", edition_id),
        box_ticked=True,
    )


def _questions(contacts: Sequence[OwnContact], *, with_ads: bool) -> Iterator[tuple[OwnContact, int]]:
    kinds = [DocumentKind.PD_SERVICE, *([DocumentKind.PD_PROMO, DocumentKind.ADS] if with_ads else [])]
    for contact in contacts:
        for kind in kinds:
            asked = editions_in_force().filter(document__kind=kind, document__channel__in=["", contact.kind.channel])
            if edition := asked.first():
                yield contact, edition.pk


def _decide(customer_id: int, contact: OwnContact, edition_id: int, decision: Literal["granted", "refused"]) -> None:
    text = document_render(edition_id=edition_id, customer_id=customer_id, contact_uuid=contact.contact_uuid)
    consent_answer(
        customer_id=customer_id,
        edition_id=edition_id,
        channel=contact.kind.channel,
        contact_uuid=contact.contact_uuid,
        decision=decision,
        text_sha256=text.sha256,
        circumstances=_circumstances(contact, decision, edition_id),
        box_ticked=decision == "granted",
    )


def _circumstances(contact: OwnContact, act: str, what: object) -> Circumstances:
    return Circumstances(
        actor=Actor(kind=ActorKind.CUSTOMER),
        level=ProofLevel.KNOWN_CONTACT,
        method=ProofMethod(contact.kind.code_method(after_link=False)),
        request_key=request_key("demo", contact.contact_uuid, act, what),
        touchpoint="entrance",
        ip="192.0.2.1",
        user_agent="Demo",
        page="/",
        build="demo",
        button="Разрешаю" if act == "granted" else "Не разрешаю",
        box_default="unticked",
        shown_at=timezone.now().isoformat(),
        zone="Europe/Moscow",
    )
