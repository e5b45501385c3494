"""Finding one customer at the desk by an exact customer id, contact or number of the ledger."""

from uuid import UUID

from consents.enums import ContactKind
from consents.errors import BadValue
from consents.models import ContactPoint, Customer
from consents.normalise import email_normalise, phone_normalise
from consents.register.search import RegisterPerson, register_person

MOST = 10


def customers_named_exactly(*, text: str) -> list[RegisterPerson]:
    """Return who has exactly this customer id, current phone or current e-mail; no names, no beginnings."""
    text = " ".join(text.split())
    if not text:
        return []
    found = dict.fromkeys(Customer.objects.filter(external_id=text).order_by("pk").values_list("pk", flat=True)[:MOST])
    contact = _contact(text)
    if contact is not None:
        kind, value = contact
        points = ContactPoint.objects.filter(kind=kind, value=value, is_current=True).order_by("customer_id")
        found |= dict.fromkeys(points.values_list("customer_id", flat=True)[:MOST])
    people = (register_person(customer_id=customer_id) for customer_id in list(found)[:MOST])
    return [person for person in people if person is not None]


def customer_of_subject(*, subject: UUID) -> int | None:
    """Return the id of the customer with this pseudonym in the ledger; None when there is none."""
    return Customer.objects.filter(subject=subject).values_list("pk", flat=True).first()


def _contact(text: str) -> tuple[ContactKind, str] | None:
    try:
        if "@" in text:
            return ContactKind.EMAIL, email_normalise(text)
        return ContactKind.PHONE, phone_normalise(text).e164
    except BadValue:
        return None
