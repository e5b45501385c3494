"""Counters that slow guessing: what stops a source, what only says that somebody must look, whom a limit spares."""

import logging

import pytest
from django.test import Client
from pytest_django import Settings

from consents.models import Customer, Verification
from notify.links import tokens
from portal.visits.throttle import CODES_OF_VISIT, unknown_link_hit
from tests.portal.public.people import Walker, contact_of, half_an_hour_later, link_for, walked_to_level_one

pytestmark = pytest.mark.usefixtures("clock")
"""Tries are counted by windows of the clock: it stands still, so that no window ends among them."""


def said(caplog: pytest.LogCaptureFixture) -> list[int]:
    """Levels of what was said loudly."""
    return [record.levelno for record in caplog.records if record.levelno >= logging.ERROR]


def test_guesses_from_many_addresses_are_logged_once_a_minute_and_at_a_storm(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    heard = []
    for number in range(520):
        assert unknown_link_hit(f"198.51.{number // 250}.{number % 250}")
        heard.append(len(said(caplog)))

    assert (heard[49], heard[50], heard[499], heard[500], heard[519]) == (0, 1, 1, 2, 2)
    assert said(caplog) == [logging.ERROR, logging.CRITICAL]
    assert "198.51" not in caplog.text


def test_unknown_tokens_at_the_unsubscribe_address_are_counted_too(
    company: None, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(60):
        Client(REMOTE_ADDR=f"198.51.100.{number}").post(f"/u/{tokens.token_new()}", {"List-Unsubscribe": "One-Click"})

    assert said(caplog) == [logging.ERROR]


def test_many_people_behind_one_address_get_their_codes(customer: Customer) -> None:
    statuses = []
    for _ in range(CODES_OF_VISIT.most + 5):
        walker = Walker()
        walker.open_link(link_for(customer))
        statuses.append(walker.press("/me/code/enter/", code="123456").status_code)

    assert set(statuses) == {200}


def test_one_visit_that_hammers_is_stopped_and_the_next_one_from_its_address_is_not(customer: Customer) -> None:
    walker, neighbour = Walker(), Walker()
    for one in (walker, neighbour):
        one.open_link(link_for(customer))

    statuses = [walker.press("/me/code/enter/", code="123456").status_code for _ in range(CODES_OF_VISIT.most + 2)]

    assert statuses == [200] * CODES_OF_VISIT.most + [429] * 2
    assert "За этот сеанс" in walker.text
    assert neighbour.press("/me/code/enter/", code="123456").status_code == 200


def test_the_limit_of_an_address_is_a_setting_and_says_that_it_is_about_codes(
    customer: Customer, settings: Settings
) -> None:
    settings.CODES_PER_ADDRESS = 2
    walker = Walker()
    walker.open_link(link_for(customer))

    statuses = [walker.press("/me/code/enter/", code="123456").status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert "вводят коды" in walker.text
    assert "ссылок" not in walker.text


@pytest.mark.parametrize("way", ["phone", "email"])
def test_who_is_let_in_cannot_have_codes_sent_to_number_after_number(
    customer: Customer, settings: Settings, way: str
) -> None:
    settings.CODES_PER_ADDRESS = 5
    walker = walked_to_level_one(customer)

    values = {"phone": "+7926765{:04d}", "email": "anna{:04d}@yandex.ru"}
    statuses = [
        walker.press(f"/me/contacts/{way}/", value=values[way].format(number)).status_code for number in range(6)
    ]

    assert statuses == [200] * 3 + [429] * 3
    assert Verification.objects.filter(is_new_contact=True).count() == 3


def test_asking_for_the_code_of_a_chosen_channel_is_counted_too(customer: Customer, settings: Settings) -> None:
    walker = walked_to_level_one(customer)
    half_an_hour_later()
    settings.CODES_PER_ADDRESS = 2

    assert walker.choose("email").status_code == 429
    assert Verification.objects.count() == 1
    assert walker.get("/me/next/").request["PATH_INFO"] == "/me/contacts/confirm/"
    assert contact_of(customer).value == "+79161234512"
