"""Saying no: at once, without proof beyond the link, never refused. Queued messages meet the gate and stop.

Whoever says no gets a receipt for it, as whoever says yes does.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from consents.answers.withdrawing import consent_withdraw, consent_withdraw_all, contact_unsubscribe, contacts_deny
from consents.customers.contacts_read import OwnContact, contact_on_file
from consents.customers.messenger_accounts import account_unlink
from consents.enums import Channel, StopScope
from consents.ledger.grants import customer_lock
from consents.receipts.issuing import IssuedReceipt
from consents.receipts.refusals import refusal_receipt
from consents.types import AppendedEvent, Circumstances
from notify.channel_settings import channels_in_use
from notify.enums import TextKind
from notify.links.issuing import LinkView, link_contact_point, link_revoke
from notify.links.tracking import visit_record
from notify.messages.telling import contacts_reached
from notify.messages.transactional import notice_send
from portal.visits.session import VisitorSession, sessions_end


@transaction.atomic
def refuse_messages(
    *, customer_id: int, link_id: int | None, scope: StopScope, circumstances: Circumstances
) -> IssuedReceipt | None:
    """Stop all messages that the law lets a person stop, or advertising. A repeat with the same key adds nothing.

    None where all of it was stopped before, so that nothing was recorded now.
    """
    events = consent_withdraw_all(
        customer_id=customer_id, circumstances=circumstances, scope=scope, channels=channels_in_use()
    )
    _count(link_id)
    return refusal_receipt(customer_id=customer_id, events=events, circumstances=circumstances)


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """What «Это не я» is about, and what becomes of it."""

    contact: OwnContact | None
    """The contact that the link was sent to, or that the code of the entrance reached; None for a link on paper."""
    is_closed: bool
    """Whether the contact is closed. One that a code has confirmed is closed only with a word over another one."""


def denial_of(*, customer_id: int, visitor: VisitorSession) -> Denial:
    """Return what a press of «Это не я» would do in this visit.

    A link on paper names no contact: whoever holds it says nothing about the customer's, so the link alone is closed.
    A confirmed contact without another one to tell its owner over stays on file and is only stopped: a forwarded letter
    is no proof against its owner, who signs in by a code as before. Whoever has come by a code to the contact holds it.
    """
    point_id = link_contact_point(link_id=visitor.link_id) if visitor.link_id is not None else None
    contact = contact_on_file(customer_id=customer_id, contact_point_id=point_id or visitor.progress.reached)
    if contact is None:
        return Denial(contact=None, is_closed=False)
    is_held = contact.id == visitor.progress.reached
    is_told = any(one.id != contact.id for one in contacts_reached(customer_id=customer_id))
    return Denial(contact=contact, is_closed=is_held or is_told or not contact.confirmed)


@transaction.atomic
def deny_contact(
    *, customer_id: int, visitor: VisitorSession, circumstances: Circumstances
) -> tuple[Denial, IssuedReceipt | None]:
    """Take it that a contact belongs to somebody else: it is not written to any more, for this customer.

    Whoever signed in by a code to it may be a stranger: all visits of the customer end. The owner of a confirmed one
    is told over the others. A repeat adds nothing. No receipt where nothing was recorded.
    """
    sessions_end(customer_id=customer_id)
    # Two at once would each count on telling the owner over the contact that the other one closes.
    customer_lock(customer_id)
    denial = denial_of(customer_id=customer_id, visitor=visitor)
    _count(visitor.link_id)
    if denial.contact is None:
        if visitor.link_id is not None:
            link_revoke(link_id=visitor.link_id)
        return denial, None
    if denial.is_closed:
        events = contacts_deny(
            customer_id=customer_id, contact_uuids=[denial.contact.contact_uuid], circumstances=circumstances
        )
        if denial.contact.confirmed and any(event.is_new for event in events):
            _tell_owner(customer_id, denial.contact, events)
    else:
        events = contact_unsubscribe(
            customer_id=customer_id,
            contact_point_id=denial.contact.id,
            circumstances=circumstances,
            scope=StopScope.ALL,
        )
    return denial, refusal_receipt(customer_id=customer_id, events=events, circumstances=circumstances)


@transaction.atomic
def refuse_by_one_click(*, link: LinkView, circumstances: Circumstances) -> None:
    """Unsubscribe the address that the message went to: from advertising after advertising, else from everything.

    Other channels go on: stopping them too is a no of its own, on the personal page. Without a contact on file it
    is not known what to spare, and everything of that kind stops. A repeat adds nothing. The receipt waits on the
    personal page: the answer of one click is the same for everyone.
    """
    is_advertising = link.text_kind == TextKind.ADVERTISING
    scope = StopScope.ADVERTISING if is_advertising else StopScope.ALL
    contact_point_id = link_contact_point(link_id=link.id)
    if contact_point_id is None:
        events = consent_withdraw_all(
            customer_id=link.customer_id, circumstances=circumstances, scope=scope, channels=channels_in_use()
        )
    else:
        events = contact_unsubscribe(
            customer_id=link.customer_id,
            contact_point_id=contact_point_id,
            circumstances=circumstances,
            scope=scope,
        )
    refusal_receipt(customer_id=link.customer_id, events=events, circumstances=circumstances)


@transaction.atomic
def withdraw_consent(
    *, customer_id: int, purpose: str, channel: str, circumstances: Circumstances
) -> IssuedReceipt | None:
    """Take one consent back. A repeat returns the first receipt."""
    event = consent_withdraw(customer_id=customer_id, purpose=purpose, channel=channel, circumstances=circumstances)
    return refusal_receipt(customer_id=customer_id, events=[event], circumstances=circumstances)


@transaction.atomic
def switch_account_off(*, customer_id: int, channel: Channel, circumstances: Circumstances) -> IssuedReceipt | None:
    """Cut the tie with the account of a channel; its consents are withdrawn. A repeat adds nothing."""
    closed = account_unlink(kind=channel.kind, customer_id=customer_id, circumstances=circumstances)
    events = closed.get(customer_id, ())
    return refusal_receipt(customer_id=customer_id, events=events, circumstances=circumstances)


def _tell_owner(customer_id: int, closed: OwnContact, events: Collection[AppendedEvent]) -> None:
    """Send word of a confirmed contact that was closed to those that are left, only the confirmed ones if any."""
    left = contacts_reached(customer_id=customer_id)
    for contact in [one for one in left if one.confirmed] or left:
        notice_send(
            notice="contact_denied",
            channel=contact.kind.channel,
            customer_id=customer_id,
            contact_point_id=contact.id,
            request_key=f"{closed.contact_uuid}:{min(event.id for event in events)}",
            context={"mask": closed.mask},
        )


def _count(link_id: int | None) -> None:
    """Record a human visit: any pressed button is one."""
    if link_id is not None:
        visit_record(link_id=link_id)
