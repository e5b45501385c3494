"""Linking MAX: the invitation and its end, with scripts and without."""

from datetime import timedelta

from django.utils import timezone

from consents.models import Customer
from notify.models import AccountLinkToken
from tests.portal.public.people import Walker, walked_to_level_one


def invited(customer: Customer) -> Walker:
    """A browser that shows a code for MAX."""
    walker = walked_to_level_one(customer)
    walker.press("/me/max/")
    return walker


def run_out() -> None:
    """Let a quarter of an hour pass."""
    AccountLinkToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def test_the_page_waits_while_the_code_lives(customer: Customer) -> None:
    walker = invited(customer)

    assert "<svg" in walker.text
    assert "Ждём, когда вы нажмёте «Начать»" in walker.get("/me/max/state/").content.decode()


def test_an_open_page_is_told_that_its_code_has_run_out_and_loads_again(customer: Customer) -> None:
    walker = invited(customer)
    run_out()

    answer = walker.get("/me/max/state/").content.decode()

    assert "Ждём, когда вы нажмёте «Начать»" not in answer
    assert "больше не действует" in answer
    assert 'data-live-done=""' in answer


def test_a_page_whose_code_has_run_out_shows_no_dead_code_and_offers_a_new_one(customer: Customer) -> None:
    walker = invited(customer)
    run_out()

    walker.get("/me/max/")
    assert "Прежняя ссылка больше не действует" in walker.text
    assert "data-live" not in walker.text

    walker.press("/me/max/")
    assert "Ждём, когда вы нажмёте «Начать»" in walker.text
