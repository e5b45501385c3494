"""A server as a company runs it, with fakes in the place of the providers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from portal.laptop.fakes.lookup import SECRET, LookupFake
from portal.laptop.fakes.max import Person
from tests.e2e.conftest import PHONE, browsing
from tests.e2e.people import CHANNELS, ask_by_sms, choose_channels, enter_code, heading, not_looked_at, press
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
    answers = world.smsc.courier.answers
    before = len(answers)
    phone.goto(link)
    ask_by_sms(phone)
    enter_code(phone, world.sms_code(NUMBER))

    heading(phone, CHANNELS)
    (sms,) = world.smsc.phone(NUMBER)
    assert sms.sender == "Beresta"
    wait_for(lambda: len(answers) >= before + 2, within=90, what="an answer to both reports")
    assert {status for status, _ in answers} == {200}
    assert NUMBER not in world.written()


def test_staff_come_in_with_a_second_factor(world: World, chromium: Browser) -> None:
    with browsing(chromium, world, viewport=PHONE, ignore_https_errors=True) as context:
        page = world.staff(context, "operator")

        assert page.url == f"{world.address}/staff/"


def test_a_person_of_max_is_heard_by_the_server(world: World) -> None:
    person = world.max_person(213_000_001)
    person.start()
    person.write("стоп")

    wait_for(lambda: person.screen, within=90, what="an answer of the bot")


def test_from_an_sms_to_an_operator_and_to_a_stop_that_holds(world: World, phone: Page, chromium: Browser) -> None:
    """Everything that the issue of the channels wants seen, by one customer on one server."""
    number, person = "+79161234577", world.max_person(213_000_077)
    link = world.customer(number="S-77", name="Громов Пётр Ильич", phone=number)
    world.do("scenarios")
    _linked_to_max(world, phone, link=link, number=number, person=person)

    with LookupFake() as shop:
        world.do("provider", kind="lookup", title="Заказы", fields={"url": f"{shop.url}/status", "secret": SECRET})
        _ask(person, "где мой заказ A-1001", within="в пути")
    asked = len(person.screen)
    person.write("позовите человека")
    wait_for(lambda: len(person.screen) > asked, within=180, what="a word that a person will come")
    with browsing(chromium, world, viewport=PHONE, ignore_https_errors=True) as context:
        _answered_by_an_operator(world, context)
    wait_for(lambda: _shows(person, "Курьер позвонит за час."), within=180, what="the answer of the operator")

    _ask(person, "стоп", within="Номер отказа")
    with browsing(chromium, world, viewport=PHONE, ignore_https_errors=True) as context:
        page = world.staff(context, "dpo")
        page.goto(f"{world.address}/staff/register/events/")
        expect(page.locator("main")).to_contain_text("Запрет поставлен")
    before = len(person.screen)
    spec = {"name": "После отказа", "channel": "max", "text": "Здравствуйте! ((ссылка))", "audience": {}}
    campaign_id = world.campaign(**spec)
    wait_for(
        lambda: [state for state, _ in world.do("messages", campaign_id=campaign_id, number="S-77")] == ["skipped"],
        within=180,
        what="a message that is kept back",
    )
    assert len(person.screen) == before


def _linked_to_max(world: World, phone: Page, *, link: str, number: str, person: Person) -> None:
    """Come in by a code and start the bot by the address of the page, as a phone would open it."""
    phone.goto(link)
    ask_by_sms(phone)
    enter_code(phone, world.sms_code(number))
    heading(phone, CHANNELS)
    choose_channels(phone, "MAX", look=not_looked_at)
    address = phone.get_by_role("link", name="Открыть MAX").get_attribute("href") or ""
    assert address.startswith(f"https://max.ru/{world.max.username}?start=")
    person.start(address.rpartition("=")[2])
    wait_for(lambda: _shows(person, "MAX подключён"), within=180, what="an answer of the bot")


def _ask(person: Person, text: str, *, within: str) -> None:
    person.write(text)
    wait_for(lambda: _shows(person, within), within=180, what=f"an answer with {within!r}")


def _shows(person: Person, words: str) -> bool:
    return any(words in shown.text for shown in person.screen)


def _answered_by_an_operator(world: World, context: BrowserContext) -> None:
    page = world.staff(context, "operator")
    page.goto(f"{world.address}/staff/inbox/")
    page.locator("main .inbox a").first.click()
    page.locator("[name=text]").fill("Курьер позвонит за час.")
    press(page, "Отправить")
    expect(page.locator("main")).to_contain_text("Курьер позвонит за час.")
