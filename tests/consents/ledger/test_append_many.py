"""Many events at once are what as many single ones are: evidence, waiting rows, hashes, nothing half done."""

from uuid import uuid4

import pytest
from django.db import transaction
from psycopg.errors import UniqueViolation

from consents.enums import ActorKind, CheckOutcome, EventKind
from consents.errors import CustomerMissing, EventInvalid
from consents.ledger.append_many import NamedEvent, append_many
from consents.ledger.checking.checking import ledger_check
from consents.ledger.event_rules import EventContent
from consents.ledger.history import event_views
from consents.ledger.tree.sealing import ledger_seal
from consents.models import ConsentEvent, Customer, UnsealedEvent
from tests.consents.ledger_cases import circumstances
from tests.factories.consents import CustomerFactory
from tests.support.clock import database_now

pytestmark = pytest.mark.django_db


def stop_of(customer: Customer, key: str = "", kind: EventKind = EventKind.STOP_SET) -> NamedEvent:
    """A stop of everything, with a name and a time of its own."""
    content = EventContent(kind.value, "", "", None, "", None, "", ActorKind.CUSTOMER.value, "")
    how = circumstances(key, extra={})
    return NamedEvent(uuid4(), database_now(), customer.pk, content, how, {"stop_scope": "all"})


def test_each_event_has_its_name_its_time_and_its_own_evidence() -> None:
    people = [CustomerFactory() for _ in range(3)]
    events = [stop_of(customer) for customer in people]

    append_many(events=events)

    stored = list(event_views(ConsentEvent.objects.order_by("id")))
    assert [(view.uuid, view.occurred_at) for view in stored] == [(event.uuid, event.occurred_at) for event in events]
    assert [view.values["subject"] for view in stored] == [customer.subject for customer in people]
    assert [view.personal["external_id"] for view in stored] == [customer.external_id for customer in people]
    assert {view.personal["stop_scope"] for view in stored} == {"all"}
    assert len({bytes(event.evidence.salt) for event in ConsentEvent.objects.all()}) == len(people)
    assert UnsealedEvent.objects.count() == len(people)


def test_the_sealer_takes_them_and_the_check_finds_only_that_no_stop_stands() -> None:
    append_many(events=[stop_of(CustomerFactory()) for _ in range(3)])

    assert ledger_seal().sealed == 3

    findings = ledger_check()
    assert findings.outcome == CheckOutcome.MISMATCH
    assert {finding.code for finding in findings.kept} == {"stop_differs"}


@pytest.mark.parametrize("fault", ["an answer", "a repeated key", "a stranger"])
def test_one_that_may_not_be_added_keeps_all_out(fault: str) -> None:
    customer = CustomerFactory()
    good, bad = stop_of(customer, "1"), stop_of(customer, "2")
    if fault == "an answer":
        bad = stop_of(customer, "2", EventKind.REFUSED)
    if fault == "a repeated key":
        bad = stop_of(customer, "1")
    if fault == "a stranger":
        bad = bad._replace(customer_id=customer.pk + 1)

    with pytest.raises((EventInvalid, UniqueViolation, CustomerMissing)), transaction.atomic():
        append_many(events=[good, bad])

    assert not ConsentEvent.objects.exists()


def test_nothing_is_added_for_nothing() -> None:
    append_many(events=[])

    assert not ConsentEvent.objects.exists()
