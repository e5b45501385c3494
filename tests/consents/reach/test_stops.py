"""Stops in force: whose they are, and which of them the gate lets a yes overrule."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consents.enums import Channel, EventKind, Purpose, StopReason, StopScope
from consents.models import ConsentState, ContactPoint
from consents.reach.stops import StopView, stops_of, stops_of_people, stops_over
from tests.consents.gate import gate_reason
from tests.factories.consents import ContactPointFactory, CustomerFactory, StopFactory, answer_make

pytestmark = pytest.mark.django_db

BEFORE, AFTER = timedelta(hours=-1), timedelta(hours=1)


def over(contact: ContactPoint, purpose: Purpose) -> StopView | None:
    """What keeps the yes of one purpose from working."""
    state = ConsentState.objects.get(customer=contact.customer, purpose=purpose)
    stop_id = stops_over(customer_ids=[contact.customer_id]).get(state.pk)
    return next((stop for stop in stops_of(customer_id=contact.customer_id) if stop.id == stop_id), None)


def gate_says(contact: ContactPoint, purpose: Purpose) -> str:
    return gate_reason(
        customer_id=contact.customer_id,
        contact_point_id=contact.pk,
        channel=Channel.SMS,
        purpose=purpose,
        legal_basis="consent",
    )


def test_stops_of_the_person_and_of_every_contact_are_found_and_no_others() -> None:
    phone = ContactPointFactory()
    old = ContactPointFactory(customer=phone.customer, is_current=False)
    stranger = ContactPointFactory()
    person = StopFactory(customer=phone.customer)
    own = StopFactory(customer=phone.customer, kind="phone", value=phone.value, reason="not_mine")
    dead = StopFactory(customer=None, kind="phone", value=old.value, reason="bounced")
    StopFactory(customer=stranger.customer)
    StopFactory(customer=stranger.customer, kind="phone", value=phone.value)
    StopFactory(customer=None, kind="email", value=phone.value, reason="bounced")
    StopFactory(customer=phone.customer, scope="advertising", lifted_at=timezone.now())

    found = stops_of(customer_id=phone.customer_id)

    assert [(stop.id, stop.is_everybodys) for stop in found] == [(person.pk, False), (own.pk, False), (dead.pk, True)]
    assert found[0].mask == ""
    assert phone.value[-2:] in found[1].mask
    assert phone.value not in found[1].mask


def test_a_dead_address_that_two_people_share_stops_both_and_costs_two_queries() -> None:
    mine, yours = ContactPointFactory(), ContactPointFactory(value="+79160009999")
    ContactPoint.objects.filter(pk=mine.pk).update(value=yours.value)
    StopFactory(customer=None, kind="phone", value=yours.value, reason="bounced")

    with CaptureQueriesContext(connection) as queries:
        found = stops_of_people(customer_ids=[mine.customer_id, yours.customer_id, CustomerFactory().pk])

    assert set(found) == {mine.customer_id, yours.customer_id}
    assert len([query for query in queries.captured_queries if query["sql"].startswith("SELECT")]) == 2


@pytest.mark.parametrize("reason", StopReason)
@pytest.mark.parametrize("target", ["person", "contact", "everybody", "another contact"])
def test_the_gate_and_the_pages_agree_which_yes_a_stop_overrides(reason: StopReason, target: str) -> None:
    for scope, moment, purpose in product(StopScope, (BEFORE, AFTER), (Purpose.SERVICE, Purpose.ADVERTISING)):
        phone = ContactPointFactory(confirmed=True)
        for each in Purpose:
            answer_make(phone, each)
        targets: dict[str, dict[str, Any]] = {
            "person": {"customer": phone.customer},
            "contact": {"customer": phone.customer, "kind": "phone", "value": phone.value},
            "everybody": {"customer": None, "kind": "phone", "value": phone.value},
            "another contact": {"customer": phone.customer, "kind": "phone", "value": "+79990000000"},
        }
        StopFactory(reason=reason, scope=scope, created_at=timezone.now() + moment, **targets[target])

        assert (over(phone, purpose) is not None) == (gate_says(phone, purpose) == "suppressed"), (scope, moment)


def test_a_stop_between_the_two_yes_of_advertising_overrides_it() -> None:
    phone = ContactPointFactory(confirmed=True)
    answer_make(phone, Purpose.PROMOTION)
    StopFactory(customer=phone.customer)
    answer_make(phone, Purpose.ADVERTISING)

    assert gate_says(phone, Purpose.ADVERTISING) == "suppressed"
    assert over(phone, Purpose.ADVERTISING) is not None


def test_a_stop_that_no_yes_overrules_is_named_before_an_older_one() -> None:
    phone = ContactPointFactory(confirmed=True)
    answer_make(phone)
    StopFactory(customer=phone.customer)
    final = StopFactory(customer=phone.customer, kind="phone", value=phone.value, reason="not_mine")

    stop = over(phone, Purpose.SERVICE)

    assert stop is not None
    assert (stop.id, stop.is_asked_for) == (final.pk, False)


def test_a_no_needs_no_stop() -> None:
    phone = ContactPointFactory(confirmed=True)
    answer_make(phone, kind=EventKind.REFUSED)
    StopFactory(customer=phone.customer)

    assert over(phone, Purpose.SERVICE) is None
