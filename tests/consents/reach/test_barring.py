"""Whose operator lets no mailings through, and what is open to them instead."""

import pytest

from consents.enums import Channel, ContactKind, LegalBasis, Purpose, StopReason
from consents.models import ContactPoint, Customer
from consents.reach.barring import barred, barred_kinds, channels_open
from consents.reach.eligibility import Ground
from tests.factories.consents import ContactPointFactory, CustomerFactory, StopFactory

pytestmark = pytest.mark.django_db

SERVICE = Ground(purpose=Purpose.SERVICE, legal_basis=LegalBasis.CONTRACT)


@pytest.fixture
def customer() -> Customer:
    """Somebody with a phone, an address and a MAX account, whose operator lets no mailings through."""
    owner: Customer = CustomerFactory()
    phone = ContactPointFactory(customer=owner)
    ContactPointFactory(customer=owner, email=True)
    ContactPointFactory(customer=owner, max=True)
    StopFactory(customer=None, kind="phone", value=phone.value, reason=StopReason.BARRED)
    return owner


def opened(*customers: Customer, channels: list[Channel] | None = None) -> dict[int, tuple[Channel, ...]]:
    """The channels that are open to some customers."""
    asked = list(Channel) if channels is None else channels
    return channels_open(customer_ids=[one.pk for one in customers], channels=asked, ground=SERVICE)


def test_only_the_barred_contact_is_found(customer: Customer) -> None:
    other = ContactPointFactory()

    assert barred_kinds(customer_id=customer.pk) == {ContactKind.PHONE}
    assert barred_kinds(customer_id=other.customer_id) == frozenset()
    assert [point.kind for point in ContactPoint.objects.filter(barred())] == ["phone"]


@pytest.mark.parametrize("change", [{"reason": StopReason.BOUNCED}, {"value": "+79990000000"}])
def test_another_stop_is_no_ban_of_the_operator(change: dict[str, str]) -> None:
    phone = ContactPointFactory()
    StopFactory(**{"customer": None, "kind": "phone", "value": phone.value, "reason": StopReason.BARRED} | change)

    assert barred_kinds(customer_id=phone.customer_id) == frozenset()


def test_a_number_that_is_not_current_any_more_bars_nothing(customer: Customer) -> None:
    ContactPoint.objects.filter(customer=customer, kind="phone").update(is_current=False)

    assert barred_kinds(customer_id=customer.pk) == frozenset()


def test_all_channels_but_sms_are_open_instead(customer: Customer) -> None:
    assert opened(customer) == {customer.pk: (Channel.MAX, Channel.EMAIL)}


def test_a_channel_that_is_not_asked_about_is_not_open(customer: Customer) -> None:
    assert opened(customer, channels=[Channel.EMAIL, Channel.SMS]) == {customer.pk: (Channel.EMAIL,)}
    assert opened(customer, channels=[]) == {}


def test_a_stop_of_the_person_leaves_nothing_open(customer: Customer) -> None:
    StopFactory(customer=customer)

    assert opened(customer) == {}


def test_each_customer_has_their_own_channels(customer: Customer) -> None:
    other = CustomerFactory()
    ContactPointFactory(customer=other)

    # An SMS by contract needs the subscriber's consent, of which this ground says nothing.
    assert opened(customer, other) == {customer.pk: (Channel.MAX, Channel.EMAIL)}
