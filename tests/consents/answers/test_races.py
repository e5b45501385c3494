"""Answers under parallel requests with connections of their own."""

from functools import partial

import pytest

from consents.answers.recording import consent_answer
from consents.answers.withdrawing import consent_withdraw_all
from consents.documents.reading import document_render
from consents.enums import EventKind, StateValue
from consents.models import ConsentEvent, ConsentState, ContactPoint, Stop
from consents.types import AppendedEvent
from tests.consents.gate import gate_reason
from tests.factories.consents import (
    ContactPointFactory,
    circumstances_make,
    company_make,
    contacts_named,
    edition_of,
)
from tests.support.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def proven_phone() -> ContactPoint:
    company_make()
    return ContactPointFactory(confirmed=True)


def answer(*points: ContactPoint, key: str) -> tuple[AppendedEvent, ...]:
    edition_id, contacts = edition_of("pd_service").pk, contacts_named(*points)
    shown = document_render(edition_id=edition_id, customer_id=points[0].customer_id, contacts=contacts)
    return consent_answer(
        customer_id=points[0].customer_id,
        edition_id=edition_id,
        contacts=contacts,
        decision="granted",
        text_sha256=shown.sha256,
        circumstances=circumstances_make(request_key=key),
        box_ticked=True,
    )


def test_a_hundred_presses_of_one_button_are_one_event_and_one_answer() -> None:
    phone = proven_phone()

    answers = at_once([lambda: answer(phone, key="form-1")] * 100)

    events = [event for (event,) in answers]
    assert ConsentEvent.objects.filter(kind=EventKind.GRANTED).count() == 1
    assert len({event.uuid for event in events}) == 1
    assert sum(event.is_new for event in events) == 1


def test_a_hundred_answers_for_two_channels_at_once_are_one_event_a_channel() -> None:
    phone = proven_phone()
    email = ContactPointFactory(email=True, confirmed=True, customer=phone.customer)
    orders = [(phone, email), (email, phone)]

    answers = at_once([partial(answer, *orders[at % 2], key="form-1") for at in range(100)])

    granted = ConsentEvent.objects.filter(kind=EventKind.GRANTED)
    assert sorted(granted.values_list("channel", flat=True)) == ["email", "sms"]
    assert {frozenset(event.uuid for event in events) for events in answers} == {
        frozenset(granted.values_list("uuid", flat=True))
    }
    assert sorted([event.is_new for event in events] for events in answers) == [[False, False]] * 99 + [[True, True]]
    assert dict(ConsentState.objects.values_list("channel", "value")) == dict.fromkeys(
        ["sms", "email"], StateValue.GRANTED
    )


def test_forty_stops_at_once_end_each_yes_once() -> None:
    phone = proven_phone()
    answer(phone, key="form-1")

    at_once(
        [
            partial(
                consent_withdraw_all,
                customer_id=phone.customer_id,
                circumstances=circumstances_make(level=0, request_key=f"stop-{at}"),
            )
            for at in range(40)
        ]
    )

    assert ConsentEvent.objects.filter(kind=EventKind.WITHDRAWN).count() == 1
    assert ConsentEvent.objects.filter(kind=EventKind.STOP_SET).count() == 40
    assert Stop.objects.filter(lifted_at=None).count() == 1
    assert ConsentState.objects.get(purpose="service").value == StateValue.WITHDRAWN


def test_after_yes_and_stop_at_once_the_gate_obeys_the_last_of_them() -> None:
    phone = proven_phone()

    def act(at: int) -> None:
        if at % 2:
            answer(phone, key=f"form-{at}")
        else:
            consent_withdraw_all(
                customer_id=phone.customer_id, circumstances=circumstances_make(level=0, request_key=f"stop-{at}")
            )

    at_once([partial(act, at) for at in range(40)])

    answers = (EventKind.GRANTED, EventKind.REFUSED, EventKind.WITHDRAWN)
    last = ConsentEvent.objects.filter(purpose="service", kind__in=answers).latest("id")
    reason = gate_reason(
        customer_id=phone.customer_id,
        contact_point_id=phone.pk,
        channel="sms",
        purpose="service",
        legal_basis="consent",
    )
    assert ConsentState.objects.get(purpose="service").value == last.kind
    assert (reason == "") == (last.kind == EventKind.GRANTED)
