"""People of the demo who have answered already, by the flows that the pages use."""

import datetime
import secrets
from typing import Final

from django.utils import timezone

from consents.answers.recording import Decision
from consents.customers.contacts_read import OwnContact, contacts_of
from consents.documents.reading import document_render
from consents.enums import ActorKind, DocumentKind, ProofLevel, ProofMethod
from consents.types import Actor, Circumstances
from consents.verification.confirming import code_enter, code_for_sending, code_issue, contact_confirm
from notify.links.issuing import entrance_link_make
from notify.links.tracking import LinkStage, stage_record
from portal.flows.answer_invitation import InvitationState, record_answer
from portal.flows.change_preferences import choose_channels, show_offers
from portal.visits import session
from portal.visits.evidence import iso, now_iso, request_key
from portal.visits.session import VisitorSession
from portal.visits.shown import shown_read, shown_sign

_CAPTIONS: Final = {"granted": "Разрешаю", "refused": "Не разрешаю"}


def answers_play(customer_id: int, number: int) -> None:
    """Play one person who came by the public entrance: codes, channels, consents, the receipt."""
    contacts = [contact for contact in contacts_of(customer_id=customer_id) if _takes_code(contact)]
    if not contacts:
        return
    link_id = entrance_link_make(customer_id=customer_id, expires_at=timezone.now() + datetime.timedelta(days=1))
    visitor, _ = session.session_start(customer_id=customer_id, link_id=link_id)
    for contact in contacts:
        visitor = _confirm(visitor, customer_id, contact)
    stage_record(link_id=link_id, stage=LinkStage.CONFIRMED)
    if number % 6 != 5:
        decision: Decision = "refused" if number % 7 == 6 else "granted"
        visitor = choose_channels(visitor=visitor, channels=[contact.kind.channel for contact in contacts])
        visitor = _answer(visitor, customer_id, decision)
        if number % 3 == 0:
            visitor = _answer(show_offers(visitor=visitor), customer_id, decision)
    session.session_end(visitor=visitor)


def _takes_code(contact: OwnContact) -> bool:
    return not contact.kind.spec.is_account and contact.takes_messages


def _confirm(visitor: VisitorSession, customer_id: int, contact: OwnContact) -> VisitorSession:
    """Enter a code that goes nowhere: an outbox full of codes would hide those of whoever looks at the demo."""
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
        return visitor
    code_enter(verification_uuid=issued.verification_uuid, session_key=session_key, code=sent[0])
    method = ProofMethod(contact.kind.code_method(after_link=False))
    raised, _ = session.session_rise(
        visitor=visitor, level=ProofLevel.KNOWN_CONTACT, method=method, customer_id=customer_id
    )
    contact_confirm(
        customer_id=customer_id,
        contact_uuid=contact.contact_uuid,
        verification_uuid=issued.verification_uuid,
        circumstances=_circumstances(
            raised,
            request_key("demo", contact.contact_uuid),
            page="/me/code/enter/",
            button="Подтвердить",
        ),
    )
    return raised


def _answer(visitor: VisitorSession, customer_id: int, decision: Decision) -> VisitorSession:
    """Answer every text that is asked now."""
    for _text in DocumentKind:
        ask = InvitationState(visitor, customer_id).ask
        if not ask:
            break
        asked = ask[0]
        text = document_render(edition_id=asked.edition_id, customer_id=customer_id, contacts=asked.contacts)
        signed = shown_sign(visitor, text, contacts=asked.contacts, captions=_CAPTIONS, language="ru", state=len(ask))
        seen = shown_read(visitor, signed)
        visitor = record_answer(
            visitor=visitor,
            customer_id=customer_id,
            seen=seen,
            decision=decision,
            box_ticked=decision == "granted",
            circumstances=_circumstances(
                visitor,
                seen.key,
                page=f"/me/consent/{asked.edition_id}/",
                button=_CAPTIONS[decision],
                box_default="unticked",
            ),
        )
    return visitor


def _circumstances(
    visitor: VisitorSession, key: str, *, page: str, button: str, box_default: str = ""
) -> Circumstances:
    return Circumstances(
        actor=Actor(kind=ActorKind.CUSTOMER),
        level=visitor.level,
        method=visitor.method,
        request_key=key,
        touchpoint="entrance",
        ip="192.0.2.1",
        user_agent="Demo",
        page=page,
        build="demo",
        button=button,
        box_default=box_default,
        shown_at=now_iso(),
        opened_at=iso(visitor.opened_at),
        extra={"page_language": "ru"},
    )
