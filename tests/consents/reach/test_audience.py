"""The filter of people that campaigns keep: what each condition means, and what is said of a filter that is wrong."""

from typing import Any

import pytest
from django.utils import timezone

from consents.enums import Channel, EventKind
from consents.errors import AudienceInvalid
from consents.models import Customer
from consents.reach.audience import audience, audience_problems, problem_sentence
from tests.factories.consents import ContactPointFactory, CustomerFactory, MessengerFactory, answer_make


def found(wanted: dict[str, Any]) -> set[Customer]:
    return set(audience(wanted, channels=tuple(Channel)))


@pytest.mark.django_db
def test_an_empty_filter_means_every_active_customer() -> None:
    active = CustomerFactory()
    CustomerFactory(is_active=False)
    CustomerFactory(erased_at=timezone.now())

    assert found({}) == {active}


@pytest.mark.django_db
@pytest.mark.parametrize("nothing", [None, []])
def test_a_condition_without_values_asks_for_nothing(nothing: object) -> None:
    customer = CustomerFactory()

    assert found(dict.fromkeys(["segments", "cities", "messengers", "sources", "customer_ids"], nothing)) == {customer}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "field"),
    [("segments", "segment"), ("cities", "city"), ("messengers", "messenger"), ("sources", "source")],
)
def test_a_list_means_any_of_its_words(key: str, field: str) -> None:
    one, two, _ = (CustomerFactory(**{field: word}) for word in ("один", "два", "три"))

    assert found({key: ["один", "два"]}) == {one, two}


@pytest.mark.django_db
def test_people_may_be_named_one_by_one() -> None:
    wanted, _ = CustomerFactory(), CustomerFactory()

    assert found({"customer_ids": [wanted.pk]}) == {wanted}


@pytest.mark.django_db
def test_all_conditions_must_hold() -> None:
    wanted = CustomerFactory(segment="а", city="Омск")
    CustomerFactory(segment="а", city="Тверь")

    assert found({"segments": ["а"], "cities": ["Омск"]}) == {wanted}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [EventKind.GRANTED, EventKind.REFUSED, EventKind.WITHDRAWN])
def test_any_answer_is_an_answer(kind: EventKind) -> None:
    phone = ContactPointFactory()
    answer_make(phone, kind=kind)
    silent = CustomerFactory()

    assert found({"answered": True}) == {phone.customer}
    assert found({"answered": False}) == {silent}
    assert found({"answered": None}) == {phone.customer, silent}


@pytest.mark.django_db
def test_those_who_are_only_in_a_foreign_messenger_can_be_asked_for() -> None:
    MessengerFactory(code="whatsapp")
    lost = CustomerFactory(messenger="whatsapp")
    ContactPointFactory(customer=CustomerFactory(messenger="whatsapp"))

    assert found({"reachable_only_in_foreign": True}) == {lost}
    assert len(found({"reachable_only_in_foreign": False})) == 2


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"возраст": [18]}, ("unknown_key", "возраст")),
        ({"segments": "а"}, ("not_a_list", "segments")),
        ({"segments": [1]}, ("not_text", "segments")),
        ({"customer_ids": ["1"]}, ("not_a_number", "customer_ids")),
        ({"customer_ids": [True]}, ("not_a_number", "customer_ids")),
        ({"customer_ids": [2**63]}, ("not_a_number", "customer_ids")),
        ({"customer_ids": list(range(1, 10_002))}, ("list_too_long", "customer_ids")),
        ({"answered": "да"}, ("not_yes_or_no", "answered")),
        ({"reachable_only_in_foreign": 1}, ("not_yes_or_no", "reachable_only_in_foreign")),
        (["segments"], ("not_an_object", "")),
    ],
)
def test_a_filter_that_cannot_be_understood_is_refused_in_words(wanted: Any, problem: tuple[str, str]) -> None:
    assert audience_problems(wanted) == (problem,)
    assert "{" not in problem_sentence(problem)
    assert problem[1] in problem_sentence(problem)
    with pytest.raises(AudienceInvalid) as caught:
        audience(wanted, channels=tuple(Channel))
    assert caught.value.problems == (problem,)


def test_all_problems_are_told_at_once() -> None:
    assert [code for code, _ in audience_problems({"cities": 1, "answered": 2, "x": 3})] == [
        "not_a_list",
        "not_yes_or_no",
        "unknown_key",
    ]
