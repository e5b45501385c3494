"""People of the demo who have answered already, by the services that real answers go through."""

import datetime
import secrets
from collections.abc import Sequence
from typing import Final, Literal

from django.utils import timezone

from consents.answers.recording import consent_answer
from consents.customers.contacts_read import OwnContact, contacts_of
from consents.documents.reading import document_render, editions_in_force
from consents.enums import ActorKind, DocumentKind, ProofLevel, ProofMethod
from consents.types import Actor, Circumstances
from consents.verification.confirming import code_enter, code_for_sending, code_issue, contact_confirm
from notify.links.issuing import entrance_link_make
from notify.links.tracking import LinkStage, stage_record
from portal.visits.evidence import request_key

_CAPTIONS: Final = {"granted": "Разрешаю", "refused": "Не разрешаю"}


def answers_play(customer_id: int, number: int) -> None:
    """Play one person who came by the public entrance: code, consents."""
    contacts = [contact for contact in contacts_of(customer_id=customer_id) if _takes_code(contact)]
    if not contacts:
        return
    link_id = entrance_link_make(customer_id=customer_id, expires_at=timezone.now() + datetime.timedelta(days=1))
    for contact in contacts:
        _confirm(customer_id, contact)
    stage_record(link_id=link_id, stage=LinkStage.CONFIRMED)
    if number % 6 == 5:
        return
    kinds = [DocumentKind.PD_SERVICE, *([DocumentKind.PD_PROMO, DocumentKind.ADS] if number % 3 == 0 else [])]
    for kind in kinds:
        _decide(customer_id, contacts, kind, "refused" if number % 7 == 6 else "granted")
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
        circumstances=_circumstances(contact, "confirm", contact.contact_uuid, button="Подтвердить"),
    )


def _decide(
    customer_id: int, contacts: Sequence[OwnContact], kind: DocumentKind, decision: Literal["granted", "refused"]
) -> None:
    edition = editions_in_force().filter(document__kind=kind).first()
    if edition is None:
        return
    named = {contact.kind.channel: contact.contact_uuid for contact in contacts}
    text = document_render(edition_id=edition.pk, customer_id=customer_id, contacts=named)
    consent_answer(
        customer_id=customer_id,
        edition_id=edition.pk,
        contacts=named,
        decision=decision,
        text_sha256=text.sha256,
        circumstances=_circumstances(contacts[0], decision, edition.pk, button=_CAPTIONS[decision]),
        box_ticked=decision == "granted",
    )


def _circumstances(contact: OwnContact, act: str, what: object, *, button: str = "") -> Circumstances:
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
        button=button,
        box_default="unticked" if button else "",
        shown_at=timezone.now().isoformat(),
        zone="Europe/Moscow",
    )
