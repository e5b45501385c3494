"""Changing one's mind: choosing channels, asking for another permission, a change of contact told and taken back."""

from django.db import transaction
from django.utils import timezone

from consents.customers.contacts import contact_change_cancel
from consents.customers.contacts_read import contacts_to_tell
from consents.enums import Purpose
from consents.errors import ChangeClosed
from consents.types import AppendedEvent, Circumstances
from notify.channel_settings.reading import channels_connected
from notify.links.issuing import LinkView, link_replaced_contact
from notify.messages.interactive import notice_send
from portal.flows.answer_invitation import OFFERED, Wish, wish_kept
from portal.visits import session
from portal.visits.session import Person


def channels_choose(*, person: Person, channels: list[str]) -> Person:
    """Begin the first way with the chosen channels: service messages first, offers at the end."""
    wish = Wish(channels=tuple(channels), purposes=(Purpose.SERVICE,), since=person.opened_at, is_first_way=True)
    return session.session_progress_set(
        person=person, wish=wish_kept(wish), max_skipped=None, later=None, offers=None, contacts_ok=True
    )


def offers_show(*, person: Person, wish: Wish) -> Person:
    """Ask for promotion and advertising too, text by text."""
    purposes = tuple(dict.fromkeys([*wish.purposes, *OFFERED]))
    widened = Wish(channels=wish.channels, purposes=purposes, since=wish.since, is_first_way=wish.is_first_way)
    return session.session_progress_set(person=person, wish=wish_kept(widened), offers="show")


def offers_skip(*, person: Person) -> Person:
    """Leave offers alone: nothing is asked and nothing is recorded."""
    return session.session_progress_set(person=person, offers="skip")


def permission_ask(*, person: Person, purpose: str, channel: str) -> Person:
    """Lead to the text of one permission, even if it was refused a minute ago."""
    wish = Wish(channels=(channel,), purposes=(purpose,), since=timezone.now(), is_first_way=False)
    return session.session_progress_set(
        person=person, wish=wish_kept(wish), max_skipped=None, later=None, returning=True
    )


def change_tell(*, customer_id: int, replaced_id: int, new_id: int, request_key: str) -> None:
    """Tell that a contact was replaced, with the link that brings it back; joins the caller's transaction.

    Told is the old contact, or where it takes no message every other one. A repeat with the same key adds nothing.
    """
    for contact in contacts_to_tell(customer_id=customer_id, replaced_id=replaced_id, new_id=new_id):
        channel = contact.kind.channel
        if channel in channels_connected():
            notice_send(
                notice="contact_changed" if contact.id == replaced_id else "phone_changed",
                channel=channel,
                customer_id=customer_id,
                contact_point_id=contact.id,
                request_key=request_key,
                context={"replaced": str(replaced_id)},
            )


@transaction.atomic
def change_cancel_by_link(*, link: LinkView, circumstances: Circumstances) -> AppendedEvent:
    """Bring the replaced contact of the link's notice back. A repeat returns the first event. Raises ChangeClosed.

    Somebody changed the contact from a visit of this customer: all of them end, in whatever browser.
    """
    contact_point_id = link_replaced_contact(link_id=link.id)
    if contact_point_id is None:
        raise ChangeClosed("the link tells of no change")
    event = contact_change_cancel(
        customer_id=link.customer_id, circumstances=circumstances, contact_point_id=contact_point_id
    )
    session.sessions_end(customer_id=link.customer_id)
    return event
