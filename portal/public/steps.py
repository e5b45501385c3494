"""From the step of a visit to the address of its page."""

from django.urls import reverse

from consents.customers.contacts_read import OwnContact
from consents.enums import ProofLevel
from portal.flows import enter
from portal.flows.answer_invitation import Step, Way, way_of
from portal.public.pages import Visit


def next_page(visit: Visit) -> str:
    """Give the address of the page that comes next for this visit."""
    person = visit.person
    if enter.needs_number(person):
        return reverse("public:which_customer")
    if person.level < ProofLevel.KNOWN_CONTACT or visit.customer_id is None:
        return reverse("public:code")
    return step_page(way_of(person=person, customer_id=visit.customer_id))


def step_page(way: Way) -> str:
    """Give the address of a step."""
    if way.step == Step.CONSENT:
        asked = way.ask[0]
        return reverse("public:consent", args=[asked.version_id, asked.channel])
    return reverse(f"public:{way.step}")


def unconfirmed_contact(visit: Visit) -> OwnContact | None:
    """Give the contact that a chosen channel still needs a code for."""
    return way_of(person=visit.person, customer_id=visit.owner_id).unconfirmed
