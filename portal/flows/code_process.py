"""One-time codes of a visit: one process for every code, from asking for it to what it proves.

Life, tries, pauses and locks are those of `consents.conf.code_limits`: for every process, and for every sentence
about them.
"""

import abc
import dataclasses
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import transaction

from consents.answers.preferences import consents_of
from consents.customers.contacts_read import OwnContact
from consents.enums import Channel, ContactKind, ProofLevel, ProofMethod
from consents.types import Circumstances, CodeCheck, IssuedCode, MaskedContact
from consents.verification.confirming import code_issue, contact_confirm
from notify.channel_settings import channels_connected, codes_pass
from notify.links.tracking import LinkStage, stage_record
from notify.messages.transactional import code_send
from portal.visits import session
from portal.visits.progress import AskedCode, VisitProgress
from portal.visits.session import VisitorSession


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTarget:
    """Where a code goes. `value` is normalised; `contact` is None for one that is not on file."""

    kind: ContactKind
    value: str
    contact: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What entering a code came to. `key` is the visit's new key when the level rose."""

    check: CodeCheck
    visitor: VisitorSession
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenContact:
    """A contact on file through which a right code came."""

    customer_id: int
    contact: uuid.UUID
    kind: ContactKind
    verification: uuid.UUID | str


class CodeProcess(abc.ABC):
    """One code of one visit: initiate, resend, verify, finish. Takes and gives values, whatever the way in."""

    def __init__(self, visitor: VisitorSession) -> None:
        """Take the visit as the request has read it."""
        self.visitor = visitor

    @property
    @abc.abstractmethod
    def asked(self) -> AskedCode | None:
        """Return what a page may show of the code that was asked for last; None before the first."""

    @property
    def named(self) -> str:
        """Return the contact as a page may show it: masked, but whole where this very visit has typed it."""
        return self.asked.mask if self.asked is not None else ""

    @abc.abstractmethod
    def initiate(self, target: CodeTarget) -> VisitorSession:
        """Ask for a code to a contact. Raises what `code_issue` raises; then nothing is sent."""

    @abc.abstractmethod
    def resend(self) -> VisitorSession:
        """Ask for another code to the same contact. Raises what `initiate` raises."""

    @transaction.atomic
    def verify(self, *, code: str, circumstances: Circumstances) -> Proof:
        """Enter a code; finish when it is right.

        Of two presses at once the second waits for the first; when that one was right the visit has another key, and
        the second proves nothing and changes nothing.
        """
        locked = session.session_lock(visitor=self.visitor)
        if locked is None:
            return self._spent()
        self.visitor = locked
        check = self._check(code)
        return self.finish(check, circumstances) if check.outcome == "ok" else self._refused(check)

    @abc.abstractmethod
    def finish(self, check: CodeCheck, circumstances: Circumstances) -> Proof:
        """Write down what a right code proves. Joins the transaction of `verify`."""

    @abc.abstractmethod
    def _check(self, code: str) -> CodeCheck:
        """Try the code, and count the try."""

    @abc.abstractmethod
    def _refused(self, check: CodeCheck) -> Proof:
        """Answer a code that is not right."""

    def _proven(
        self,
        check: CodeCheck,
        proven: ProvenContact,
        circumstances: Circumstances,
        *,
        note: Callable[[VisitProgress], VisitProgress],
        entrance_link: int | None = None,
    ) -> Proof:
        """Raise the visit to level 1, confirm the contact and count the stage.

        `note` is what else the visit remembers. `entrance_link` is the link that stands for a visit by the public
        entrance in the funnel. Whoever has answered before is marked as returning: they go to their personal page.
        """
        visitor = self.visitor
        is_by_link = entrance_link is None and came_by_link(visitor)
        raised, key = session.session_rise(
            visitor=visitor,
            level=ProofLevel.KNOWN_CONTACT,
            method=ProofMethod(proven.kind.code_method(after_link=is_by_link)),
            customer_id=proven.customer_id,
            link_id=entrance_link,
        )
        contact_confirm(
            customer_id=proven.customer_id,
            contact_uuid=proven.contact,
            verification_uuid=proven.verification,
            circumstances=risen(circumstances, raised),
        )
        if raised.link_id is not None:
            stage_record(link_id=raised.link_id, stage=LinkStage.CONFIRMED)
        returning = visitor.progress.returning
        if visitor.level == ProofLevel.LINK:
            returning = any(consent.value for consent in consents_of(customer_id=proven.customer_id))
        self.visitor = raised
        noted = self._noted(lambda now: dataclasses.replace(note(now), returning=returning))
        return Proof(check=check, visitor=noted, key=key)

    def _spent(self) -> Proof:
        return Proof(check=CodeCheck(outcome="spent", tries_left=0), visitor=self.visitor)

    def _noted(self, change: Callable[[VisitProgress], VisitProgress]) -> VisitorSession:
        return session.session_progress_change(visitor=self.visitor, change=change)


def takes_codes(contact: OwnContact | MaskedContact, connected: Collection[Channel] | None = None) -> bool:
    """Return whether a code can reach a contact: a fixed line takes no SMS, and MAX needs an open dialogue.

    ``connected`` are the channels with a provider, where they were read for several contacts.
    """
    kind = contact.kind
    if kind.refuses_line(contact.line_type) or (kind.channel.spec.needs_dialogue and not contact.has_dialogue):
        return False
    return code_reaches(kind, connected)


def code_reaches(kind: ContactKind, connected: Collection[Channel] | None = None) -> bool:
    """Return whether codes can be sent to contacts of a kind: their channel lets them go, and a provider serves it."""
    return codes_pass(kind.channel) and kind.channel in (channels_connected() if connected is None else connected)


@transaction.atomic
def make_and_send_code(*, target: CodeTarget, customer_id: int, holder: str, lock_key: str) -> IssuedCode:
    """Make a code that `holder` may enter, and plan its message, unless it is one that nobody gets.

    Raises what `code_issue` and `code_send` raise; then nothing is sent.
    """
    issued = code_issue(
        customer_id=customer_id,
        kind=target.kind,
        target_value=target.value,
        is_new_contact=target.contact is None,
        session_key=holder,
        lock_key=lock_key,
    )
    if issued.is_sent:
        code_send(
            verification_uuid=issued.verification_uuid,
            customer_id=customer_id,
            channel=target.kind.channel,
            expires_at=issued.expires_at,
        )
    return issued


def came_by_link(visitor: VisitorSession) -> bool:
    """Return whether the visit began with a personal link and not at the public entrance."""
    return visitor.method not in (ProofMethod.CODE_SMS, ProofMethod.CODE_EMAIL, ProofMethod.CODE_MAX)


def risen(circumstances: Circumstances, visitor: VisitorSession) -> Circumstances:
    """Bring circumstances up to what has just been proven."""
    return dataclasses.replace(circumstances, level=visitor.level, method=visitor.method)
