"""The console as each role sees it."""

import re
from collections.abc import Callable

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.people import press, staff_page
from tests.e2e.site import ROOT, Site

Shoot = Callable[[Page, str], None]

FILE = ROOT / "tests" / "data" / "customers" / "broken_cp1251.csv"
PLAIN = {
    "marketing": (
        ("overview", "/staff/"),
        ("campaigns", "/staff/campaigns/"),
        ("campaign-running", "/staff/campaigns/1/"),
        ("campaign-messages", "/staff/campaigns/1/messages/skipped/"),
        ("campaign-review", "/staff/campaigns/2/"),
        ("campaign-preview", "/staff/campaigns/2/preview/"),
        ("campaign-new", "/staff/campaigns/new/"),
        ("customers", "/staff/customers/"),
        ("no-right", "/staff/users/"),
        ("nowhere", "/staff/nowhere/"),
    ),
    "dpo": (
        ("overview-of-dpo", "/staff/"),
        ("campaign-launch", "/staff/campaigns/2/launch/"),
        ("register", "/staff/register/"),
        ("events", "/staff/register/events/"),
        ("ledger", "/staff/register/ledger/"),
        ("documents", "/staff/documents/"),
    ),
    "operator": (("overview-of-operator", "/staff/"),),
    "administrator": (
        ("users", "/staff/users/"),
        ("user-new", "/staff/users/new/"),
        ("channels", "/staff/channels/"),
        ("channel", "/staff/channels/max/"),
        ("company", "/staff/company/"),
        ("company-edit", "/staff/company/edit/"),
        ("sender", "/staff/company/sender/sms/"),
        ("second-factor", "/accounts/2fa/"),
        ("code-app", "/accounts/2fa/totp/activate/"),
        ("passkey", "/accounts/2fa/webauthn/add/"),
        ("password", "/accounts/password/change/"),
        ("reauthenticate", "/accounts/reauthenticate/"),
    ),
}


def walk(browser: Browser, site: Site, shoot: Shoot) -> None:
    """Log in as each role, open what it may see, and go deeper where a page follows from another."""
    page = browser.new_page(locale="ru-RU")
    for name, path in (("login", "login"), ("password-forgotten", "password/reset")):
        page.goto(f"{site.address}/accounts/{path}/")
        shoot(page, f"staff-{name}")
    page.close()
    deeper = {"marketing": _marketing, "dpo": _dpo, "operator": _operator, "administrator": _administrator}
    for role, pages in PLAIN.items():
        context: BrowserContext = browser.new_context(locale="ru-RU")
        page = staff_page(context, site, role)
        for name, path in pages:
            page.goto(site.address + path)
            shoot(page, f"staff-{name}")
        deeper[role](page, site, shoot)
        context.close()


def _marketing(page: Page, site: Site, shoot: Shoot) -> None:
    page.goto(f"{site.address}/staff/customers/")
    page.locator("[name=text]").first.fill("B-000004")
    press(page, "Найти")
    page.locator("main tbody a").first.click()
    shoot(page, "staff-customer")
    page.goto(f"{site.address}/staff/")
    page.locator("main a[href*='/customers/group/']").first.click()
    shoot(page, "staff-group")
    page.goto(f"{site.address}/staff/imports/")
    page.get_by_label("Файл с клиентами").set_input_files(FILE)
    page.get_by_label("Источник").fill("Выгрузка")
    press(page, "Загрузить и проверить")
    start = page.get_by_role("button", name="Загрузить клиентов")
    expect(start).to_be_visible(timeout=60_000)
    shoot(page, "staff-import-understood")
    start.click()
    expect(page.get_by_role("heading", name="Результат")).to_be_visible(timeout=60_000)
    shoot(page, "staff-import-result")
    page.goto(f"{site.address}/staff/imports/")
    shoot(page, "staff-imports")


def _dpo(page: Page, site: Site, shoot: Shoot) -> None:
    page.goto(f"{site.address}/staff/register/")
    page.locator("[name=text]").first.fill("B-000001")
    press(page, "Найти")
    shoot(page, "staff-register-found")
    page.locator("main tbody a").first.click()
    shoot(page, "staff-person")
    person = page.url
    page.get_by_role("link", name=re.compile("что записано")).first.click()
    shoot(page, "staff-event")
    page.goto(person)
    page.locator("main a[href*='/receipt/']").first.click()
    shoot(page, "staff-receipt")
    page.goto(person)
    page.get_by_role("link", name="Выгрузить доказательства").click()
    page.get_by_label(re.compile("Цель|Причина|Зачем")).first.fill("Запрос клиента о его данных")
    shoot(page, "staff-export-person")
    press(page, "Подготовить файл")
    expect(page.get_by_role("button", name="Скачать").first).to_be_visible(timeout=60_000)
    shoot(page, "staff-exports")
    page.goto(f"{site.address}/staff/documents/")
    page.locator("main tbody td a").first.click()
    shoot(page, "staff-document")
    page.goto(f"{site.address}/staff/documents/")
    page.get_by_role("link", name="Новая редакция").first.click()
    shoot(page, "staff-document-draft")
    page.goto(f"{site.address}/staff/journal/")
    shoot(page, "staff-journal")


def _operator(page: Page, site: Site, shoot: Shoot) -> None:
    page.goto(f"{site.address}/staff/customers/")
    page.locator("[name=text]").first.fill("B-000004")
    press(page, "Найти")
    page.locator("main tbody a").first.click()
    page.get_by_label(re.compile("Причина|Зачем")).first.fill("Звонок клиента")
    press(page, "Открыть контакты")
    shoot(page, "staff-customer-opened")


def _administrator(page: Page, site: Site, shoot: Shoot) -> None:
    page.goto(f"{site.address}/staff/users/")
    page.get_by_role("link", name=re.compile("Марков|Анна")).first.click()
    shoot(page, "staff-user")
