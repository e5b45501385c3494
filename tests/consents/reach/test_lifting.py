"""Lifting a stop: once, for its customer, on a recorded demand, by an event that keeps it."""

from datetime import date

import pytest

from consents.answers.withdrawing import contacts_deny
from consents.enums import ActorKind, ContactKind, DemandKind, EventKind, ProofLevel, ProofMethod, StopReason
from consents.errors import StopMissing
from consents.models import ConsentEvent, ConsentState, ContactPoint, Stop
from consents.reach.lifting import Lifted, stop_lift
from consents.reach.stopping import address_stop
from consents.types import Actor, Demand
from tests.consents.gate import gate_reason
from tests.factories.consents import ContactPointFactory, StopFactory, answer_make, circumstances_make

pytestmark = pytest.mark.django_db

RESTORED = ConsentEvent.objects.filter(kind=EventKind.CONTACT_RESTORED)


DEMAND = Demand(
    kind=DemandKind.CALL, received_on=date(2026, 11, 27), sender="сам клиент", details="просит снова писать"
)


def lift(stop: Stop, contact: ContactPoint) -> Lifted:
    return stop_lift(
        customer_id=contact.customer_id,
        stop_id=stop.pk,
        demand=DEMAND,
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
        assert deny(phone) == 2  # the denial and its stop
        assert deny(phone) == 0
        lift(Stop.objects.get(lifted_at=None), phone)

    assert ConsentEvent.objects.filter(kind=EventKind.CONTACT_DENIED).count() == 2
    assert RESTORED.count() == 2


@pytest.mark.parametrize("reason", StopReason)
def test_a_lift_is_an_event_that_keeps_the_demand_and_names_what_it_lifts(reason: StopReason) -> None:
    phone = ContactPointFactory()
    set_by = address_stop(
        customer_id=phone.customer_id,
        kind=ContactKind.PHONE,
        value=phone.value,
        reason=reason,
        circumstances=circumstances_make(level=ProofLevel.LINK),
    )
    assert gate(phone) == "suppressed"

    lifted = lift(Stop.objects.get(), phone)

    event = ConsentEvent.objects.get(kind=EventKind.STOP_LIFTED)
    assert set_by is not None
    assert (event.answers, event.channel, event.contact) == (set_by.uuid, "sms", phone.uuid)
    assert (event.actor_kind, event.actor, event.uuid) == ("staff", "7", lifted.event.uuid)
    assert DEMAND.facts.items() <= event.evidence.personal.items()
    assert event.evidence.personal["stop_reason"] == reason
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
    lift(stop, phone)

    with pytest.raises(StopMissing):
        lift(stop, phone)

    stop.refresh_from_db()
    assert stop.lifted_by == "7"


def test_a_stop_of_somebody_else_is_not_lifted_from_this_page() -> None:
    mine, yours = ContactPointFactory(), ContactPointFactory()
    stop = StopFactory(customer=yours.customer)

    with pytest.raises(StopMissing):
        lift(stop, mine)
    assert gate(yours) == "suppressed"
