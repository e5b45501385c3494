"""Proving a contact with a one-time code: asking for one, entering it, and what a right one moves."""

import dataclasses
import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from consents.answers.preferences import permissions_of
from consents.customers.contacts import contact_add_or_change
from consents.customers.contacts_read import OwnContact
from consents.enums import Channel, ContactKind, ProofLevel, ProofMethod
from consents.errors import ContactMissing
from consents.normalise import contact_mask
from consents.types import Circumstances, CodeCheck
from consents.verification.confirming import code_enter, code_issue, contact_confirm
from consents.verification.reading import new_contact_target
from notify.channel_settings.reading import channels_connected
from notify.links.tracking import LinkStage, stage_record
from notify.messages.interactive import code_send
from portal.flows.change_preferences import change_tell
from portal.visits import session
from portal.visits.session import Person

RESEND_SECONDS: Final = 30

CODE_CHANNELS: Final[Mapping[str, Channel]] = {ContactKind.PHONE: Channel.SMS, ContactKind.EMAIL: Channel.EMAIL}
"""A code goes through the very channel that is being proven, and never through MAX."""

_METHODS: Final = {
    (ContactKind.PHONE, True): ProofMethod.LINK_SMS_CODE,
    (ContactKind.EMAIL, True): ProofMethod.LINK_EMAIL_CODE,
    (ContactKind.PHONE, False): ProofMethod.CODE_SMS,
    (ContactKind.EMAIL, False): ProofMethod.CODE_EMAIL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCode:
    """A code that this visit has asked for. Holds a mask, never the contact itself."""

    verification: uuid.UUID
    kind: ContactKind
    mask: str
    contact: uuid.UUID | None
    """The contact on file, or None while a new one is being proven."""
    expires_at: datetime.datetime
    again_at: datetime.datetime

    @property
    def is_new(self) -> bool:
        """Return whether the code proves a contact that is not on file yet."""
        return self.contact is None

    @property
    def is_live(self) -> bool:
        """Return whether the code can still be entered."""
        return self.expires_at > timezone.now()

    @property
    def minutes_left(self) -> int:
        """Return the whole minutes until it runs out, rounded up."""
        return max(0, -(-int((self.expires_at - timezone.now()).total_seconds()) // 60))

    @property
    def wait_seconds(self) -> int:
        """Return the seconds until another may be asked for."""
        return max(0, int((self.again_at - timezone.now()).total_seconds()) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What entering a code came to. `key` is the visit's new key when the level rose."""

    check: CodeCheck
    person: Person
    key: str = ""


def code_reaches(kind: ContactKind) -> bool:
    """Return whether a code can be sent to contacts of a kind: a provider stands behind their channel."""
    return CODE_CHANNELS.get(kind) in channels_connected()


def code_asked(progress: Mapping[str, Any]) -> PendingCode | None:
    """Read the code that a visit has asked for last, also when it has run out by now."""
    kept = progress.get("code")
    if not kept:
        return None
    return PendingCode(
        verification=uuid.UUID(kept["verification"]),
        kind=ContactKind(kept["kind"]),
        mask=kept["mask"],
        contact=uuid.UUID(kept["contact"]) if kept["contact"] else None,
        expires_at=datetime.datetime.fromisoformat(kept["expires_at"]),
        again_at=datetime.datetime.fromisoformat(kept["again_at"]),
    )


def code_kept(pending: PendingCode) -> dict[str, str]:
    """Write a pending code the way a visit's progress keeps it."""
    return {
        "verification": str(pending.verification),
        "kind": pending.kind,
        "mask": pending.mask,
        "contact": str(pending.contact or ""),
        "expires_at": pending.expires_at.isoformat(),
        "again_at": pending.again_at.isoformat(),
    }


@transaction.atomic
def known_contact_code_send(*, person: Person, contact: OwnContact) -> Person:
    """Send a code to a contact on file. Raises what `code_issue` raises; then nothing is sent."""
    return _issue_and_send(person, contact.customer_id, contact.kind, contact.value, contact.contact_uuid)


@transaction.atomic
def new_contact_code_send(*, person: Person, customer_id: int, kind: ContactKind, value: str) -> Person:
    """Send a code to a contact that is not on file yet; `value` is normalised."""
    return _issue_and_send(person, customer_id, kind, value, None)


def new_contact_code_again(*, person: Person, customer_id: int, asked: PendingCode) -> Person:
    """Send another code to the new contact that the last one went to. Raises ContactMissing where there is none."""
    value = new_contact_target(verification_uuid=asked.verification, customer_id=customer_id)
    if value is None:
        raise ContactMissing("no new contact was asked for")
    return new_contact_code_send(person=person, customer_id=customer_id, kind=asked.kind, value=value)


@transaction.atomic
def known_contact_prove(
    *, person: Person, customer_id: int, pending: PendingCode, code: str, circumstances: Circumstances
) -> Proof:
    """Enter the code of a contact on file. A right one confirms the contact and raises the visit to level 1.

    Of two presses at once the second waits for the first; then its visit has another key, and it proves nothing.
    """
    if session.session_lock(person=person) is None:
        return Proof(check=CodeCheck(outcome="spent", tries_left=0), person=person)
    check = code_enter(verification_uuid=pending.verification, session_key=person.session_key, code=code)
    if check.outcome != "ok" or pending.contact is None:
        return Proof(check=check, person=_after_failure(person, check))
    method = _METHODS[pending.kind, came_by_link(person)]
    raised, key = session.session_rise(person=person, level=ProofLevel.KNOWN_CONTACT, method=method)
    contact_confirm(
        customer_id=customer_id,
        contact_uuid=pending.contact,
        verification_uuid=pending.verification,
        circumstances=proven(circumstances, raised),
    )
    if person.link_id is not None:
        stage_record(link_id=person.link_id, stage=LinkStage.CONFIRMED)
    returning = returning_mark(person, customer_id)
    return Proof(
        check=check, person=session.session_progress_set(person=raised, code=None, returning=returning), key=key
    )


@transaction.atomic
def new_contact_prove(
    *, person: Person, customer_id: int, pending: PendingCode, code: str, circumstances: Circumstances
) -> Proof:
    """Enter the code of a new contact. A right one raises the visit to level 2 and makes the contact current.

    The replaced contact gets a notice at once and can be taken back for a day; where no message can get there, the
    other contacts get it. Of two presses at once the second proves nothing, as above.
    """
    if session.session_lock(person=person) is None:
        return Proof(check=CodeCheck(outcome="spent", tries_left=0), person=person)
    check = code_enter(verification_uuid=pending.verification, session_key=person.session_key, code=code)
    if check.outcome != "ok":
        # The code stays the visit's last one: another is sent to the same new contact by «Отправить ещё раз».
        return Proof(check=check, person=person)
    raised, key = session.session_rise(person=person, level=ProofLevel.NEW_CONTACT, method=person.method)
    change = contact_add_or_change(
        customer_id=customer_id,
        verification_uuid=pending.verification,
        circumstances=proven(circumstances, raised),
    )
    if change.replaced_id is not None:
        change_tell(
            customer_id=customer_id,
            replaced_id=change.replaced_id,
            new_id=change.contact_id,
            request_key=circumstances.request_key,
        )
    return Proof(check=check, person=session.session_progress_set(person=raised, code=None), key=key)


def came_by_link(person: Person) -> bool:
    """Return whether the visit began with a personal link and not at the public entrance."""
    return person.method not in (ProofMethod.CODE_SMS, ProofMethod.CODE_EMAIL)


def returning_mark(person: Person, customer_id: int) -> bool | None:
    """Mark the visit of somebody who has answered before: they go to their personal page, not on the first way."""
    if person.level > ProofLevel.LINK:
        return person.progress.get("returning")
    return any(permission.value for permission in permissions_of(customer_id=customer_id)) or None


def proven(circumstances: Circumstances, person: Person) -> Circumstances:
    """Bring circumstances up to what has just been proven."""
    return dataclasses.replace(circumstances, level=person.level, method=person.method)


def _issue_and_send(
    person: Person, customer_id: int, kind: ContactKind, value: str, contact: uuid.UUID | None
) -> Person:
    issued = code_issue(
        customer_id=customer_id,
        kind=kind,
        target_value=value,
        is_new_contact=contact is None,
        session_key=person.session_key,
        lock_key=lock_key(person),
    )
    code_send(
        verification_uuid=issued.verification_uuid,
        customer_id=customer_id,
        channel=CODE_CHANNELS[kind],
        expires_at=issued.expires_at,
    )
    pending = PendingCode(
        verification=issued.verification_uuid,
        kind=kind,
        mask=contact_mask(kind, value),
        contact=contact,
        expires_at=issued.expires_at,
        again_at=timezone.now() + datetime.timedelta(seconds=issued.resend_after_s),
    )
    return session.session_progress_set(person=person, code=code_kept(pending))


def lock_key(person: Person) -> str:
    """Name what ten wrong codes lock: the link, or at the entrance the visit's contact."""
    if person.link_id is not None:
        return f"link:{person.link_id}"
    return str(person.progress["entrance"]["lock"])


def _after_failure(person: Person, check: CodeCheck) -> Person:
    """Forget a code that can be entered no more, so that the page offers another one."""
    if check.outcome == "wrong" and check.tries_left > 0:
        return person
    return session.session_progress_set(person=person, code=None)
