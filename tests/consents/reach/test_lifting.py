"""Lifting a stop: once, for its customer, with the person's word where the person asked for it."""

import pytest

from consents.answers.withdrawing import contacts_deny
from consents.enums import ActorKind, EventKind, ProofLevel, ProofMethod, StopReason
from consents.errors import LiftNotAsked, StopMissing
from consents.models import ConsentEvent, ConsentState, ContactPoint, Stop
from consents.reach.lifting import Lifted, stop_lift
from consents.types import Actor
from tests.consents.gate import gate_reason
from tests.factories.consents import ContactPointFactory, StopFactory, answer_make, circumstances_make

pytestmark = pytest.mark.django_db

RESTORED = ConsentEvent.objects.filter(kind=EventKind.CONTACT_RESTORED)


def lift(stop: Stop, contact: ContactPoint, *, is_asked: bool = False) -> Lifted:
    return stop_lift(
        customer_id=contact.customer_id,
        stop_id=stop.pk,
        is_asked=is_asked,
        circumstances=circumstances_make(
            actor=Actor(kind=ActorKind.STAFF, ident="7"), method=ProofMethod.STAFF, level=ProofLevel.LINK
        ),
    )


def deny(contact: ContactPoint, request_key: str = "deny") -> int:
    """Press «Это не я» by the same link each time; return how many events are new."""
    how = circumstances_make(level=ProofLevel.LINK, method=ProofMethod.LINK, request_key=request_key)
    events = contacts_deny(customer_id=contact.customer_id, contact_uuids=[contact.uuid], circumstances=how)
    return sum(event.is_new for event in events)


def gate(contact: ContactPoint, basis: str = "contract") -> str:
    return gate_reason(
        customer_id=contact.customer_id,
        contact_point_id=contact.pk,
        channel="sms",
        purpose="service",
        legal_basis=basis,
    )


def test_not_me_taken_back_opens_the_contact_again_and_grants_nothing() -> None:
    phone = ContactPointFactory(confirmed=True)
    answer_make(phone)
    deny(phone)

    lifted = lift(Stop.objects.get(), phone)

    assert lifted.is_reopened
    assert gate(phone) == gate(phone, "consent") == "withdrawn"
    assert ConsentState.objects.get().value == "withdrawn"
    event = RESTORED.get()
    assert (event.contact, event.channel, event.actor_kind, event.actor) == (phone.uuid, "sms", "staff", "7")


def test_not_me_taken_back_leaves_a_contact_that_has_come_since() -> None:
    old = ContactPointFactory()
    deny(old)
    new = ContactPointFactory(customer=old.customer)

    lifted = lift(Stop.objects.get(), old)

    assert not lifted.is_reopened
    assert not RESTORED.exists()
    assert list(ContactPoint.objects.filter(is_current=True)) == [new]
    assert not Stop.objects.filter(lifted_at=None).exists()


def test_not_me_said_again_after_it_was_taken_back_is_a_further_event() -> None:
    phone = ContactPointFactory()

    for _ in range(2):
        assert deny(phone) == 1
        assert deny(phone) == 0
        lift(Stop.objects.get(lifted_at=None), phone)

    assert ConsentEvent.objects.filter(kind=EventKind.CONTACT_DENIED).count() == 2
    assert RESTORED.count() == 2


@pytest.mark.parametrize("reason", [StopReason.REFUSED_ALL, StopReason.UNSUBSCRIBED, StopReason.IMPORTED])
def test_what_the_person_asked_for_needs_the_person_to_ask_again(reason: StopReason) -> None:
    phone = ContactPointFactory()
    stop = StopFactory(customer=phone.customer, reason=reason)

    with pytest.raises(LiftNotAsked):
        lift(stop, phone)
    assert gate(phone) == "suppressed"
    lifted = lift(stop, phone, is_asked=True)

    assert not lifted.is_reopened
    assert gate(phone) == ""


def test_a_dead_address_is_lifted_for_everybody() -> None:
    mine = ContactPointFactory()
    yours = ContactPointFactory(value=mine.value)
    stop = StopFactory(customer=None, kind="phone", value=mine.value, reason=StopReason.BOUNCED)

    lift(stop, mine)

    assert gate(mine) == gate(yours) == ""


def test_a_stop_is_lifted_once_and_by_whom_stays_written() -> None:
    phone = ContactPointFactory()
    stop = StopFactory(customer=phone.customer)
    lift(stop, phone, is_asked=True)

    with pytest.raises(StopMissing):
        lift(stop, phone, is_asked=True)

    stop.refresh_from_db()
    assert stop.lifted_by == "7"


def test_a_stop_of_somebody_else_is_not_lifted_from_this_page() -> None:
    mine, yours = ContactPointFactory(), ContactPointFactory()
    stop = StopFactory(customer=yours.customer)

    with pytest.raises(StopMissing):
        lift(stop, mine, is_asked=True)
    assert gate(yours) == "suppressed"
