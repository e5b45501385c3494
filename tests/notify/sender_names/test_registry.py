"""The registry of senders' names, and what it says of a set-up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notify.enums import Operator, SenderNameState, Traffic
from notify.errors import SenderNameMissing, SenderNameRefused
from notify.provider_setups import setup_create
from notify.sender_names.coverage import OPERATORS, Uncovered, senders_unapproved, uncovered
from notify.sender_names.registry import (
    sender_name_change,
    sender_name_create,
    sender_name_read,
    sender_names_listed,
    template_add,
    template_approve,
    template_remove,
)
from tests.factories.providers import sender_fields

pytestmark = pytest.mark.django_db

TEXT = "Проверьте контакты: https://example.ru/k/1"


@pytest.fixture
def setup() -> str:
    """A provider of SMS that sends as Romashka."""
    return setup_create(kind="smsru", title="СМС", fields={"api_id": "key", "sender": "Romashka"})


def lacking(setup: str, traffic: Traffic = Traffic.SERVICE) -> Uncovered | None:
    return uncovered(provider=setup, traffic=traffic, texts=[TEXT])


@pytest.mark.parametrize("name", ["AB", "Длинное", "TwelveSigns1", "79161234567", "two words", ""])
def test_a_name_that_no_operator_takes_is_refused(setup: str, name: str) -> None:
    with pytest.raises(SenderNameRefused) as caught:
        sender_name_create(fields=sender_fields(name=name))

    assert caught.value.facts["problem"] == "name_shape"


def test_a_name_is_kept_once_for_an_operator_and_a_traffic(setup: str) -> None:
    sender_name_create(fields=sender_fields())
    sender_name_create(fields=sender_fields(operator="mts"))

    with pytest.raises(SenderNameRefused) as caught:
        sender_name_create(fields=sender_fields(state="requested"))

    assert caught.value.facts["problem"] == "name_twice"
    assert len(sender_names_listed()) == 2


def test_a_name_needs_a_set_up_but_outlasts_it(setup: str) -> None:
    with pytest.raises(SenderNameRefused) as caught:
        sender_name_create(fields=sender_fields(provider="nobody"))

    assert caught.value.facts["problem"] == "provider_unknown"


def test_what_is_changed_is_read_again(setup: str) -> None:
    number = sender_name_create(fields=sender_fields())

    sender_name_change(sender_name_id=number, fields=sender_fields(state="refused", note="нет договора"))

    name = sender_name_read(sender_name_id=number)
    assert (name.state, name.note, name.is_in_force) == (SenderNameState.REFUSED, "нет договора", False)


def test_a_name_that_nobody_keeps_is_missing() -> None:
    with pytest.raises(SenderNameMissing):
        sender_name_read(sender_name_id=1)
    with pytest.raises(SenderNameMissing):
        template_add(sender_name_id=1, text="Код %d", is_approved=True)


def test_templates_are_added_once_approved_and_removed(setup: str) -> None:
    number = sender_name_create(fields=sender_fields())
    first = template_add(sender_name_id=number, text="Код %d", is_approved=False)
    again = template_add(sender_name_id=number, text=" Код %d\r\n", is_approved=True)

    assert first == again
    assert sender_name_read(sender_name_id=number).approved_templates == ("Код %d",)

    template_approve(sender_name_id=number, template_id=first, is_approved=False)
    assert sender_name_read(sender_name_id=number).approved_templates == ()

    template_remove(sender_name_id=number, template_id=first)
    with pytest.raises(SenderNameMissing):
        template_approve(sender_name_id=number, template_id=first, is_approved=True)


def test_a_template_of_another_name_is_not_touched(setup: str) -> None:
    number = sender_name_create(fields=sender_fields())
    other = sender_name_create(fields=sender_fields(operator="mts"))
    template = template_add(sender_name_id=number, text="Код %d", is_approved=True)

    template_remove(sender_name_id=other, template_id=template)
    with pytest.raises(SenderNameMissing):
        template_approve(sender_name_id=other, template_id=template, is_approved=False)

    assert sender_name_read(sender_name_id=number).approved_templates == ("Код %d",)


def test_a_set_up_without_an_approved_name_is_named(setup: str) -> None:
    assert [one.provider for one in senders_unapproved()] == [setup]

    sender_name_create(fields=sender_fields(state="requested"))
    assert [one.provider for one in senders_unapproved()] == [setup]

    sender_name_create(fields=sender_fields(operator="mts"))
    assert senders_unapproved() == []


def test_a_number_in_place_of_a_name_needs_no_approval() -> None:
    name = setup_create(kind="exolve", title="", fields={"api_key": "key", "sender": "79001112233"})

    found = lacking(name)

    assert senders_unapproved() == []
    assert found is not None
    assert found.is_unnamed


def test_a_name_of_all_operators_covers_everything(setup: str) -> None:
    sender_name_create(fields=sender_fields())

    assert lacking(setup) is None


def test_operators_without_an_approval_are_named(setup: str) -> None:
    sender_name_create(fields=sender_fields(operator="megafon"))

    found = lacking(setup)

    assert found is not None
    # A name of MegaFon's holds in Yota.
    assert found.operators == (Operator.MTS, Operator.BEELINE, Operator.T2)


@pytest.mark.parametrize(
    "fields",
    [
        {"traffic": "advertising"},
        {"traffic": "transactional"},
        {"state": "requested"},
        {"state": "ended"},
        {"name": "Other"},
    ],
)
def test_what_is_approved_for_something_else_covers_nothing(setup: str, fields: dict[str, str]) -> None:
    sender_name_create(fields=sender_fields(**fields))

    found = lacking(setup)

    assert found is not None
    assert found.operators == OPERATORS


def test_an_approval_ends_after_its_last_day(setup: str) -> None:
    today = timezone.localdate()
    number = sender_name_create(fields=sender_fields(valid_until=today))
    assert lacking(setup) is None

    sender_name_change(sender_name_id=number, fields=sender_fields(valid_until=today - timedelta(days=1)))
    assert lacking(setup) is not None


def test_a_text_that_fits_no_approved_template_is_named(setup: str) -> None:
    sender_name_create(fields=sender_fields())
    number = sender_name_create(fields=sender_fields(operator="mts"))
    template_add(sender_name_id=number, text="Код %d", is_approved=True)
    template_add(sender_name_id=number, text="Проверьте контакты: %w", is_approved=False)

    found = lacking(setup)

    assert found is not None
    assert (found.operators, found.templates) == ((), (Operator.MTS,))

    template_add(sender_name_id=number, text="Проверьте контакты: %w", is_approved=True)
    assert lacking(setup) is None


def test_a_provider_of_the_environment_has_no_names() -> None:
    assert lacking("sandbox") is None
