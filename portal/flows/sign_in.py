"""Signing in at the public entrance: a person names a phone or an address, and is answered alike whether known or not.

The request only notes the sealed value in the visit; whether anybody is behind it is found out later, by a task. So
bytes and time of the answer cannot tell. Where several customers share a contact, a name or the customer's number is
asked for after the code: the code proves the contact, the answer says who of them is there.
"""

import datetime
import hashlib
import hmac
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from django.conf import settings
from django.db import OperationalError, transaction

from consents.conf import code_limits
from consents.customers.contacts_read import OwnContact, contacts_by_value
from consents.database.clock import database_now
from consents.errors import ConsentsError, fault_place
from consents.field_encryption import text_decrypt, text_encrypt
from consents.normalise import contact_mask
from consents.normalise.names import name_key
from consents.types import Circumstances, CodeCheck
from consents.verification.code_counting import ENTRANCE
from consents.verification.confirming import code_enter
from notify.links.issuing import entrance_link_make
from portal.flows.code_process import (
    CodeProcess,
    CodeTarget,
    Proof,
    ProvenContact,
    make_and_send_code,
)
from portal.flows.verify_contact import target_of
from portal.visits import session
from portal.visits.progress import AskedCode, SignInRequest
from portal.visits.session import ABSOLUTE, VisitorSession

logger = logging.getLogger(__name__)

PLACE: Final = "portal_personsession.progress"
BATCH: Final = 50


class SignIn(CodeProcess):
    """The code of the entrance. A right one raises the visit to level 1.

    Everything but a right code is answered from the visit's own count, never from what we know of the contact: a lock
    or a limit of a known contact would tell that it is known.
    """

    @property
    def request(self) -> SignInRequest | None:
        """Return what the visit has asked for; None for those who came by a link, and once it has gone on."""
        return self.visitor.progress.sign_in

    @property
    def asked(self) -> AskedCode | None:
        """Return what a page may show: the same for a known contact and for another."""
        request = self.request
        if request is None:
            return None
        limits = code_limits()
        return AskedCode(
            kind=request.kind,
            mask=request.mask,
            expires_at=request.asked_at + limits.life,
            again_at=request.asked_at + datetime.timedelta(seconds=limits.resend_s),
        )

    @property
    def named(self) -> str:
        """Return what the visit has typed, whether or not anybody is known by it."""
        request = self.request
        return text_decrypt(request.sealed, place=PLACE) if request is not None else ""

    def initiate(self, target: CodeTarget) -> VisitorSession:
        """Ask for a code to whoever has the contact."""
        lock = hmac.new(settings.LINK_KEY, f"entrance|{target.kind}|{target.value}".encode(), hashlib.sha256)
        return self._request_set(
            SignInRequest(
                kind=target.kind,
                sealed=text_encrypt(target.value, place=PLACE),
                mask=contact_mask(target.kind, target.value),
                lock=f"{ENTRANCE}{lock.hexdigest()[:48]}",
                asked_at=database_now(),
            )
        )

    @transaction.atomic
    def resend(self) -> VisitorSession:
        """Ask for another code, whether or not there was a first one. Nothing happens once the visit has gone on."""
        locked = session.session_lock(visitor=self.visitor)
        if locked is None or locked.progress.sign_in is None:
            return self.visitor
        self.visitor = locked
        asked_at = database_now()
        return self._request_set(
            replace(locked.progress.sign_in, asked_at=asked_at, answered=False, tries=0, verification="")
        )

    def finish(self, check: CodeCheck, circumstances: Circumstances) -> Proof:
        """Sign the one customer in who has the contact; when several share it, wait for the number."""
        request = self.request
        if request is None or request.proven:
            return Proof(check=check, visitor=self.visitor)
        owners = _owners(request)
        if len(owners) != 1:
            waiting = replace(request, proven=request.verification, verification="")
            return Proof(check=check, visitor=self._request_set(waiting))
        return self._signed_in(owners[0], request.verification, circumstances, check)

    @transaction.atomic
    def customer_choose(self, *, said: str, circumstances: Circumstances) -> Proof:
        """Return who of several customers with one contact is there, by a name or number that fits one of them alone.

        After the last try the visit ends.
        """
        locked = session.session_lock(visitor=self.visitor)
        if locked is None or locked.progress.sign_in is None:
            return self._spent()
        self.visitor, request, limit = locked, locked.progress.sign_in, code_limits().number_tries
        tries = request.number_tries + 1
        named = [one for one in _owners(request) if _is_named(one, said)]
        owner = named[0] if len(named) == 1 else None
        if owner is not None and tries <= limit and request.proven:
            return self._signed_in(owner, request.proven, circumstances, CodeCheck(outcome="ok", tries_left=0))
        left = max(0, limit - tries)
        if left == 0:
            session.session_end(visitor=self.visitor)
            return Proof(check=CodeCheck(outcome="locked", tries_left=0), visitor=self.visitor)
        counted = self._request_set(replace(request, number_tries=tries))
        return Proof(check=CodeCheck(outcome="wrong", tries_left=left), visitor=counted)

    def _check(self, code: str) -> CodeCheck:
        request = self.request
        if request is None:
            return CodeCheck(outcome="spent", tries_left=0)
        if request.proven:
            return CodeCheck(outcome="ok", tries_left=0)
        if not request.verification:
            return CodeCheck(outcome="wrong", tries_left=0)
        return code_enter(verification_uuid=request.verification, session_key=self.visitor.session_key, code=code)

    def _refused(self, check: CodeCheck) -> Proof:
        """Count a try of this visit and say what is left, in the words of a wrong code."""
        request, limits = self.request, code_limits()
        if request is None:
            return Proof(check=check, visitor=self.visitor)
        tries = request.tries + 1
        counted = self._request_set(replace(request, tries=tries))
        if request.asked_at + limits.life <= database_now():
            return Proof(check=CodeCheck(outcome="expired", tries_left=0), visitor=counted)
        left = max(0, limits.tries - tries)
        return Proof(
            check=CodeCheck(outcome="wrong" if tries <= limits.tries else "spent", tries_left=left), visitor=counted
        )

    def _signed_in(self, owner: OwnContact, verification: str, circumstances: Circumstances, check: CodeCheck) -> Proof:
        """Raise the visit and confirm the contact, with a link for the funnel that nobody can open."""
        proven = ProvenContact(
            customer_id=owner.customer_id, contact=owner.contact_uuid, kind=owner.kind, verification=verification
        )
        link_id = entrance_link_make(customer_id=owner.customer_id, expires_at=database_now() + ABSOLUTE)
        return self._proven(
            check,
            proven,
            circumstances,
            note=lambda now: replace(now, sign_in=None, reached=owner.id),
            entrance_link=link_id,
        )

    def _request_set(self, request: SignInRequest) -> VisitorSession:
        return self._noted(lambda now: replace(now, sign_in=request))


def _is_named(owner: OwnContact, said: str) -> bool:
    """Return whether somebody is meant: by the customer's number, or by words of the name, in any order."""
    wanted = name_key(said)
    return wanted == name_key(owner.external_id) or set(wanted.split()) <= set(name_key(owner.customer_name).split())


def needs_number(visitor: VisitorSession) -> bool:
    """Return whether the contact is proven and only the customer is open."""
    request = visitor.progress.sign_in
    return request is not None and bool(request.proven) and visitor.customer_id is None


def answer_sign_ins() -> int:
    """Send a code to everyone who waits at the entrance and is known; return how many visits were looked at.

    A visit that cannot be answered costs nobody else an answer: it is logged and waits no longer.
    """
    since = database_now() - code_limits().life
    return sum(_answer_apart(session_id) for session_id in session.sign_ins_waiting(since=since, most=BATCH))


def _answer_apart(session_id: int) -> int:
    try:
        return _answer(session_id)
    except OperationalError:
        raise
    except Exception as error:
        logger.error("visit %d at the entrance: no answer, %s", session_id, fault_place(error))
        return _leave_unanswered(session_id)


@transaction.atomic
def _leave_unanswered(session_id: int) -> int:
    """Note that a visit has had its answer, which is none."""
    visitor = session.session_take(session_id=session_id)
    if visitor is None or (request := visitor.progress.sign_in) is None:
        return 0
    done = replace(request, answered=True)
    session.session_progress_change(visitor=visitor, change=lambda now: replace(now, sign_in=done))
    return 1


@transaction.atomic
def _answer(session_id: int) -> int:
    """Look one visit's contact up and send a code to it. What we refuse to send, we refuse silently."""
    visitor = session.session_take(session_id=session_id)
    request = visitor.progress.sign_in if visitor else None
    if visitor is None or request is None or request.answered:
        return 0
    owners = _owners(request)
    verification = _code_for(owners, request, visitor.session_key) if owners else ""
    answered = replace(request, answered=True, verification=verification)
    session.session_progress_change(visitor=visitor, change=lambda now: replace(now, sign_in=answered))
    return 1


def _code_for(owners: Sequence[OwnContact], request: SignInRequest, session_key: str) -> str:
    owner = owners[0]
    if owner.kind.refuses_line(owner.line_type):
        return ""
    try:
        issued = make_and_send_code(
            target=target_of(owner), customer_id=owner.customer_id, holder=session_key, lock_key=request.lock
        )
    except ConsentsError:
        return ""
    return str(issued.verification_uuid)


def _owners(request: SignInRequest) -> list[OwnContact]:
    return contacts_by_value(kind=request.kind, value=text_decrypt(request.sealed, place=PLACE))
