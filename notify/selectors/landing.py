"""What the first page of a personal link shows: read in one query, because scanners open it as often as people."""

from dataclasses import dataclass

from consents.selectors.contacts import contacts_array, masked_contacts
from consents.types import MaskedContact
from notify.models import Link
from notify.services.links import LINK_COLUMNS, LinkView, link_view_from, links_live


@dataclass(frozen=True, slots=True)
class Landing:
    """A live link with the masked contacts of its customer. No name: a letter may reach the wrong hands."""

    link: LinkView
    contacts: tuple[MaskedContact, ...]


def landing_read(*, link_id: int) -> Landing | None:
    """Read a live link with its masks. None once it has expired or been revoked, alone or with its campaign."""
    rows = (
        links_live(Link.objects.filter(pk=link_id))
        .annotate(contacts=contacts_array("customer_id"))
        .values_list(*LINK_COLUMNS, "contacts")[:1]
    )
    row = next(iter(rows), None)
    if row is None:
        return None
    return Landing(link=link_view_from(row[:-1]), contacts=masked_contacts(row[-1]))
