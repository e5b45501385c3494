"""Answers under parallel requests with connections of their own."""

import pytest

from consents.answers.recording import consent_answer
from consents.answers.withdrawing import consent_withdraw_all
from consents.documents.reading import document_render
from consents.enums import Channel, EventKind, StateValue
from consents.models import ConsentEvent, ConsentState, ContactPoint, Stop
from consents.types import AppendedEvent
from tests.consents.gate import gate_reason
from tests.factories.consents import (
    ContactPointFactory,
    circumstances_make,
    company_make,
    edition_of,
    rules_accept_make,
)
from tests.support.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def proven_phone() -> ContactPoint:
    company_make()
    phone = ContactPointFactory(confirmed=True)
    rules_accept_make(phone.customer)
    return phone


def answer(phone: ContactPoint, key: str) -> AppendedEvent:
    edition_id = edition_of("pd_service", "sms").pk
    shown = document_render(edition_id=edition_id, customer_id=phone.customer_id, contact_uuid=phone.uuid)
    return consent_answer(
        customer_id=phone.customer_id,
        edition_id=edition_id,
        channel=Channel.SMS,
        contact_uuid=phone.uuid,
        decision="granted",
        text_sha256=shown.sha256,
        circumstances=circumstances_make(request_key=key),
        box_ticked=True,
    )


def test_a_hundred_presses_of_one_button_are_one_event_and_one_answer() -> None:
    phone = proven_phone()

    events = at_once([lambda: answer(phone, "form-1")] * 100)

    assert ConsentEvent.objects.filter(kind=EventKind.GRANTED).count() == 1
    assert len({event.uuid for event in events}) == 1
    assert sum(event.is_new for event in events) == 1


def test_forty_stops_at_once_end_each_yes_once() -> None:
    phone = proven_phone()
    answer(phone, "form-1")

    at_once(
        [
            lambda at=at: consent_withdraw_all(
                customer_id=phone.customer_id, circumstances=circumstances_make(level=0, request_key=f"stop-{at}")
            )
            for at in range(40)
        ]
    )

    assert ConsentEvent.objects.filter(kind=EventKind.WITHDRAWN).count() == 1
    assert Stop.objects.count() == 1
    assert ConsentState.objects.get(purpose="service").value == StateValue.WITHDRAWN


def test_after_yes_and_stop_at_once_the_gate_obeys_the_last_of_them() -> None:
    phone = proven_phone()

    def act(at: int) -> None:
        if at % 2:
            answer(phone, f"form-{at}")
        else:
            consent_withdraw_all(
                customer_id=phone.customer_id, circumstances=circumstances_make(level=0, request_key=f"stop-{at}")
            )

    at_once([lambda at=at: act(at) for at in range(40)])

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
