"""The public entrance: a person names a phone or an address, and gets the same answer whether we know it or not.

The request only makes a visit that holds the sealed value; whether anybody is behind it is found out later,
by a task. So bytes and time of the answer cannot tell. A contact that several customers share is asked for
the customer number after the code: the code proves the contact, the number says who of them is there.
"""

import datetime
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from consents.customers.contacts_read import OwnContact, contacts_by_value
from consents.enums import ContactKind, LineType, ProofLevel, ProofMethod
from consents.errors import ConsentsError
from consents.types import Circumstances, CodeCheck
from consents.verification.confirming import code_enter, code_issue, contact_confirm
from notify.links.issuing import entrance_link_make
from notify.links.tracking import LinkStage, stage_record
from notify.messages.interactive import code_send
from portal.accounts.field_encryption import text_decrypt, text_encrypt
from portal.flows.prove import CODE_CHANNELS, RESEND_SECONDS, Proof, proven, returning_mark
from portal.models import PersonSession
from portal.visits import session
from portal.visits.cookie import ABSOLUTE
from portal.visits.session import Person

PLACE: Final = "portal_personsession.progress"
CODE_LIFE: Final = datetime.timedelta(minutes=10)
TRIES: Final = 3
NUMBER_TRIES: Final = 5
BATCH: Final = 50

_METHODS: Final = {ContactKind.PHONE: ProofMethod.CODE_SMS, ContactKind.EMAIL: ProofMethod.CODE_EMAIL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the page may show of a visit at the entrance: nothing that tells a known contact from another."""

    kind: ContactKind
    mask: str
    asked_at: datetime.datetime

    @property
    def wait_seconds(self) -> int:
        """Return the seconds until another code may be asked for."""
        again_at = self.asked_at + datetime.timedelta(seconds=RESEND_SECONDS)
        return max(0, int((again_at - timezone.now()).total_seconds()) + 1)

    @property
    def minutes_left(self) -> int:
        """Return the whole minutes until a code that may have been sent runs out."""
        left = (self.asked_at + CODE_LIFE - timezone.now()).total_seconds()
        return max(0, -(-int(left) // 60))


def entrance_open(*, kind: ContactKind, value: str, mask: str) -> tuple[Person, str]:
    """Make a visit for somebody who named a contact; return it with its key. `value` is normalised."""
    return session.session_start(customer_id=None, progress={"entrance": _asked(kind, value, mask)})


@transaction.atomic
def entrance_ask_again(*, person: Person) -> None:
    """Ask for another code, whether or not there was a first one. Nothing happens once the visit has gone on."""
    person, kept = _locked(person)
    if kept is None:
        return
    renewed = {**kept, "asked_at": timezone.now().isoformat(), "answered": False, "tries": 0, "verification": ""}
    session.session_progress_set(person=person, entrance=renewed)


def asked(person: Person) -> Asked | None:
    """Read what a visit has asked for at the entrance. None for those who came by a link."""
    kept = person.progress.get("entrance")
    if kept is None:
        return None
    return Asked(
        kind=ContactKind(kept["kind"]),
        mask=kept["mask"],
        asked_at=datetime.datetime.fromisoformat(kept["asked_at"]),
    )


def entrances_answer() -> int:
    """Send a code to everyone who waits at the entrance and is known; return how many visits were looked at."""
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
    if kept.get("proven"):
        return Proof(check=CodeCheck(outcome="ok", tries_left=0), person=person)
    if not kept.get("verification"):
        return _failed(person, kept)
    check = code_enter(verification_uuid=kept["verification"], session_key=person.session_key, code=code)
    if check.outcome != "ok":
        return _failed(person, kept)
    owners = _owners(kept)
    if len(owners) != 1:
        waiting = {**kept, "proven": kept["verification"], "verification": ""}
        return Proof(check=check, person=session.session_progress_set(person=person, entrance=waiting))
    return _let_in(person, owners[0], kept["verification"], circumstances, check)


@transaction.atomic
def entrance_number_enter(*, person: Person, number: str, circumstances: Circumstances) -> Proof:
    """Check which of several customers with one contact this is, by number. Five wrong ones end the visit."""
    person, kept = _locked(person)
    if kept is None:
        return Proof(check=CodeCheck(outcome="spent", tries_left=0), person=person)
    tries = int(kept.get("number_tries", 0)) + 1
    wanted = number.strip().casefold()
    owner = next((one for one in _owners(kept) if one.external_id.casefold() == wanted), None)
    if owner is not None and tries <= NUMBER_TRIES and kept.get("proven"):
        return _let_in(person, owner, kept["proven"], circumstances, CodeCheck(outcome="ok", tries_left=0))
    left = max(0, NUMBER_TRIES - tries)
    if left == 0:
        session.session_end(person=person)
        return Proof(check=CodeCheck(outcome="locked", tries_left=0), person=person)
    counted = session.session_progress_set(person=person, entrance={**kept, "number_tries": tries})
    return Proof(check=CodeCheck(outcome="wrong", tries_left=left), person=counted)


def needs_number(person: Person) -> bool:
    """Return whether the contact is proven and only the customer is open."""
    return bool(person.progress.get("entrance", {}).get("proven")) and person.customer_id is None


def _locked(person: Person) -> tuple[Person, dict[str, Any] | None]:
    """Read anew what the visit has asked for, and let no other request of it in until this transaction ends.

    None once the visit has ended or another request has led it on.
    """
    now = session.session_lock(person=person)
    return (person, None) if now is None else (now, now.progress.get("entrance"))


def _let_in(
    person: Person, owner: OwnContact, verification: str, circumstances: Circumstances, check: CodeCheck
) -> Proof:
    """Raise the level, confirm the contact, and make a link for the funnel that nobody can open."""
    link_id = entrance_link_make(customer_id=owner.customer_id, expires_at=timezone.now() + ABSOLUTE)
    raised, key = session.session_rise(
        person=person,
        level=ProofLevel.KNOWN_CONTACT,
        method=_METHODS[owner.kind],
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
        person=session.session_progress_set(person=raised, entrance=None, returning=returning, reached=owner.id),
        key=key,
    )


@transaction.atomic
def _answer(session_id: int) -> int:
    """Look one visit's contact up and send a code to it. What we refuse to send, we refuse silently."""
    row = PersonSession.objects.select_for_update(skip_locked=True).filter(pk=session_id).first()
    if row is None or row.progress.get("entrance", {}).get("answered", True):
        return 0
    kept: dict[str, Any] = row.progress["entrance"]
    owners = _owners(kept)
    verification = _code_for(owners, kept, row.key_hash) if owners else ""
    row.progress = {**row.progress, "entrance": {**kept, "answered": True, "verification": verification}}
    row.save(update_fields=["progress"])
    return 1


def _code_for(owners: Sequence[OwnContact], kept: dict[str, Any], session_key: str) -> str:
    owner = owners[0]
    if owner.kind == ContactKind.PHONE and owner.line_type == LineType.FIXED:
        return ""
    try:
        with transaction.atomic():
            issued = code_issue(
                customer_id=owner.customer_id,
                kind=owner.kind,
                target_value=owner.value,
                is_new_contact=False,
                session_key=session_key,
                lock_key=kept["lock"],
            )
            code_send(
                verification_uuid=issued.verification_uuid,
                customer_id=owner.customer_id,
                channel=CODE_CHANNELS[owner.kind],
                expires_at=issued.expires_at,
            )
    except ConsentsError:
        return ""
    return str(issued.verification_uuid)


def _failed(person: Person, kept: dict[str, Any]) -> Proof:
    """Count a try of this visit and say what is left, in the words of a wrong code."""
    tries = int(kept.get("tries", 0)) + 1
    counted = session.session_progress_set(person=person, entrance={**kept, "tries": tries})
    if datetime.datetime.fromisoformat(kept["asked_at"]) + CODE_LIFE <= timezone.now():
        return Proof(check=CodeCheck(outcome="expired", tries_left=0), person=counted)
    left = max(0, TRIES - tries)
    return Proof(check=CodeCheck(outcome="wrong" if tries <= TRIES else "spent", tries_left=left), person=counted)


def _owners(kept: dict[str, Any]) -> list[OwnContact]:
    return contacts_by_value(kind=kept["kind"], value=text_decrypt(kept["sealed"], place=PLACE))


def _asked(kind: ContactKind, value: str, mask: str) -> dict[str, Any]:
    lock = hmac.new(settings.LINK_KEY, f"entrance|{kind}|{value}".encode(), hashlib.sha256).hexdigest()
    return {
        "kind": kind,
        "sealed": text_encrypt(value, place=PLACE),
        "mask": mask,
        "lock": f"entrance:{lock[:48]}",
        "asked_at": timezone.now().isoformat(),
        "answered": False,
        "verification": "",
        "tries": 0,
    }
