"""Confirming a contact by a code that goes through the channel to be proven and is counted in the database.

Nothing here sends: `code_issue` makes the row, the sender asks `code_for_sending` right before the message leaves.
"""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import F

from consents.conf import CodeLimits, code_key, code_limits
from consents.customers.code_proof import code_facts, verification_proven
from consents.database.clock import database_now
from consents.enums import ContactKind, EventKind, StopReason
from consents.errors import (
    CodeNotForContact,
    ContactDenied,
    ContactMissing,
    EventInvalid,
    ForeignNumber,
    Landline,
    TooMany,
    TooSoon,
)
from consents.ledger import append as ledger
from consents.ledger.grants import customer_lock
from consents.models import ContactPoint, Stop, Verification
from consents.normalise import phone_normalise
from consents.reach.stopping import bounce_lift
from consents.types import AppendedEvent, Circumstances, CodeCheck, IssuedCode
from consents.verification.code_counting import (
    ENTRANCE,
    counting_lock,
    entrance_check,
    foreign_check,
    issue_check,
    lock_check,
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
    """Make a code for a normalised contact and end older ones of it that the same session may enter.

    Codes are counted per contact over all customers, sessions and links, and apart from each other: those by a link,
    those of the entrance, those to new contacts, the last also per customer. So nobody who only knows a contact uses
    up what its owner may have, or ends a code that the owner waits for.
    Raises TooSoon, TooMany (or what of it says which limit), Locked, ForeignNumber, Landline, ContactDenied; then
    nothing is made and older codes stay valid. Of parallel calls one makes a code and the others get TooSoon.

    A new contact that others have asked codes for is answered as if nobody had: a refusal would tell of them. Nobody
    gets that code and none that is entered is right, but it counts for the customer like any other.
    """
    limits = code_limits()
    _target_check(customer_id, ContactKind(kind), target_value, limits)
    key = target_key(kind, target_value, code_key())
    counting_lock(key)
    moment = now or database_now()
    lock_check(lock_key=lock_key, now=moment, limits=limits)
    of_contact = Verification.objects.filter(target_key__in=[key, _unsent(key)])
    if is_new_contact:
        own = of_contact.filter(customer_id=customer_id, is_new_contact=True)
        issue_check(own, now=moment, day_count=limits.day_count, limits=limits)
        new_contact_check(customer_id=customer_id, now=moment, limits=limits)
        key = _key_or_unsent(key, moment, limits)
    else:
        _known_check(key, lock_key, moment, limits)
    if kind == ContactKind.PHONE and not target_value.startswith(limits.home_prefix):
        foreign_check(now=moment, limits=limits)
    of_contact.filter(session_key=session_key, spent_at=None, voided_at=None).update(voided_at=moment)
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
    return IssuedCode(
        verification_uuid=made.uuid,
        expires_at=made.expires_at,
        resend_after_s=limits.resend_s,
        is_sent=_is_sent(made),
    )


def code_for_sending(*, verification_uuid: UUID, now: datetime | None = None) -> tuple[str, str] | None:
    """Return the code and where it goes, None when it has run out, was entered or was replaced."""
    live = Verification.objects.filter(
        uuid=verification_uuid, spent_at=None, voided_at=None, expires_at__gt=now or database_now()
    ).first()
    return (code_of(live.uuid, code_key()), live.target) if live and _is_sent(live) else None


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
    moment = now or database_now()
    if locked_until(lock_key=asked.lock_key, now=moment, limits=limits) is not None:
        return CodeCheck(outcome="locked", tries_left=0)
    is_right = code_is_right(code, asked.uuid, code_key()) and _is_sent(asked)
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


def _known_check(key: bytes, lock_key: str, now: datetime, limits: CodeLimits) -> None:
    """Raise when a contact on file may have no other code, by a link or at the entrance, each counted by itself."""
    counted = Verification.objects.filter(target_key=key, is_new_contact=False)
    if not lock_key.startswith(ENTRANCE):
        by_link = counted.exclude(lock_key__startswith=ENTRANCE)
        issue_check(by_link, now=now, day_count=limits.day_count, limits=limits)
        return
    at_entrance = counted.filter(lock_key__startswith=ENTRANCE)
    issue_check(at_entrance, now=now, day_count=limits.entrance_day_count, limits=limits)
    entrance_check(now=now, limits=limits)


def _key_or_unsent(key: bytes, now: datetime, limits: CodeLimits) -> bytes:
    """Return the key under which a code to a new contact counts; `_unsent` where others have used up its codes."""
    others = Verification.objects.filter(target_key=key, is_new_contact=True)
    try:
        issue_check(others, now=now, day_count=limits.day_count, limits=limits)
    except (TooSoon, TooMany):
        return _unsent(key)
    return key


def _unsent(key: bytes) -> bytes:
    """Return what stands in place of a contact's key for a code that nobody gets, so that it counts against nobody."""
    return sha256(b"consents.unsent|" + key).digest()


def _is_sent(asked: Verification) -> bool:
    return bytes(asked.target_key) == target_key(asked.kind, asked.target, code_key())


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
