"""Looks at accounts over a real socket, what is kept of them, and what is said to whoever reads the log."""

import logging
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from notify.channels.base import AccountState, TemporarilyUnavailable
from notify.errors import SetupMissing
from notify.models import ProviderSetup, ProviderState
from notify.outbox.carriers import breaker_open
from notify.provider_setups import setup_change, setup_create
from notify.providers.checks import (
    ProviderHealth,
    SetupCheck,
    check_store,
    providers_check,
    providers_health,
    setup_check,
)
from notify.providers.order import setup_switch
from notify.tasks import check_providers
from tests.fakes.loft_kind import KEY, LoftFake, loft_fields

pytestmark = pytest.mark.django_db


def _health(name: str) -> ProviderHealth:
    return next(one for one in providers_health() if one.name == name)


class TestLooks:
    """One look at one set-up."""

    def test_an_account_is_looked_at_over_the_wire(self, loft: str) -> None:
        assert setup_check(name=loft) == SetupCheck(
            account=AccountState(name="Голубятня на крыше", balance=Decimal("1234.50"), currency="RUB")
        )

    def test_one_that_is_off_is_looked_at_too(self, loft: str) -> None:
        setup_switch(name=loft, is_on=False)

        assert setup_check(name=loft).trouble == ""

    def test_one_without_an_adapter_is_checked_by_itself(self, fake: LoftFake) -> None:
        name = setup_create(kind="nest", title="", fields={"url": fake.url, "password": "wrong-key"})

        assert setup_check(name=name) == SetupCheck(trouble="http_401")
        fake.keys.add("wrong-key")
        assert setup_check(name=name).account is not None

    def test_a_wrong_key_and_a_silent_provider_are_told_apart(self, loft: str, fake: LoftFake) -> None:
        fake.keys.clear()
        wrong = setup_check(name=loft)
        fake.stop()

        assert (wrong.trouble, setup_check(name=loft).trouble) == ("http_401", "no_connection")

    def test_an_answer_that_breaks_the_adapter_is_a_finding(
        self, loft: str, fake: LoftFake, caplog: pytest.LogCaptureFixture
    ) -> None:
        fake.notes = None  # type: ignore[assignment]  # what no provider should answer

        assert setup_check(name=loft) == SetupCheck(trouble="broke_TypeError")
        assert KEY not in caplog.text

    def test_one_that_cannot_be_used_says_so(self, loft: str, settings: Settings) -> None:
        settings.FIELD_KEY = b"another" * 6

        assert setup_check(name=loft) == SetupCheck(trouble="unusable")

    def test_one_that_is_not_there_is_missing(self) -> None:
        with pytest.raises(SetupMissing):
            setup_check(name="none")

    def test_one_of_the_environment_is_looked_at_by_the_same_way(self) -> None:
        assert setup_check(name="smtp").trouble == "no_connection"

    def test_a_look_opens_no_breaker(self, loft: str, fake: LoftFake) -> None:
        fake.keys.clear()
        check_store(name=loft, check=setup_check(name=loft))

        assert (_health(loft).failures, _health(loft).check_trouble) == (0, "http_401")


class TestTheClock:
    """Every provider that is on and has an account."""

    def test_keeps_the_account_and_a_repeat_keeps_the_same(self, loft: str) -> None:
        check_providers()
        first = _health(loft)
        check_providers()

        assert first.account == AccountState(
            name="Голубятня на крыше", balance=Decimal("1234.50"), currency="RUB", notes=()
        )
        assert (_health(loft).account, ProviderState.objects.count()) == (first.account, 1)
        assert first.checked_at is not None

    def test_leaves_those_alone_that_are_off_or_have_no_account(self, loft: str, fake: LoftFake) -> None:
        setup_switch(name=loft, is_on=False)

        providers_check()

        assert (fake.calls, ProviderState.objects.count()) == ([], 0)

    def test_one_that_breaks_does_not_keep_the_next_from_its_look(self, loft: str) -> None:
        with LoftFake() as broken:
            broken.notes = None  # type: ignore[assignment]  # what no provider should answer
            first = setup_create(kind="loft", title="", fields=loft_fields(broken.url))
            ProviderSetup.objects.filter(name=first).update(place=0)

            providers_check()

        assert (_health(first).check_trouble, _health(loft).check_trouble) == ("broke_TypeError", "")

    def test_a_low_balance_is_logged_and_one_at_the_limit_is_not(
        self, loft: str, fake: LoftFake, caplog: pytest.LogCaptureFixture
    ) -> None:
        setup_change(name=loft, title="", fields=loft_fields(fake.url), balance_warn=Decimal("1234.50"))
        providers_check()
        assert "low_balance" not in caplog.text

        fake.balance = "1234.49"
        providers_check()

        assert _health(loft).warnings == ("low_balance",)
        assert f"provider {loft}: low_balance" in caplog.text
        assert KEY not in caplog.text

    @pytest.mark.parametrize(("days", "is_near"), [(-1, True), (7, True), (8, False)])
    def test_an_end_of_the_paid_time_is_near_within_a_week(
        self, loft: str, fake: LoftFake, days: int, is_near: bool
    ) -> None:
        fake.paid_until = (timezone.localdate() + timedelta(days=days)).isoformat()

        providers_check()

        assert _health(loft).is_paid_time_ending is is_near

    def test_words_of_the_provider_and_an_open_breaker_are_passed_on(
        self, loft: str, fake: LoftFake, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.WARNING)
        fake.notes = ["roof_leaks"]
        breaker_open(provider=loft, error=TemporarilyUnavailable("no_connection", 60))

        providers_check()

        assert _health(loft).warnings == ("failing", "roof_leaks")
        assert _health(loft).open_until is not None
        assert f"provider {loft}: failing no_connection" in caplog.text

    def test_a_failed_look_forgets_the_balance_of_before(self, loft: str, fake: LoftFake) -> None:
        providers_check()
        fake.keys.clear()

        providers_check()

        assert (_health(loft).account, _health(loft).warnings) == (None, ("check_failed",))

    def test_one_that_is_off_warns_of_nothing(self, loft: str, fake: LoftFake) -> None:
        fake.notes = ["roof_leaks"]
        providers_check()

        setup_switch(name=loft, is_on=False)

        assert _health(loft).warnings == ()

    @pytest.mark.parametrize("kept", [{"name": "x"}, {"balance": "много", "notes": []}, {"age": 7, "notes": []}])
    def test_what_another_release_kept_is_no_crash(self, loft: str, kept: dict[str, object]) -> None:
        ProviderState.objects.create(name=loft, account=kept)

        assert _health(loft).account is None


def test_providers_of_the_environment_come_last(loft: str) -> None:
    assert [(one.name, one.setup is None) for one in providers_health()] == [(loft, False), ("smtp", True)]
