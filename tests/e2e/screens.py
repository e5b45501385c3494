"""Takes the pictures in docs/screens: every screen at 360 px and at 1280 px, of a site started for it.

``make screens``. Staff pages are taken with the demo company, customer pages with its first customer.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.conftest import ARGUMENTS, CHROMIUM
from tests.e2e.people import press, prove_by_sms, staff_page
from tests.e2e.site import ROOT, Site, site_running

FOLDER = ROOT / "docs" / "screens"
WIDTHS = (360, 1280)
HEIGHT = 800

STAFF = {
    "marketing": (
        ("overview", "/staff/"),
        ("imports", "/staff/imports/"),
        ("campaigns", "/staff/campaigns/"),
        ("campaign-running", "/staff/campaigns/1/"),
        ("campaign-review", "/staff/campaigns/2/"),
        ("campaign-preview", "/staff/campaigns/2/preview/"),
        ("campaign-new", "/staff/campaigns/new/"),
        ("customers", "/staff/customers/"),
    ),
    "dpo": (
        ("campaign-launch", "/staff/campaigns/2/launch/"),
        ("register", "/staff/register/"),
        ("documents", "/staff/documents/"),
        ("exports", "/staff/exports/"),
        ("journal", "/staff/journal/"),
    ),
    "administrator": (
        ("users", "/staff/users/"),
        ("channels", "/staff/channels/"),
        ("company", "/staff/company/"),
        ("second-factor", "/accounts/2fa/"),
    ),
}
SANDBOX = (("sandbox", "/sandbox/"), ("sandbox-phone", "/sandbox/phone/"), ("sandbox-max", "/sandbox/max/"))


def main() -> None:
    """Start a site, walk through it, keep each screen at both widths."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="mostik-screens-") as folder,
        site_running(Path(folder) / "var", own_mailbox=True) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for walk in (_staff, _customer, _entrance):
            walk(browser, site)
        browser.close()


@contextmanager
def _window(browser: Browser) -> Iterator[tuple[Page, Callable[[str], None]]]:
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    yield page, lambda name: _shoot(page, name)
    context.close()


def _shoot(page: Page, name: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.screenshot(path=FOLDER / f"{name}-{width}.png", full_page=True)
    sys.stdout.write(f"{name}\n")


def _staff(browser: Browser, site: Site) -> None:
    with _window(browser) as (page, shoot):
        page.goto(f"{site.address}/accounts/login/")
        shoot("staff-login")
        for name, path in SANDBOX:
            page.goto(site.address + path)
            shoot(name)
    for role, pages in STAFF.items():
        context = browser.new_context(locale="ru-RU")
        page = staff_page(context, site, role)
        for name, path in pages:
            page.goto(site.address + path)
            _shoot(page, f"staff-{name}")
        if role == "dpo":
            _person(page, site)
        context.close()


def _person(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/staff/register/")
    page.locator("[name=text]").fill("B-000004")
    press(page, "Найти")
    _shoot(page, "staff-register-found")
    page.locator("main tbody a").first.click()
    _shoot(page, "staff-person")
    for name, path in (("events", "/staff/register/events/"), ("ledger", "/staff/register/ledger/")):
        page.goto(site.address + path)
        _shoot(page, f"staff-{name}")


def _entrance(browser: Browser, site: Site) -> None:
    with _window(browser) as (page, shoot):
        page.goto(site.address)
        shoot("customer-0-entrance")
        page.goto(f"{site.address}/k/00000000000000000000000000")
        shoot("customer-0-unknown-link")
        page.goto(f"{site.address}/policy/")
        shoot("customer-0-policy")


def _customer(browser: Browser, site: Site) -> None:
    with _window(browser) as (page, shoot):
        page.goto(site.personal_link())
        shoot("customer-1-landing")
        page.goto(f"{site.address}/me/refuse/")
        shoot("customer-1-refuse")
        page.goto(f"{site.address}/me/")
        press(page, "Продолжить")
        shoot("customer-2-code-choice")
        prove_by_sms(page, site, site.first_phone())
        if page.url.endswith("/me/home/"):
            page.goto(f"{site.address}/me/contacts/")
        shoot("customer-3-contacts")
        press(page, "Всё верно")
        shoot("customer-4-channels")
        page.get_by_role("checkbox", name=re.compile("СМС")).check()
        page.get_by_role("checkbox", name=re.compile("MAX")).check()
        press(page, "Продолжить")
        _questions(page, shoot)
        page.goto(f"{site.address}/me/home/")
        shoot("customer-7-home")
        page.goto(f"{site.address}/me/history/")
        shoot("customer-7-history")
        page.goto(f"{site.address}/me/data/")
        shoot("customer-7-own-data")
        page.goto(f"{site.address}/me/home/")
        page.get_by_role("button", name=re.compile("Выключить")).first.click()
        page.locator("a[href*='/me/receipt/']").first.click()
        shoot("customer-7-receipt")
        page.goto(f"{site.address}/me/refuse/")
        press(page, "Отказаться")
        shoot("customer-8-refused")


def _questions(page: Page, shoot: Callable[[str], None]) -> None:
    for step in range(12):
        if "/me/rules/" in page.url:
            shoot("customer-5-rules")
            page.get_by_role("checkbox").check()
            press(page, "Принимаю правила")
        elif "/me/consent/" in page.url:
            shoot("customer-5-consent")
            page.get_by_role("checkbox").check()
            page.locator("button[value=grant]").first.click()
        elif "/me/offers/" in page.url:
            shoot("customer-5-offers")
            press(page, "Нет, спасибо")
        elif page.url.endswith("/me/max/"):
            if page.get_by_role("button", name="Получить код для MAX").count():
                press(page, "Получить код для MAX")
            shoot("customer-6-max")
            press(page, "Пропустить")
        else:
            shoot("customer-7-done" if page.url.endswith("/me/done/") else f"customer-5-step-{step}")
            return


if __name__ == "__main__":
    main()
