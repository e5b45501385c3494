"""Many requests at once, over real connections: one event for one request, and states that follow the events."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction

from consents.enums import EventKind
from consents.errors import RequestKeyReused
from consents.models import ConsentEvent, ConsentState, Evidence, UnsealedEvent
from consents.types import AppendedEvent
from tests.consents.ledger_cases import answer, customer_with_phone
from tests.support.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

REQUESTS = 100


def test_a_hundred_requests_with_one_key_are_one_event_and_one_answer() -> None:
    customer, phone = customer_with_phone()

    results = at_once([lambda: answer(customer, phone.uuid, key="form-1")] * REQUESTS)

    assert sum(result.is_new for result in results) == 1
    assert len({(result.id, result.uuid, result.occurred_at) for result in results}) == 1
    assert ConsentEvent.objects.count() == Evidence.objects.count() == UnsealedEvent.objects.count() == 1


def test_one_key_with_two_contents_lets_exactly_one_through() -> None:
    customer, phone = customer_with_phone()

    def say(kind: EventKind) -> AppendedEvent | None:
        try:
            return answer(customer, phone.uuid, kind, key="form-1")
        except RequestKeyReused:
            return None

    results = at_once([lambda: say(EventKind.GRANTED), lambda: say(EventKind.REFUSED)] * 20)

    event = ConsentEvent.objects.get()
    assert {result.id for result in results if result} == {event.pk}
    assert sum(result is None for result in results) == 20
    assert ConsentState.objects.get().value == event.kind


def test_the_events_of_one_person_follow_each_other_in_number_and_time() -> None:
    customer, phone = customer_with_phone()
    kinds = [EventKind.GRANTED, EventKind.WITHDRAWN]

    at_once([partial(answer, customer, phone.uuid, kinds[number % 2]) for number in range(40)])

    events = list(ConsentEvent.objects.order_by("id"))
    assert len(events) == 40
    assert [event.occurred_at for event in events] == sorted(event.occurred_at for event in events)
    state = ConsentState.objects.get()
    assert (state.event_id, state.value, state.since) == (events[-1].pk, events[-1].kind, events[-1].occurred_at)


def test_one_person_does_not_wait_for_another() -> None:
    (slow, slow_phone), (quick, quick_phone) = customer_with_phone(), customer_with_phone()

    with transaction.atomic():
        answer(slow, slow_phone.uuid)
        with ThreadPoolExecutor(1) as pool:
            event = pool.submit(answer, quick, quick_phone.uuid).result(timeout=10)
            pool.submit(lambda: connection.close()).result()  # noqa: PLW0108 - the connection of that thread

    assert event.is_new


def test_an_answer_waits_for_no_row_that_merely_refers_to_the_customer() -> None:
    customer, phone = customer_with_phone()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM consents_customer WHERE id = %s FOR KEY SHARE", [customer.pk])
        with ThreadPoolExecutor(1) as pool:
            event = pool.submit(answer, customer, phone.uuid).result(timeout=10)
            pool.submit(lambda: connection.close()).result()  # noqa: PLW0108 - the connection of that thread

    assert event.is_new


def test_a_request_whose_twin_is_rolled_back_is_recorded() -> None:
    customer, phone = customer_with_phone()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            answer(customer, phone.uuid, key="form-1")
            twin = pool.submit(answer, customer, phone.uuid, key="form-1")
            transaction.set_rollback(True)
        assert twin.result(timeout=10).is_new
        pool.submit(lambda: connection.close()).result()  # noqa: PLW0108 - the connection of that thread

    assert ConsentEvent.objects.count() == 1
