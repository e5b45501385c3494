"""Confirming a contact by a code that goes through the channel to be proven and is counted in the database.

Nothing here sends: `code_issue` makes the row, the sender asks `code_for_sending` right before the message leaves.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from consents.conf import CodeLimits, code_key, code_limits
from consents.customers.code_proof import code_facts, verification_proven
from consents.enums import ContactKind, EventKind, StopReason
from consents.errors import CodeNotForContact, ContactDenied, ContactMissing, EventInvalid, ForeignNumber, Landline
from consents.ledger import append as ledger
from consents.ledger.grants import customer_lock
from consents.models import ContactPoint, Stop, Verification
from consents.normalise import phone_normalise
from consents.reach.stopping import bounce_lift
from consents.types import AppendedEvent, Circumstances, CodeCheck, IssuedCode
from consents.verification.code_counting import (
    counting_lock,
    foreign_check,
    issue_check,
    locked_until,
    new_contact_check,
)
from consents.verification.codes import code_is_right, code_of, target_key


@transaction.atomic
def code_issue(
    *,
    customer_id: int,
    kind: ContactKind | str,
    target_value: str,
    is_new_contact: bool,
    session_key: str,
    lock_key: str,
    now: datetime | None = None,
) -> IssuedCode:
    """Make a code for a normalised contact and end every older code of it.

    Codes are counted per contact over all customers, sessions and links, those to new contacts also per customer.
    Raises TooSoon, TooMany (or what of it says which limit), Locked, ForeignNumber, Landline, ContactDenied; then
    nothing is made and older codes stay valid. Of parallel calls one makes a code and the others get TooSoon.
    """
    limits = code_limits()
    _target_check(customer_id, ContactKind(kind), target_value, limits)
    key = target_key(kind, target_value, code_key())
    counting_lock(key)
    moment = now or timezone.now()
    issue_check(target_key=key, lock_key=lock_key, now=moment, limits=limits)
    if is_new_contact:
        new_contact_check(customer_id=customer_id, now=moment, limits=limits)
    if kind == ContactKind.PHONE and not target_value.startswith(limits.home_prefix):
        foreign_check(now=moment, limits=limits)
    Verification.objects.filter(target_key=key, spent_at=None, voided_at=None).update(voided_at=moment)
    made = Verification.objects.create(
        customer_id=customer_id,
        kind=kind,
        target=target_value,
        target_key=key,
        is_new_contact=is_new_contact,
        session_key=session_key,
        lock_key=lock_key,
        created_at=moment,
        expires_at=moment + limits.life,
    )
    return IssuedCode(verification_uuid=made.uuid, expires_at=made.expires_at, resend_after_s=limits.resend_s)


def code_for_sending(*, verification_uuid: UUID, now: datetime | None = None) -> tuple[str, str] | None:
    """Return the code and where it goes, None when it has run out, was entered or was replaced."""
    live = Verification.objects.filter(
        uuid=verification_uuid, spent_at=None, voided_at=None, expires_at__gt=now or timezone.now()
    ).first()
    return (code_of(live.uuid, code_key()), live.target) if live else None


@transaction.atomic
def code_enter(*, verification_uuid: UUID | str, session_key: str, code: str, now: datetime | None = None) -> CodeCheck:
    """Try a code in the session that asked for it.

    ``ok``: right, and now used up. ``wrong``: counted; with no tries left another code is needed. ``spent``: cannot be
    entered any more, because it was entered rightly before (a double press: the first one counts, this proves nothing
    further) or its tries are used up. ``expired``: out of time, replaced by a newer one, or not of this session.
    ``locked``: ten wrong codes locked the link or contact for a day. Only ``ok`` and ``wrong`` compare the code.
    """
    limits = code_limits()
    asked = Verification.objects.filter(uuid=verification_uuid, session_key=session_key).first()
    if asked is None:
        return CodeCheck(outcome="expired", tries_left=0)
    counting_lock(f"consents.verification.codes.tries|{asked.lock_key}")
    moment = now or timezone.now()
    if locked_until(lock_key=asked.lock_key, now=moment, limits=limits) is not None:
        return CodeCheck(outcome="locked", tries_left=0)
    is_right = code_is_right(code, asked.uuid, code_key())
    # Compares and counts in one statement: a try of a code that is not live is neither.
    is_counted = Verification.objects.filter(
        pk=asked.pk, tries__lt=limits.tries, spent_at=None, voided_at=None, expires_at__gt=moment
    ).update(tries=F("tries") + 1, tried_at=moment, spent_at=moment if is_right else None)
    asked.refresh_from_db()
    if is_counted:
        return CodeCheck(outcome="ok" if is_right else "wrong", tries_left=limits.tries - asked.tries)
    is_used_up = asked.spent_at is not None or asked.tries >= limits.tries
    return CodeCheck(outcome="spent" if is_used_up else "expired", tries_left=0)


@transaction.atomic
def contact_confirm(
    *, customer_id: int, contact_uuid: UUID, verification_uuid: UUID | str, circumstances: Circumstances
) -> AppendedEvent:
    """Record that a contact on file was proven by a code to its value; a repeat adds nothing.

    The code may have been asked for by another customer with the same contact: it proves the contact. Raises
    ContactMissing, CodeNotForContact.
    """
    customer_lock(customer_id)
    contact = ContactPoint.objects.filter(
        customer_id=customer_id, uuid=contact_uuid, is_current=True, closed_at=None
    ).first()
    if contact is None:
        raise ContactMissing("no such contact")
    proof = verification_proven(verification_uuid=verification_uuid)
    if (proof.kind, proof.target) != (contact.kind, contact.value):
        raise CodeNotForContact("the code went to another contact")
    event = ledger.append(
        customer_id=customer_id,
        kind=EventKind.CONTACT_CONFIRMED,
        circumstances=circumstances,
        channel=ContactKind(contact.kind).channel,
        contact_uuid=contact.uuid,
        personal=code_facts(proof),
    )
    if event.is_new:
        ContactPoint.objects.filter(pk=contact.pk).update(confirmed_at=event.occurred_at)
        bounce_lift(
            customer_id=customer_id,
            kind=ContactKind(contact.kind),
            value=contact.value,
            circumstances=circumstances,
        )
    return event


def _target_check(customer_id: int, kind: ContactKind, value: str, limits: CodeLimits) -> None:
    if kind.spec.code_methods is None:
        raise EventInvalid(f"codes never go to {kind}")
    if kind == ContactKind.PHONE:
        if not value.startswith(limits.home_prefix) and not limits.foreign_allowed:
            raise ForeignNumber("the number is abroad")
        if kind.refuses_line(phone_normalise(value).line_type):
            raise Landline("the number takes no SMS")
    is_denied = Stop.objects.filter(
        customer_id=customer_id, kind=kind, value=value, reason=StopReason.NOT_MINE, lifted_at=None
    ).exists()
    if is_denied:
        raise ContactDenied("the contact's owner is not this customer")
