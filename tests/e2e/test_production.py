"""A server as a company runs it, with fakes in the place of the providers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import PHONE, browsing
from tests.e2e.people import CHANNELS, ask_by_sms, enter_code, heading
from tests.e2e.production import World, server_running
from tests.e2e.site import wait_for

NUMBER = "+79161234512"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with server_running(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def phone(chromium: Browser, world: World) -> Iterator[Page]:
    with browsing(chromium, world, viewport=PHONE, has_touch=True, ignore_https_errors=True) as context:
        yield context.new_page()


def test_a_customer_with_a_phone_alone_comes_in_by_a_code_in_an_sms(world: World, phone: Page) -> None:
    link = world.customer(number="S-1", name="Ёлкина Алёна Петровна", phone=NUMBER)
    phone.goto(link)
    ask_by_sms(phone)
    enter_code(phone, world.sms_code(NUMBER))

    heading(phone, CHANNELS)
    (sms,) = world.smsc.phone(NUMBER)
    assert sms.sender == "Beresta"
    wait_for(lambda: len(world.smsc.courier.answers) == 2, within=30, what="an answer to both reports")
    assert [status for status, _ in world.smsc.courier.answers] == [200, 200]
    assert NUMBER not in world.written()


def test_staff_come_in_with_a_second_factor(world: World, chromium: Browser) -> None:
    with browsing(chromium, world, viewport=PHONE, ignore_https_errors=True) as context:
        page = world.staff(context, "operator")

        assert page.url == f"{world.address}/staff/"


def test_a_person_of_max_is_heard_by_the_server(world: World) -> None:
    person = world.max_person(213_000_001)
    person.start()
    person.write("стоп")

    wait_for(lambda: person.screen, within=30, what="an answer of the bot")
