"""Contracts with platforms: what they allow today, which of them end soon, and what is no contract."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from notify.contracts import (
    contract_add,
    contract_end,
    contract_refusal,
    contracts_ending,
    contracts_listed,
)
from notify.enums import ContractKind, SkipReason, TextKind
from notify.errors import ContractRefused, ContractUnknown
from notify.models import ChannelContract, ChannelSetting
from tests.factories.notify import contract_make, contract_today

pytestmark = pytest.mark.django_db


def fields(**changes: Any) -> dict[str, Any]:
    today = contract_today()
    plain = {"channel": "max", "number": " № 17 ", "signed_on": today, "valid_from": today, "kinds": ["service"]}
    return plain | changes


def test_kinds_of_campaigns_are_kinds_of_contracts() -> None:
    assert set(TextKind.values) < set(ContractKind.values)


def test_what_was_added_allows_its_kinds_from_its_first_day_on() -> None:
    contract_add(**fields(kinds=["advertising", "service", "service"]))

    (view,) = contracts_listed()

    assert (view.number, view.kinds) == ("№ 17", (ContractKind.SERVICE, ContractKind.ADVERTISING))
    assert (view.is_in_force, view.is_ahead, view.is_over, view.ends_soon) == (True, False, False, False)
    assert contract_refusal(channel="max", kind="advertising") == ""
    assert contract_refusal(channel="max", kind="authorization") == SkipReason.NOT_IN_CONTRACT


def test_a_channel_that_needs_no_contract_refuses_nothing() -> None:
    assert contract_refusal(channel="sms", kind="authorization") == ""


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"channel": "sms"}, "channel", "not_needed"),
        ({"number": "  "}, "number", "missing"),
        ({"kinds": []}, "kinds", "missing"),
        ({"signed_on": date(2099, 1, 1)}, "signed_on", "ahead"),
        ({"valid_until": date(2001, 1, 1)}, "valid_until", "before_first_day"),
    ],
)
def test_what_is_no_contract_is_refused(changes: dict[str, Any], field: str, problem: str) -> None:
    with pytest.raises(ContractRefused) as refused:
        contract_add(**fields(**changes))

    assert refused.value.facts == {"field": field, "problem": problem}
    assert not ChannelContract.objects.exists()


def test_an_unknown_kind_is_no_kind() -> None:
    with pytest.raises(ValueError, match="oral"):
        contract_add(**fields(kinds=["oral"]))


def test_the_day_after_the_last_one_allows_nothing() -> None:
    contract = contract_make()

    assert contract_end(channel="max", contract_id=contract.pk, last_day=contract_today())
    assert contract_refusal(channel="max", kind="service") == ""
    assert contract_end(channel="max", contract_id=contract.pk, last_day=contract_today() - timedelta(days=1))
    assert contract_refusal(channel="max", kind="service") == SkipReason.NOT_IN_CONTRACT
    assert not contract_end(channel="max", contract_id=contract.pk, last_day=contract_today() - timedelta(days=1))


def test_a_contract_that_never_held_ends_on_the_day_before_its_first() -> None:
    contract = contract_make(since=0)
    eve = contract.valid_from - timedelta(days=1)

    with pytest.raises(ContractRefused):
        contract_end(channel="max", contract_id=contract.pk, last_day=eve - timedelta(days=1))
    contract_end(channel="max", contract_id=contract.pk, last_day=eve)

    assert contract_refusal(channel="max", kind="service") == SkipReason.NOT_IN_CONTRACT


def test_a_contract_of_another_channel_is_not_ended() -> None:
    contract = contract_make()

    with pytest.raises(ContractUnknown):
        contract_end(channel="sms", contract_id=contract.pk, last_day=contract_today())


@pytest.mark.parametrize(("until", "soon"), [(30, 1), (31, 0), (0, 1), (-1, 0), (None, 0)])
def test_a_month_before_its_end_a_contract_is_warned_of(until: int | None, soon: int) -> None:
    contract_make(since=-9, until=until)

    assert len(contracts_ending()) == soon


def test_a_contract_that_another_goes_on_with_is_not_warned_of() -> None:
    contract_make("service", "advertising", until=3)
    contract_make("service", since=2, number="№ 2")
    assert [view.number for view in contracts_ending()] == ["№ 1"]

    contract_make("advertising", since=4, number="№ 3")
    assert contracts_ending() == ()


def test_a_contract_from_before_kinds_goes_on_without_advertising() -> None:
    kept: Any = import_module("notify.migrations.0022_contracts_kept")
    ChannelSetting.objects.create(channel="max")
    ChannelSetting.objects.create(channel="sms")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notify_channelsetting SET contract = true, contract_note = '№ 7' WHERE channel = 'max'")
        cursor.execute(kept.KEEP)
        (view,) = contracts_listed()
        cursor.execute(kept.TAKE_BACK)

    assert (view.channel, view.number, view.signed_on, view.is_in_force) == ("max", "№ 7", None, True)
    assert view.kinds == (ContractKind.TRANSACTIONAL, ContractKind.SERVICE)
    assert contracts_listed() == ()


def test_contracts_that_are_over_stand_last() -> None:
    contract_make(since=-9, until=-2, number="прежний")
    contract_make(since=-20, number="нынешний")
    contract_make(since=5, number="следующий")

    assert [view.number for view in contracts_listed()] == ["следующий", "нынешний", "прежний"]
