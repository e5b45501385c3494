"""Verifying a contact with a one-time code: one on file, or a new one."""

import abc
import dataclasses
import datetime

from django.db import transaction

from consents.conf import code_limits
from consents.customers.contacts import contact_add_or_change
from consents.customers.contacts_read import OwnContact, contact_of
from consents.database.clock import database_now
from consents.enums import ProofLevel
from consents.errors import ContactMissing
from consents.normalise import contact_mask
from consents.types import Circumstances, CodeCheck
from consents.verification.confirming import code_enter
from consents.verification.reading import live_code, new_contact_target
from portal.flows.change_preferences import tell_of_change
from portal.flows.code_process import (
    CodeProcess,
    CodeTarget,
    Proof,
    ProvenContact,
    make_and_send_code,
    risen,
)
from portal.visits import session
from portal.visits.progress import PendingCode, VisitProgress
from portal.visits.session import VisitorSession


class _ContactCode(CodeProcess):
    """What both have in common: the customer is known, and the code is counted by its own row."""

    asked: PendingCode | None = None
    """The code that was asked for last, also when it has run out by now."""

    def __init__(self, visitor: VisitorSession, customer_id: int) -> None:
        """Take the visit and whose it is."""
        super().__init__(visitor)
        self.customer_id = customer_id
        self.asked = visitor.progress.code

    @property
    @abc.abstractmethod
    def holder(self) -> str:
        """Name who may enter the code."""

    @transaction.atomic
    def initiate(self, target: CodeTarget) -> VisitorSession:
        """Send a code. Raises what `code_issue` raises; then nothing is sent."""
        issued = make_and_send_code(
            target=target,
            customer_id=self.customer_id,
            holder=self.holder,
            lock_key=_lock_key(self.visitor),
        )
        pending = PendingCode(
            verification=issued.verification_uuid,
            kind=target.kind,
            mask=contact_mask(target.kind, target.value),
            contact=target.contact,
            expires_at=issued.expires_at,
            again_at=database_now() + datetime.timedelta(seconds=issued.resend_after_s),
        )
        return self._noted(lambda now: dataclasses.replace(now, code=pending))

    def resend(self) -> VisitorSession:
        """Send another code to the contact of the last one. Raises ContactMissing where there was none."""
        target = None if self.asked is None else self._target(self.asked)
        if target is None:
            raise ContactMissing("no contact to send another code to")
        return self.initiate(target)

    def _target(self, asked: PendingCode) -> CodeTarget | None:
        value: str | None
        if asked.contact is None:
            value = new_contact_target(verification_uuid=asked.verification, customer_id=self.customer_id)
        else:
            contact = contact_of(customer_id=self.customer_id, contact_uuid=asked.contact)
            value = contact.value if contact else None
        return CodeTarget(kind=asked.kind, value=value, contact=asked.contact) if value else None

    def _check(self, code: str) -> CodeCheck:
        if self.asked is None:
            return CodeCheck(outcome="expired", tries_left=0)
        return code_enter(verification_uuid=self.asked.verification, session_key=self.holder, code=code)

    def _code_forgotten(self) -> VisitorSession:
        return self._noted(_without_code)


class KnownContactCode(_ContactCode):
    """The code of a contact on file. A right one confirms the contact and raises the visit to level 1.

    Every visit of the customer may enter it: whoever asks on a computer and opens the link again in a mail program
    finds the field there too.
    """

    def __init__(self, visitor: VisitorSession, customer_id: int) -> None:
        """Take the visit and whose it is; without a live code of its own, the one that another visit has asked for."""
        super().__init__(visitor, customer_id)
        if self.asked is None or not self.asked.is_live:
            self.asked = self._asked_elsewhere() or self.asked

    @property
    def holder(self) -> str:
        """Name the visits of this customer."""
        return f"customer:{self.customer_id}"

    def _asked_elsewhere(self) -> PendingCode | None:
        live = live_code(customer_id=self.customer_id, holder=self.holder)
        if live is None:
            return None
        return PendingCode(
            verification=live.verification_uuid,
            kind=live.kind,
            mask=contact_mask(live.kind, live.value),
            contact=live.contact_uuid,
            expires_at=live.expires_at,
            again_at=live.created_at + datetime.timedelta(seconds=code_limits().resend_s),
        )

    def finish(self, check: CodeCheck, circumstances: Circumstances) -> Proof:
        """Confirm the contact and raise the visit."""
        asked = self.asked
        if asked is None or asked.contact is None:
            raise ContactMissing("no code was asked for a contact on file")
        proven = ProvenContact(
            customer_id=self.customer_id, contact=asked.contact, kind=asked.kind, verification=asked.verification
        )
        return self._proven(check, proven, circumstances, note=_without_code)

    def _refused(self, check: CodeCheck) -> Proof:
        """Forget a code that can be entered no more, so that the page offers another one."""
        is_open = check.outcome == "wrong" and check.tries_left > 0
        return Proof(check=check, visitor=self.visitor if is_open else self._code_forgotten())


class NewContactCode(_ContactCode):
    """The code of a contact that is not on file. A right one raises the visit to level 2 and makes it current."""

    @property
    def holder(self) -> str:
        """Name this visit alone."""
        return self.visitor.session_key

    @property
    def named(self) -> str:
        """Return the new contact: this visit has typed it."""
        target = self._target(self.asked) if self.asked is not None else None
        return target.value if target is not None else ""

    def finish(self, check: CodeCheck, circumstances: Circumstances) -> Proof:
        """Make the contact current and tell of the change.

        The contact that it replaces is told at once and can be taken back for a day; where no message can get there,
        or there was none, the other contacts are told instead.
        """
        if self.asked is None:
            raise ContactMissing("no code was asked for a new contact")
        raised, key = session.session_rise(
            visitor=self.visitor, level=ProofLevel.NEW_CONTACT, method=self.visitor.method
        )
        change = contact_add_or_change(
            customer_id=self.customer_id,
            verification_uuid=self.asked.verification,
            circumstances=risen(circumstances, raised),
        )
        tell_of_change(
            visitor=self.visitor,
            customer_id=self.customer_id,
            change=change,
            request_key=circumstances.request_key,
        )
        self.visitor = raised
        return Proof(check=check, visitor=self._code_forgotten(), key=key)

    def _refused(self, check: CodeCheck) -> Proof:
        """Keep the code as the visit's last one: another is sent to the same new contact by «Отправить ещё раз»."""
        return Proof(check=check, visitor=self.visitor)


def contact_code_of(visitor: VisitorSession, customer_id: int) -> KnownContactCode | NewContactCode | None:
    """Return the process of the code that a visit can enter; None when there is none."""
    own = visitor.progress.code
    if own is not None and own.is_new:
        return NewContactCode(visitor, customer_id)
    process = KnownContactCode(visitor, customer_id)
    return process if process.asked is not None else None


def target_of(contact: OwnContact) -> CodeTarget:
    """Name a contact on file as the target of a code."""
    return CodeTarget(kind=contact.kind, value=contact.value, contact=contact.contact_uuid)


def _without_code(progress: VisitProgress) -> VisitProgress:
    return dataclasses.replace(progress, code=None)


def _lock_key(visitor: VisitorSession) -> str:
    """Name what too many wrong codes lock: the link, or at the entrance the visit's contact."""
    if visitor.link_id is not None:
        return f"link:{visitor.link_id}"
    if visitor.progress.sign_in is None:
        raise LookupError("a visit without a link that came by no entrance")
    return visitor.progress.sign_in.lock
