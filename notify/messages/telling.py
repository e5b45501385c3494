"""Telling a customer over their other contacts what was done in their name."""

from consents.customers.contacts_read import OwnContact, contact_on_file, contacts_of
from consents.reach.stops import stops_of
from notify.channel_settings import channels_connected
from notify.messages.transactional import notice_send


def contacts_reached(*, customer_id: int) -> list[OwnContact]:
    """Return the current contacts that a notice can reach: by a channel with a provider, and not known to be wrong."""
    connected = channels_connected()
    wrong = {(stop.kind, stop.value) for stop in stops_of(customer_id=customer_id) if not stop.is_asked_for}
    return [
        contact
        for contact in contacts_of(customer_id=customer_id)
        if contact.takes_messages and contact.kind.channel in connected and (contact.kind, contact.value) not in wrong
    ]


def contact_placed_tell(*, customer_id: int, contact_point_id: int, request_key: str) -> int:
    """Send word of an added contact or a linked account to every other contact; return how many were told.

    Confirmed or not: the only confirmed one may be the stranger's who did it. A repeat with the same key adds nothing.
    """
    placed = contact_on_file(customer_id=customer_id, contact_point_id=contact_point_id)
    if placed is None:
        return 0
    others = [one for one in contacts_reached(customer_id=customer_id) if one.id != placed.id]
    for other in others:
        notice_send(
            notice="account_added" if placed.kind.spec.is_account else "contact_added",
            channel=other.kind.channel,
            customer_id=customer_id,
            contact_point_id=other.id,
            request_key=request_key,
            context={"mask": placed.mask},
        )
    return len(others)
