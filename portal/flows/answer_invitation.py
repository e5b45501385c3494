"""Answering an invitation: which step comes next, an answer written down, the receipt at the end.

The steps follow from the ledger and from what this visit has chosen, never from where a browser says it is:
a reload, the back button or a second tab cannot skip or repeat one.
"""

import enum
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from django.db import transaction

from consents.answers.preferences import AnswerState, DocumentToAsk
from consents.answers.recording import Decision, consent_answer, document_shown
from consents.answers.signature_rules import rules_accept, rules_leave, rules_refuse
from consents.answers.withdrawing import consent_withdraw
from consents.enums import Channel, Purpose, StateValue
from consents.errors import RequestKeyReused
from consents.receipts.issuing import IssuedReceipt, receipt_issue
from consents.types import AppendedEvent, Circumstances
from notify.links.account_tokens import channels_to_link
from notify.links.tracking import LinkStage, stage_record
from portal.visits import session
from portal.visits.evidence import request_key
from portal.visits.progress import Selection
from portal.visits.session import VisitorSession
from portal.visits.shown import Shown

OFFERED = (Purpose.PROMOTION, Purpose.ADVERTISING)


class Step(enum.StrEnum):
    """Pages of the way, in its order."""

    CHANNELS = "channels"
    CONFIRM = "contact_confirm"
    MAX = "max"
    VK = "vk"
    CONSENT = "consent"
    DONE = "done"
    HOME = "home"


@dataclass(frozen=True)
class InvitationState:
    """Where a visit whose customer is proven stands on its way: made once a request, each part read once.

    It is a picture of one moment: after a write take another one.
    """

    visitor: VisitorSession
    customer_id: int

    @cached_property
    def answers(self) -> AnswerState:
        """Return what the customer has answered and may be asked."""
        return AnswerState(self.customer_id)

    @property
    def selection(self) -> Selection | None:
        """Return what this visit has chosen; None before it has chosen anything."""
        return self.visitor.progress.selection

    @cached_property
    def step(self) -> Step:
        """Return the step that comes next."""
        selection = self.selection
        if selection is None or not selection.channels:
            return Step.HOME if self.visitor.progress.returning else Step.CHANNELS
        if self.unconfirmed is not None:
            return Step.CONFIRM
        if self.unlinked is not None:
            return Step(self.unlinked)
        if self.ask:
            return Step.CONSENT
        return Step.DONE if selection.is_first_way else Step.HOME

    @property
    def offers(self) -> tuple[DocumentToAsk, ...]:
        """Return the texts about offers that may be asked now: on the first way, once, and never after a refusal."""
        selection = self.selection
        if selection is None or not selection.is_first_way or self.visitor.progress.offers or self._has_refused:
            return ()
        return self.answers.to_ask(channels=selection.channels, purposes=OFFERED, answered_since=selection.since)

    @property
    def is_on_first_way(self) -> bool:
        """Return whether the visit is still on the way that its link began: not at its end, nor here for else."""
        if self.step in (Step.DONE, Step.HOME):
            return False
        return self.selection is None or self.selection.is_first_way

    @property
    def _has_refused(self) -> bool:
        return any(decision == "refused" for _, decision in self.visitor.progress.answered)

    @property
    def is_over(self) -> bool:
        """Return whether nothing is left to ask."""
        return not self.ask and self.step in (Step.DONE, Step.HOME)

    @cached_property
    def unconfirmed(self) -> UUID | None:
        """Return a contact of a chosen channel that is not proven yet. An account is proven by linking it."""
        if self.selection is None:
            return None
        chosen = {channel: one for channel, one in self.answers.contacts.items() if channel in self.selection.channels}
        contacts = (one for channel, one in chosen.items() if not channel.kind.spec.is_account)
        return next((one.uuid for one in contacts if one.confirmed_at is None), None)

    @cached_property
    def unlinked(self) -> Channel | None:
        """Return the first chosen channel without an account that the person can link now."""
        chosen = self.selection.channels if self.selection is not None else ()
        missing = [one for one in Channel if one in chosen and one.kind.is_linked and one not in self.answers.contacts]
        return next(iter(channels_to_link(missing)), None)

    @cached_property
    def ask(self) -> tuple[DocumentToAsk, ...]:
        """Return the texts that are still to be answered, in their order."""
        selection = self.selection
        if selection is None:
            return ()
        found = self.answers.to_ask(
            channels=selection.channels, purposes=selection.purposes, answered_since=selection.since
        )
        return tuple(asked for asked in found if asked.edition_id not in self.visitor.progress.later)

    def position(self, asked: DocumentToAsk) -> tuple[int, int]:
        """Return the number of a text and how many are asked in a row: service alone, offers by themselves.

        Those that this visit has answered or put off come first.
        """
        kin = OFFERED if asked.purpose in OFFERED else (Purpose.SERVICE,)
        row = [one.purpose for one in self.ask if one.purpose in kin]
        since = self.selection.since if self.selection else None
        answered = {one.purpose for one in self.answers.consents if since and one.since and one.since >= since}
        before = len(answered.intersection(kin).difference(row))
        return before + row.index(asked.purpose) + 1, before + len(row)


@transaction.atomic
def record_answer(
    *,
    visitor: VisitorSession,
    customer_id: int,
    seen: Shown,
    decision: Decision,
    box_ticked: bool,
    circumstances: Circumstances,
) -> VisitorSession:
    """Write one answer down, count the stage, and finish the visit when it was the last one.

    A repeat of the answer adds nothing. A no from a page that has been answered takes back whatever yes stands now,
    also one that was given elsewhere since. A yes after a no raises RequestKeyReused: it needs the text before the
    eyes anew.
    """
    if decision == "granted" and visitor.progress.answer_given(seen.key) == "refused":
        raise RequestKeyReused("this page has recorded a no")
    events: tuple[AppendedEvent, ...] = ()
    try:
        events = consent_answer(
            customer_id=customer_id,
            edition_id=seen.edition_id,
            contacts=seen.contacts,
            decision=decision,
            text_sha256=seen.sha256,
            circumstances=circumstances,
            box_ticked=box_ticked,
        )
    except RequestKeyReused:
        if decision == "granted":
            raise
    if decision == "refused" and not any(event.is_new for event in events):
        events = _yeses_ended(customer_id, seen, circumstances)
    if decision == "granted" and visitor.link_id is not None:
        stage_record(link_id=visitor.link_id, stage=LinkStage.CONSENTED)
    return _recorded(visitor, customer_id, events, seen.key, decision)


@transaction.atomic
def postpone_answer(
    *, visitor: VisitorSession, customer_id: int, seen: Shown, circumstances: Circumstances
) -> VisitorSession:
    """Write down that a text was left without an answer, and ask it no more in this visit.

    It is no answer: the same page may still give one. After one it raises RequestKeyReused.
    """
    if visitor.progress.answer_given(seen.key):
        raise RequestKeyReused("this page has recorded an answer")
    document_shown(
        customer_id=customer_id,
        edition_id=seen.edition_id,
        contacts=seen.contacts,
        text_sha256=seen.sha256,
        circumstances=replace(circumstances, request_key=request_key(circumstances.request_key, "later")),
    )
    moved = session.session_progress_change(
        visitor=visitor, change=lambda now: replace(now, later=(*now.later, seen.edition_id))
    )
    return finish_visit(visitor=moved, customer_id=customer_id)


@transaction.atomic
def answer_signature_rules(
    *, customer_id: int, seen: Shown, decision: Decision, box_ticked: bool, circumstances: Circumstances
) -> IssuedReceipt:
    """Write down that the rules of the signature are accepted or refused, with a receipt; no answer waits for it."""
    if decision == "granted":
        event = rules_accept(
            customer_id=customer_id, text_sha256=seen.sha256, circumstances=circumstances, box_ticked=box_ticked
        )
    else:
        event = rules_refuse(
            customer_id=customer_id,
            edition_id=seen.edition_id,
            text_sha256=seen.sha256,
            circumstances=circumstances,
        )
    return _rules_receipt(customer_id, event)


@transaction.atomic
def leave_signature_rules(*, customer_id: int, circumstances: Circumstances) -> IssuedReceipt | None:
    """Write down that the rules accepted before are left, with a receipt; None where they were left already."""
    events = rules_leave(customer_id=customer_id, circumstances=circumstances)
    return _rules_receipt(customer_id, events[0]) if events else None


def _rules_receipt(customer_id: int, event: AppendedEvent) -> IssuedReceipt:
    key = request_key("receipt", "rules", event.id)
    return receipt_issue(customer_id=customer_id, event_ids=[event.id], request_key=key)


def finish_visit(*, visitor: VisitorSession, customer_id: int) -> VisitorSession:
    """Issue the receipt once nothing is left to ask; before that, and without an answer, change nothing."""
    if not InvitationState(visitor, customer_id).is_over:
        return visitor
    return take_receipt(visitor=visitor, customer_id=customer_id)[0]


@transaction.atomic
def take_receipt(*, visitor: VisitorSession, customer_id: int) -> tuple[VisitorSession, IssuedReceipt | None]:
    """Issue a receipt for what this visit has answered since the last one. None when that is nothing."""
    events = visitor.progress.events
    if not events:
        return visitor, None
    key = request_key("receipt", visitor.session_id, *events)
    receipt = receipt_issue(customer_id=customer_id, event_ids=events, request_key=key)
    noted = session.session_progress_change(
        visitor=visitor, change=lambda now: replace(now, events=(), receipt=str(receipt.uuid))
    )
    return noted, receipt


def _yeses_ended(customer_id: int, seen: Shown, circumstances: Circumstances) -> tuple[AppendedEvent, ...]:
    """Withdraw each yes that stands for what a page asks, whichever page gave it."""
    answers = AnswerState(customer_id)
    return tuple(
        consent_withdraw(customer_id=customer_id, purpose=seen.purpose, channel=channel, circumstances=circumstances)
        for channel in seen.contacts
        if answers.consent(seen.purpose, channel).value == StateValue.GRANTED
    )


def _recorded(
    visitor: VisitorSession, customer_id: int, events: Collection[AppendedEvent], key: str, decision: Decision
) -> VisitorSession:
    """Note the events of one answer and finish the visit if it was the last. A repeat notes nothing."""
    added = tuple(event.id for event in events if event.is_new)
    if not added:
        return visitor
    moved = session.session_progress_change(
        visitor=visitor,
        change=lambda now: replace(now, events=(*now.events, *added), answered=(*now.answered, (key, decision))),
    )
    return finish_visit(visitor=moved, customer_id=customer_id)
