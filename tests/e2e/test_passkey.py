"""A passkey in a real browser: registered, used as the second step, used alone; and refused where it cannot work."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.people import authenticator_built_in, heading, press
from tests.e2e.site import Site


@pytest.fixture
def laptop(desktop: BrowserContext) -> Iterator[Page]:
    """Yield a page of a browser that has an authenticator built in."""
    page = desktop.new_page()
    devices = authenticator_built_in(page)
    yield page
    devices.detach()


def test_a_passkey_is_registered_and_logs_in_alone_and_as_the_second_step(site: Site, laptop: Page) -> None:
    address = site.address.replace("127.0.0.1", "localhost")
    _password(laptop, address, site)
    expect(laptop).to_have_url(f"{address}/staff/")

    _register(laptop, address)
    _leave(laptop, address)
    _alone(laptop, address)
    _leave(laptop, address)
    _second_step(laptop, address, site)


def test_where_the_address_is_a_number_the_page_says_why_and_where_to_go(site: Site, laptop: Page) -> None:
    laptop.goto(f"{site.address}/accounts/login/")
    assert laptop.get_by_role("button", name="Войти по ключу доступа").count() == 0
    way_out = laptop.get_by_role("link", name=re.compile("localhost"))

    way_out.click()

    expect(laptop).to_have_url(re.compile(r"^http://localhost:\d+/accounts/login/$"))
    expect(laptop.get_by_role("button", name="Войти по ключу доступа")).to_be_visible()


def _password(page: Page, address: str, site: Site) -> None:
    email, password = site.account("operator")
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("Электронная почта").fill(email)
    page.get_by_label("Пароль").fill(password)
    press(page, "Войти")


def _register(page: Page, address: str) -> None:
    page.goto(f"{address}/accounts/2fa/webauthn/add/")
    page.get_by_label("Название").fill("Рабочий ноутбук")
    page.get_by_label("Входить одним этим ключом, без пароля").check()
    press(page, "Добавить ключ")
    expect(page.get_by_role("heading", name="Резервные коды")).to_be_visible()
    page.goto(f"{address}/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("Рабочий ноутбук")
    expect(page.locator("main")).to_contain_text("вход без пароля")


def _alone(page: Page, address: str) -> None:
    page.goto(f"{address}/accounts/login/")
    press(page, "Войти по ключу доступа")
    expect(page).to_have_url(f"{address}/staff/")
    heading(page, "Обзор")


def _second_step(page: Page, address: str, site: Site) -> None:
    _password(page, address, site)
    heading(page, "Второй фактор")
    page.goto(f"{address}/staff/")
    heading(page, "Второй фактор")
    press(page, "Использовать ключ доступа")
    expect(page).to_have_url(f"{address}/staff/")


def _leave(page: Page, address: str) -> None:
    page.goto(f"{address}/staff/")
    page.locator(".whoami form[action='/accounts/logout/'] button").first.click()
    expect(page).to_have_url(re.compile(r"localhost:\d+/accounts/login/$"))
