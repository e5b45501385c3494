"""MAX accounts: tied by a token of a proven person, untied by the person or by stopping the bot."""

from typing import Any

import pytest

from consents.customers.messenger_accounts import account_link, account_unlink, dialogue_lost
from consents.enums import ContactKind, EventKind, ProofLevel, StateValue
from consents.errors import EventInvalid, ProofTooWeak
from consents.ledger.tree.proofs import consent_basis
from consents.models import ConsentEvent, ConsentState, ContactPoint, Customer
from consents.types import AppendedEvent
from tests.consents.gate import gate_reason
from tests.factories.consents import ContactPointFactory, CustomerFactory, answer_make, circumstances_make

pytestmark = pytest.mark.django_db

APP = ContactKind("app")


def link(customer: Customer, user: int = 77, chat: int = 88, **changes: Any) -> AppendedEvent:
    return account_link(
        customer_id=customer.pk,
        kind=ContactKind.MAX,
        account=str(user),
        chat=str(chat),
        circumstances=circumstances_make(**({"method": "link+max_bot"} | changes)),
    )


def current(customer: Customer) -> list[tuple[str, int | None]]:
    return list(customer.contact_points.filter(is_current=True).values_list("value", "max_chat_id"))


def test_an_account_is_tied_and_proven_in_one_act() -> None:
    customer = CustomerFactory()

    event = link(customer)

    assert current(customer) == [("77", 88)]
    assert ContactPoint.objects.get().confirmed_at == event.occurred_at
    assert ConsentEvent.objects.get().kind == EventKind.MAX_LINKED


def test_the_same_start_twice_is_one_event() -> None:
    customer = CustomerFactory()

    assert link(customer, request_key="k").is_new
    assert not link(customer, request_key="k").is_new
    assert ConsentEvent.objects.count() == 1


def test_another_account_takes_the_place_of_the_first_without_its_consents() -> None:
    customer = CustomerFactory()
    link(customer)
    first = ContactPoint.objects.get()
    answer_make(first)

    link(customer, user=78, chat=89)

    second = ContactPoint.objects.get(value="78")
    assert current(customer) == [("78", 89)]
    assert gate_reason(
        customer_id=customer.pk,
        contact_point_id=second.pk,
        channel="max",
        purpose="service",
        legal_basis="consent",
    ) == ("no_consent")


def test_a_link_alone_ties_no_account() -> None:
    with pytest.raises(ProofTooWeak):
        link(CustomerFactory(), level=ProofLevel.LINK)

    assert not ContactPoint.objects.exists()


def test_stopping_the_bot_unties_the_account_wherever_it_is_and_ends_its_consents() -> None:
    mine, yours = CustomerFactory(), CustomerFactory()
    for customer in (mine, yours):
        link(customer)
    answer_make(mine.contact_points.get())
    how = circumstances_make(level=ProofLevel.LINK)

    ended = account_unlink(kind=ContactKind.MAX, account="77", circumstances=how)

    assert {
        customer_id: [ConsentEvent.objects.get(pk=event.id).kind for event in events]
        for customer_id, events in ended.items()
    } == {mine.pk: [EventKind.MAX_UNLINKED, EventKind.WITHDRAWN], yours.pk: [EventKind.MAX_UNLINKED]}
    assert current(mine) == current(yours) == []
    assert ConsentState.objects.get().value == StateValue.WITHDRAWN
    assert account_unlink(kind=ContactKind.MAX, account="77", circumstances=how) == {}


def test_a_person_unties_their_own_account_only() -> None:
    mine, yours = CustomerFactory(), CustomerFactory()
    link(mine)
    link(yours)

    account_unlink(kind=ContactKind.MAX, customer_id=mine.pk, circumstances=circumstances_make())

    assert (current(mine), len(current(yours))) == ([], 1)


def test_who_comes_back_has_the_account_and_is_asked_again() -> None:
    customer = CustomerFactory()
    link(customer)
    answer_make(customer.contact_points.get())
    account_unlink(kind=ContactKind.MAX, customer_id=customer.pk, circumstances=circumstances_make())

    link(customer, chat=99)

    point = customer.contact_points.get()
    assert current(customer) == [("77", 99)]
    assert point.closed_at is None
    assert gate_reason(
        customer_id=customer.pk,
        contact_point_id=point.pk,
        channel="max",
        purpose="service",
        legal_basis="consent",
    ) == ("withdrawn")


def test_the_same_request_after_a_new_tie_ends_that_one_with_an_event_of_its_own() -> None:
    customer = CustomerFactory()
    for _ in range(2):
        link(customer)
        account_unlink(kind=ContactKind.MAX, customer_id=customer.pk, circumstances=circumstances_make(request_key="k"))

    assert current(customer) == []
    assert ConsentEvent.objects.filter(kind=EventKind.MAX_UNLINKED).count() == 2


def test_naming_neither_a_person_nor_an_account_unties_nothing() -> None:
    ContactPointFactory(max=True)

    with pytest.raises(EventInvalid):
        account_unlink(kind=ContactKind.MAX, circumstances=circumstances_make())


def test_a_dialogue_whose_name_is_no_number_is_open_all_the_same() -> None:
    customer = CustomerFactory()

    for account, chat in (("chatapp-7", "dialogue-7"), ("8", "9" * 30), ("9", "-12")):
        account_link(
            customer_id=customer.pk,
            kind=ContactKind.MAX,
            account=account,
            chat=chat,
            circumstances=circumstances_make(method="link+max_bot"),
        )

    assert list(customer.contact_points.order_by("id").values_list("value", "max_chat_id")) == [
        ("chatapp-7", 0), ("8", 0), ("9", -12),
    ]  # fmt: skip


def test_an_account_of_the_application_is_its_customers_number_and_needs_no_more() -> None:
    customer = CustomerFactory(external_id="4711")
    how = circumstances_make(level=ProofLevel.LINK, method="own_app")

    with pytest.raises(ProofTooWeak):
        account_link(customer_id=customer.pk, kind=APP, account="4712", chat="", circumstances=how)
    event = account_link(customer_id=customer.pk, kind=APP, account="4711", chat="", circumstances=how)

    stored = ConsentEvent.objects.get(uuid=event.uuid)
    assert (stored.kind, stored.channel, stored.level, stored.method) == ("account_linked", "app", 0, "own_app")
    assert current(customer) == [("4711", 0)]


def test_what_stands_behind_a_yes_names_how_the_account_was_tied() -> None:
    customer = CustomerFactory(external_id="4711")
    how = circumstances_make(level=ProofLevel.LINK, method="own_app")
    account_link(customer_id=customer.pk, kind=APP, account="4711", chat="", circumstances=how)

    basis = consent_basis(customer_id=customer.pk, contact_uuid=customer.contact_points.get().uuid)

    assert basis["contact_method"] == "own_app"


def test_a_dialogue_that_is_lost_on_one_channel_stays_open_on_another() -> None:
    of_max, of_vk = ContactPointFactory(max=True, value="5"), ContactPointFactory(vk=True, value="5")

    assert dialogue_lost(kind=ContactKind("vk"), account="5") == 1

    assert current(of_max.customer)[0][1] is not None
    assert current(of_vk.customer) == [("5", None)]
