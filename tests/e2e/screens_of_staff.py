"""The console as each role sees it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.e2e.people import confirm_password, press, staff_page
from tests.e2e.site import ROOT, Site
from tests.e2e.watch import watch

Shoot = Callable[[Page, str], None]

FILE = ROOT / "tests" / "data" / "customers" / "broken_cp1251.csv"
SLOW = "По утрам"
"""A campaign that still runs when its page is opened: it writes in one minute of a day."""
LONG = 120_000
"""Rows of a file that is still being read while both pictures are taken."""
PLAIN = {
    "marketing": (
        ("overview", "/staff/"),
        ("campaigns", "/staff/campaigns/"),
        ("campaign-running", "/staff/campaigns/1/"),
        ("campaign-people", "/staff/campaigns/1/people/planned/"),
        ("campaign-messages", "/staff/campaigns/1/messages/skipped/"),
        ("campaign-messages-unknown", "/staff/campaigns/1/messages/unknown/"),
        ("campaign-messages-failed", "/staff/campaigns/1/messages/failed/"),
        ("campaign-review", "/staff/campaigns/2/"),
        ("campaign-preview", "/staff/campaigns/2/preview/"),
        ("campaign-new", "/staff/campaigns/new/"),
        ("scenarios", "/staff/scenarios/"),
        ("scenario", "/staff/scenarios/faq_move/"),
        ("scenario-new", "/staff/scenarios/new/"),
        ("scenario-edit", "/staff/scenarios/status/edit/"),
        ("scenario-publish", "/staff/scenarios/status/publish/"),
        ("customers", "/staff/customers/"),
        ("ready-answers", "/staff/inbox/ready/"),
        ("ready-answer", "/staff/inbox/ready/1/"),
        ("no-right", "/staff/users/"),
        ("nowhere", "/staff/nowhere/"),
        ("not-by-link", "/staff/campaigns/1/pause/"),
        ("missing", "/staff/campaigns/999/"),
    ),
    "dpo": (
        ("overview-of-dpo", "/staff/"),
        ("campaign-launch", "/staff/campaigns/2/launch/"),
        ("campaign-revoke", "/staff/campaigns/1/links/revoke/"),
        ("register", "/staff/register/"),
        ("events", "/staff/register/events/"),
        ("ledger", "/staff/register/ledger/"),
        ("documents", "/staff/documents/"),
        ("channel-codes", "/staff/channels/max/codes/"),
    ),
    "operator": (("overview-of-operator", "/staff/"), ("inbox", "/staff/inbox/")),
    "administrator": (
        ("users", "/staff/users/"),
        ("user-new", "/staff/users/new/"),
        ("sender-domain", "/staff/channels/email/domain/"),
        ("provider-kinds", "/staff/providers/new/"),
        ("contract", "/staff/channels/max/contracts/new/"),
        ("company", "/staff/company/"),
        ("company-edit", "/staff/company/edit/"),
        ("sender", "/staff/company/sender/sms/"),
        ("second-factor", "/accounts/2fa/"),
        ("password", "/accounts/password/change/"),
        ("reauthenticate", "/accounts/reauthenticate/"),
    ),
}


def walk(browser: Browser, site: Site, shoot: Shoot) -> None:
    """Log in as each role, open what it may see, and go deeper where a page follows from another."""
    deeper = {"marketing": _marketing, "dpo": _dpo, "operator": _operator, "administrator": _administrator}
    for role, pages in PLAIN.items():
        context = browser.new_context(locale="ru-RU")
        watch(context)
        page = staff_page(context, site, role)
        for name, path in pages:
            page.goto(site.address + path)
            shoot(page, f"staff-{name}")
        deeper[role](page, site, shoot)
        context.close()


def walk_through_a_long_file(browser: Browser, site: Site, shoot: Shoot) -> None:
    """Look at a file while it runs. The last walk of all: its customers would stand in every other picture."""
    file = site.var_dir / "clients.csv"
    rows = "".join(f"{number};Петров Пётр;+7916{number:07d}\n" for number in range(LONG))
    file.write_text(f"Код;ФИО;Телефон\n{rows}")
    context = browser.new_context(locale="ru-RU")
    watch(context)
    page = staff_page(context, site, "marketing")
    _upload(page, site, file)
    start = page.get_by_role("button", name="Загрузить клиентов")
    expect(start).to_be_visible(timeout=120_000)
    start.click()
    expect(page.locator("main")).to_contain_text("Загружаем клиентов", timeout=60_000)
    page.reload()
    shoot(page, "staff-import-running")
    context.close()


def _upload(page: Page, site: Site, file: Path) -> None:
    page.goto(f"{site.address}/staff/imports/")
    page.get_by_label("Файл с клиентами").set_input_files(file)
    page.get_by_label("Источник").fill("Выгрузка")
    press(page, "Проверить файл")


def _marketing(page: Page, site: Site, shoot: Shoot) -> None:
    page.goto(f"{site.address}/staff/me/tests/")
    page.get_by_label("Номер телефона").fill("+7 916 000-00-00")
    press(page, "Получить код")
    press(page, "Подключить MAX")
    shoot(page, "staff-own-contacts")
    page.goto(f"{site.address}/staff/campaigns/new/?copy=2")
    press(page, "Сохранить черновик")
    shoot(page, "staff-campaign-draft")
    page.get_by_role("link", name="Изменить", exact=True).click()
    shoot(page, "staff-campaign-edit")
    page.locator("[name=name]").fill(SLOW)
    page.locator("[name=send_from]").select_option("09:00")
    page.locator("[name=send_until]").select_option("09:30")
    press(page, "Сохранить черновик")
    press(page, "На проверку")
    page.goto(f"{site.address}/staff/customers/")
    page.locator("[name=text]").first.fill("B-000004")
    press(page, "Найти")
    page.locator("main tbody a").first.click()
    shoot(page, "staff-customer")
    page.goto(f"{site.address}/staff/")
    page.locator("main a[href*='/customers/group/']").first.click()
    shoot(page, "staff-group")
    page.goto(f"{site.address}/staff/scenarios/faq_move/edit/")
    page.locator("[name=sentence]").fill("А почему больше не в ватсапе?")
    press(page, "Попробовать")
    shoot(page, "staff-scenario-try")
    _upload(page, site, FILE)
    start = page.get_by_role("button", name="Загрузить клиентов")
    expect(start).to_be_visible(timeout=60_000)
    shoot(page, "staff-import-understood")
    start.click()
    expect(page.get_by_role("heading", name="Результат")).to_be_visible(timeout=60_000)
    shoot(page, "staff-import-result")
    page.goto(f"{site.address}/staff/imports/")
    shoot(page, "staff-imports")


def _dpo(page: Page, site: Site, shoot: Shoot) -> None:
    page.goto(f"{site.address}/staff/inbox/")
    page.locator("main .inbox a").last.click()
    press(page, "Взять в работу")
    page.goto(f"{site.address}/staff/register/")
    page.locator("[name=text]").first.fill("B-000001")
    press(page, "Найти")
    shoot(page, "staff-register-found")
    page.locator("main tbody a").first.click()
    shoot(page, "staff-person")
    person = page.url
    page.get_by_role("link", name=re.compile("подробности записи")).first.click()
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
    page.goto(f"{site.address}/staff/register/max/")
    page.get_by_label("Служебный номер").fill(site.contact("B-000001", "max") or "5000001")
    press(page, "Найти")
    shoot(page, "staff-max-answer")
    page.goto(f"{site.address}/staff/documents/")
    page.locator("main tbody td a").first.click()
    shoot(page, "staff-document")
    page.goto(f"{site.address}/staff/documents/")
    page.get_by_role("link", name="Новая редакция").first.click()
    shoot(page, "staff-document-draft")
    press(page, "Сохранить черновик")
    page.get_by_role("link", name="Опубликовать").click()
    shoot(page, "staff-document-publish")
    page.goto(f"{site.address}/staff/journal/")
    shoot(page, "staff-journal")
    page.goto(f"{site.address}/staff/campaigns/")
    page.get_by_role("link", name=SLOW).click()
    page.get_by_role("link", name="Проверить и запустить").click()
    page.get_by_role("button", name=re.compile("^Запустить")).click()
    confirm_password(page, site, "dpo")
    page.get_by_role("link", name="Остановить").click()
    shoot(page, "staff-campaign-stop")


def _operator(page: Page, site: Site, shoot: Shoot) -> None:
    _inbox(page, site, shoot)
    page.goto(f"{site.address}/staff/customers/")
    page.locator("[name=text]").first.fill("B-000004")
    press(page, "Найти")
    page.locator("main tbody a").first.click()
    page.get_by_label(re.compile("Причина|Зачем")).first.fill("Звонок клиента")
    press(page, "Открыть контакты")
    shoot(page, "staff-customer-opened")
    page.get_by_role("link", name="Закрыть ссылки клиента").click()
    shoot(page, "staff-customer-links")
    card = f"{site.address}/staff/customers/{site.stopped_customer()}/"
    page.goto(card)
    page.get_by_role("link", name="Записать отказ").click()
    shoot(page, "staff-customer-refusal")
    page.goto(card)
    page.get_by_role("link", name="Снять запрет").first.click()
    shoot(page, "staff-customer-lift")


def _inbox(page: Page, site: Site, shoot: Shoot) -> None:
    """Answer the first customer; the DPO has claimed the second, and keeps them."""
    page.goto(f"{site.address}/staff/inbox/")
    page.locator("main .inbox a").first.click()
    page.locator("[name=text]").fill("Здравствуйте! Карту привезут завтра.")
    press(page, "Отправить")
    page.locator("[name=note]").fill("Уточнить время у курьера")
    press(page, "Сохранить заметку")
    shoot(page, "staff-inbox-dialogue")
    page.goto(f"{site.address}/staff/inbox/")
    page.locator("main .inbox a").last.click()
    shoot(page, "staff-inbox-dialogue-of-another")
    page.goto(f"{site.address}/staff/inbox/")
    page.locator("[name=text]").first.fill("карта")
    press(page, "Найти")
    shoot(page, "staff-inbox-found")


def _administrator(page: Page, site: Site, shoot: Shoot) -> None:
    today = datetime.now(UTC).date()
    page.goto(f"{site.address}/staff/channels/max/contracts/new/")
    page.locator("[name=number]").fill("№ 17")
    page.locator("[name=signed_on]").fill(today.isoformat())
    page.locator("[name=valid_from]").fill(today.isoformat())
    page.locator("[name=valid_until]").fill((today + timedelta(days=20)).isoformat())
    page.get_by_label("сервисные сообщения").check()
    press(page, "Записать договор")
    shoot(page, "staff-channel")
    page.get_by_role("link", name="Завершить").click()
    shoot(page, "staff-contract-end")
    page.goto(f"{site.address}/staff/channels/")
    shoot(page, "staff-channels")
    page.goto(f"{site.address}/staff/users/")
    page.get_by_role("link", name=re.compile("Марков|Анна")).first.click()
    shoot(page, "staff-user")
    _providers(page, site, shoot)
    _sender_names(page, site, shoot)


def _providers(page: Page, site: Site, shoot: Shoot) -> None:
    """Set up a provider that nobody answers for, and another that is off."""
    page.goto(f"{site.address}/staff/providers/new/ownapp/")
    confirm_password(page, site, "administrator")
    page.goto(f"{site.address}/staff/providers/new/ownapp/")
    shoot(page, "staff-provider-form")
    page.get_by_label("Адрес сервера приложения").fill("https://app.example/messages")
    page.get_by_label("Секрет подписи").fill(f"whsec_{'A' * 43}=")
    press(page, "Подключить")
    press(page, "Проверить подключение")
    shoot(page, "staff-provider")
    own = page.url
    press(page, "Показать секрет")
    shoot(page, "staff-provider-secret")
    page.goto(f"{own}secret/new/")
    shoot(page, "staff-provider-rotate")
    page.goto(own)
    press(page, "Выключить")
    page.get_by_role("link", name="Удалить").click()
    shoot(page, "staff-provider-remove")
    for title in ("Договор отделений", "Договор колл-центра"):
        page.goto(f"{site.address}/staff/providers/new/smsru/")
        page.get_by_label("Название").fill(title)
        page.get_by_label("Ключ api_id").fill("11111111-2222-3333-4444-555555555555")
        page.get_by_label("Адрес API").fill("http://127.0.0.1:9")
        press(page, "Подключить")
    press(page, "Проверить подключение")
    page.goto(f"{site.address}/staff/providers/")
    shoot(page, "staff-providers")


def _sender_names(page: Page, site: Site, shoot: Shoot) -> None:
    """Write down a name of the set-up that the site has for this picture."""
    site.provider_set_up()
    page.goto(f"{site.address}/staff/channels/names/new/")
    shoot(page, "staff-sender-name-new")
    page.locator("[name=name]").fill("Beresta")
    page.locator("[name=operator]").select_option("mts")
    page.locator("[name=state]").select_option("approved")
    press(page, "Внести")
    page.locator("[name=text]").fill("%w, проверьте контакты: %w")
    page.locator("[name=is_approved]").check()
    press(page, "Добавить шаблон")
    shoot(page, "staff-sender-name")
    page.goto(f"{site.address}/staff/channels/names/")
    shoot(page, "staff-sender-names")
