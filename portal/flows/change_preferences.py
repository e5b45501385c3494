"""Changing one's mind: choosing channels, asking for another consent, a change of contact told and taken back."""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from consents.customers.contacts import ContactChange, contact_change_cancel
from consents.customers.contacts_read import contacts_to_tell
from consents.database.clock import database_now
from consents.enums import Purpose
from consents.errors import ChangeClosed
from consents.types import AppendedEvent, Circumstances
from notify.channel_settings import channels_connected
from notify.links.issuing import LinkView, link_change
from notify.messages.telling import contact_placed_tell
from notify.messages.transactional import notice_send
from portal.flows.answer_invitation import OFFERED
from portal.visits import session
from portal.visits.progress import Selection, VisitProgress
from portal.visits.session import VisitorSession


def choose_channels(*, visitor: VisitorSession, channels: list[str]) -> VisitorSession:
    """Begin the first way with the chosen channels: service messages first, offers at the end."""
    chosen = Selection(
        channels=tuple(channels), purposes=(Purpose.SERVICE,), since=visitor.opened_at, is_first_way=True
    )
    return session.session_progress_change(
        visitor=visitor,
        change=lambda now: replace(now, selection=chosen, later=(), offers=""),
    )


def leave_channel_out(*, visitor: VisitorSession, channel: str) -> VisitorSession:
    """Take one channel out of what was chosen, and keep the others."""

    def without(now: VisitProgress) -> VisitProgress:
        if now.selection is None:
            return now
        kept = tuple(one for one in now.selection.channels if one != channel)
        return replace(now, selection=replace(now.selection, channels=kept))

    return session.session_progress_change(visitor=visitor, change=without)


def show_offers(*, visitor: VisitorSession) -> VisitorSession:
    """Ask for promotion and advertising too, text by text."""
    chosen = visitor.progress.selection
    if chosen is None:
        return visitor
    widened = replace(chosen, purposes=tuple(dict.fromkeys([*chosen.purposes, *OFFERED])))
    return session.session_progress_change(
        visitor=visitor, change=lambda now: replace(now, selection=widened, offers="show")
    )


def ask_consent(*, visitor: VisitorSession, purpose: str, channel: str) -> VisitorSession:
    """Lead to the text of one consent, even if it was refused a minute ago."""
    chosen = Selection(channels=(channel,), purposes=(purpose,), since=database_now(), is_first_way=False)
    return session.session_progress_change(
        visitor=visitor,
        change=lambda now: replace(now, selection=chosen, later=(), returning=True),
    )


def tell_of_change(*, visitor: VisitorSession, customer_id: int, change: ContactChange, request_key: str) -> None:
    """Send the notice of a contact that is new; joins the caller's transaction.

    Where it replaced one, the notice has a link that brings that one back, and goes to it, or where it takes none to
    every other one. Where there was none, the others are told. A repeat with the same key adds nothing.
    """
    if change.replaced_id is None:
        if not change.is_same:
            contact_placed_tell(customer_id=customer_id, contact_point_id=change.contact_id, request_key=request_key)
        return
    replaced_id, new_id = change.replaced_id, change.contact_id
    visit_age = database_now() - visitor.opened_at
    for contact in contacts_to_tell(customer_id=customer_id, replaced_id=replaced_id, new_id=new_id):
        channel = contact.kind.channel
        if channel in channels_connected():
            notice_send(
                notice="contact_changed" if contact.id == replaced_id else "phone_changed",
                channel=channel,
                customer_id=customer_id,
                contact_point_id=contact.id,
                request_key=request_key,
                context={"replaced": str(replaced_id), "visit_ms": str(visit_age // timedelta(milliseconds=1) + 1)},
            )


@transaction.atomic
def cancel_change_by_link(*, link: LinkView, circumstances: Circumstances) -> AppendedEvent:
    """Bring the replaced contact of the link's notice back. A repeat returns the first event. Raises ChangeClosed.

    Somebody changed the contact from a visit of this customer: all of them end, in whatever browser, and what that
    visit did besides is undone.
    """
    change = link_change(link_id=link.id)
    if change is None:
        raise ChangeClosed("the link tells of no change")
    session.sessions_end(customer_id=link.customer_id)
    return contact_change_cancel(
        customer_id=link.customer_id,
        circumstances=circumstances,
        contact_point_id=change.contact_point_id,
        visit_age=change.visit_age,
    )
