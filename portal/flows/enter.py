"""The public entrance: a person names a phone or an address, and gets the same answer whether we know it or not.

The request only makes a visit that holds the sealed value; whether anybody is behind it is found out later,
by a task. So bytes and time of the answer cannot tell. A contact that several customers share is asked for
the customer number after the code: the code proves the contact, the number says who of them is there.
"""

import datetime
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from consents.customers.contacts_read import OwnContact, contacts_by_value
from consents.enums import ContactKind, ProofLevel, ProofMethod
from consents.errors import ConsentsError
from consents.types import Circumstances, CodeCheck
from consents.verification.confirming import code_enter, code_issue, contact_confirm
from notify.links.issuing import entrance_link_make
from notify.links.tracking import LinkStage, stage_record
from notify.messages.interactive import code_send
from portal.accounts.field_encryption import text_decrypt, text_encrypt
from portal.flows.prove import RESEND_SECONDS, Proof, proven, returning_mark
from portal.models import PersonSession
from portal.visits import session
from portal.visits.cookie import ABSOLUTE
from portal.visits.progress import AskedCode, SignInRequest, VisitProgress, progress_json, progress_read
from portal.visits.session import Person

PLACE: Final = "portal_personsession.progress"
CODE_LIFE: Final = datetime.timedelta(minutes=10)
TRIES: Final = 3
NUMBER_TRIES: Final = 5
BATCH: Final = 50


def entrance_open(*, kind: ContactKind, value: str, mask: str) -> tuple[Person, str]:
    """Make a visit for somebody who named a contact; give it with its key. `value` is normalised."""
    return session.session_start(customer_id=None, progress=VisitProgress(sign_in=_asked(kind, value, mask)))


@transaction.atomic
def entrance_ask_again(*, person: Person) -> None:
    """Ask for another code, whether or not there was a first one. Nothing happens once the visit has gone on."""
    person, kept = _locked(person)
    if kept is None:
        return
    _sign_in_set(person, replace(kept, asked_at=timezone.now(), answered=False, tries=0, verification=""))


def asked(person: Person) -> AskedCode | None:
    """Return what a page may show of a visit at the entrance: the same for a known contact and for another.

    None for those who came by a link.
    """
    kept = person.progress.sign_in
    if kept is None:
        return None
    again_at = kept.asked_at + datetime.timedelta(seconds=RESEND_SECONDS)
    return AskedCode(kind=kept.kind, mask=kept.mask, expires_at=kept.asked_at + CODE_LIFE, again_at=again_at)


def entrances_answer() -> int:
    """Send a code to everyone who waits at the entrance and is known; give how many visits were looked at."""
    since = timezone.now() - CODE_LIFE
    rows = PersonSession.objects.filter(
        progress__entrance__answered=False, created_at__gt=timezone.now() - ABSOLUTE, seen_at__gt=since
    )
    ids = list(rows.order_by("id").values_list("id", flat=True)[:BATCH])
    return sum(_answer(session_id) for session_id in ids)


@transaction.atomic
def entrance_code_enter(*, person: Person, code: str, circumstances: Circumstances) -> Proof:
    """Enter the code of the entrance.

    A right one raises the visit to level 1; when several customers share the contact it waits for the number.
    Everything else is answered from the visit's own count, never from what we know of the contact: a lock or a
    limit of a known contact would tell that it is known. Of two presses at once the second waits for the first, and
    when that one was right it proves nothing more and changes nothing.
    """
    person, kept = _locked(person)
    if kept is None:
        return Proof(check=CodeCheck(outcome="spent", tries_left=0), person=person)
    if kept.proven:
        return Proof(check=CodeCheck(outcome="ok", tries_left=0), person=person)
    if not kept.verification:
        return _failed(person, kept)
    check = code_enter(verification_uuid=kept.verification, session_key=person.session_key, code=code)
    if check.outcome != "ok":
        return _failed(person, kept)
    owners = _owners(kept)
    if len(owners) != 1:
        return Proof(check=check, person=_sign_in_set(person, replace(kept, proven=kept.verification, verification="")))
    return _let_in(person, owners[0], kept.verification, circumstances, check)


@transaction.atomic
def entrance_number_enter(*, person: Person, number: str, circumstances: Circumstances) -> Proof:
    """Say who of several customers with one contact is there. Five tries, however parallel; then the visit ends."""
    person, kept = _locked(person)
    if kept is None:
        return Proof(check=CodeCheck(outcome="spent", tries_left=0), person=person)
    tries = kept.number_tries + 1
    wanted = number.strip().casefold()
    owner = next((one for one in _owners(kept) if one.external_id.casefold() == wanted), None)
    if owner is not None and tries <= NUMBER_TRIES and kept.proven:
        return _let_in(person, owner, kept.proven, circumstances, CodeCheck(outcome="ok", tries_left=0))
    left = max(0, NUMBER_TRIES - tries)
    if left == 0:
        session.session_end(person=person)
        return Proof(check=CodeCheck(outcome="locked", tries_left=0), person=person)
    counted = _sign_in_set(person, replace(kept, number_tries=tries))
    return Proof(check=CodeCheck(outcome="wrong", tries_left=left), person=counted)


def needs_number(person: Person) -> bool:
    """Tell whether the contact is proven and only the customer is open."""
    return person.progress.sign_in is not None and bool(person.progress.sign_in.proven) and person.customer_id is None


def _locked(person: Person) -> tuple[Person, SignInRequest | None]:
    """Read anew what the visit has asked for, and let no other request of it in until this transaction ends.

    None once the visit has ended or another request has led it on.
    """
    now = session.session_lock(person=person)
    return (person, None) if now is None else (now, now.progress.sign_in)


def _let_in(
    person: Person, owner: OwnContact, verification: str, circumstances: Circumstances, check: CodeCheck
) -> Proof:
    """Raise the visit, confirm the contact, and give the funnel a link that nobody can open."""
    link_id = entrance_link_make(customer_id=owner.customer_id, expires_at=timezone.now() + ABSOLUTE)
    raised, key = session.session_rise(
        person=person,
        level=ProofLevel.KNOWN_CONTACT,
        method=ProofMethod(owner.kind.code_method(after_link=False)),
        customer_id=owner.customer_id,
        link_id=link_id,
    )
    contact_confirm(
        customer_id=owner.customer_id,
        contact_uuid=owner.contact_uuid,
        verification_uuid=verification,
        circumstances=proven(circumstances, raised),
    )
    stage_record(link_id=link_id, stage=LinkStage.CONFIRMED)
    returning = returning_mark(person, owner.customer_id)
    return Proof(
        check=check,
        person=session.session_progress_change(
            person=raised, change=lambda now: replace(now, sign_in=None, returning=returning, reached=owner.id)
        ),
        key=key,
    )


@transaction.atomic
def _answer(session_id: int) -> int:
    """Look one visit's contact up and send a code to it. What we refuse to send, we refuse silently."""
    row = PersonSession.objects.select_for_update(skip_locked=True).filter(pk=session_id).first()
    progress = progress_read(row.progress if row else {})
    kept = progress.sign_in
    if row is None or kept is None or kept.answered:
        return 0
    owners = _owners(kept)
    verification = _code_for(owners, kept, row.key_hash) if owners else ""
    row.progress = progress_json(replace(progress, sign_in=replace(kept, answered=True, verification=verification)))
    row.save(update_fields=["progress"])
    return 1


def _code_for(owners: Sequence[OwnContact], kept: SignInRequest, session_key: str) -> str:
    owner = owners[0]
    if owner.kind.refuses_line(owner.line_type):
        return ""
    try:
        with transaction.atomic():
            issued = code_issue(
                customer_id=owner.customer_id,
                kind=owner.kind,
                target_value=owner.value,
                is_new_contact=False,
                session_key=session_key,
                lock_key=kept.lock,
            )
            code_send(
                verification_uuid=issued.verification_uuid,
                customer_id=owner.customer_id,
                channel=owner.kind.channel,
                expires_at=issued.expires_at,
            )
    except ConsentsError:
        return ""
    return str(issued.verification_uuid)


def _failed(person: Person, kept: SignInRequest) -> Proof:
    """Count a try of this visit and say what is left, in the words of a wrong code."""
    tries = kept.tries + 1
    counted = _sign_in_set(person, replace(kept, tries=tries))
    if kept.asked_at + CODE_LIFE <= timezone.now():
        return Proof(check=CodeCheck(outcome="expired", tries_left=0), person=counted)
    left = max(0, TRIES - tries)
    return Proof(check=CodeCheck(outcome="wrong" if tries <= TRIES else "spent", tries_left=left), person=counted)


def _owners(kept: SignInRequest) -> list[OwnContact]:
    return contacts_by_value(kind=kept.kind, value=text_decrypt(kept.sealed, place=PLACE))


def _sign_in_set(person: Person, request: SignInRequest) -> Person:
    return session.session_progress_change(person=person, change=lambda now: replace(now, sign_in=request))


def _asked(kind: ContactKind, value: str, mask: str) -> SignInRequest:
    lock = hmac.new(settings.LINK_KEY, f"entrance|{kind}|{value}".encode(), hashlib.sha256).hexdigest()
    return SignInRequest(
        kind=kind,
        sealed=text_encrypt(value, place=PLACE),
        mask=mask,
        lock=f"entrance:{lock[:48]}",
        asked_at=timezone.now(),
    )
