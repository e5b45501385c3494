"""Pages of customers beside the way: offers, a change taken back, errors, and what few ever meet."""

import re
from collections.abc import Callable

from playwright.sync_api import Page

from tests.e2e.people import CODE, SEND_EIGHTY_TIMES, answer_all, choose_channels, enter_code, press, sms_code
from tests.e2e.screens_of_customers import addresses
from tests.e2e.site import LINK, Invited, Site, wait_for

Shoot = Callable[[Page, str], None]

TEXTS = {"подбора предложений": "customer-5-promotion", "получение рекламы": "customer-5-advertising"}
"""Words of a heading -> its picture."""
NEW_ADDRESS = "anna@pochta.example"
FAMILY_PHONE = "+79161112233"
UNKNOWN_PHONE = "+79161112244"


def walk(page: Page, site: Site, shoot: Shoot) -> None:
    """Play three customers of the demo, a family, and somebody in a hurry."""
    people = [Invited(*who, link="") for who in site.unanswered()]
    _sees_the_offers(page, site, people[0], shoot)
    _takes_a_change_back(page, site, people[1], shoot)
    _is_somebody_else(page, site, people[2], shoot)
    _shares_a_phone(page, site, shoot)
    _hammers(page, site, shoot)
    _errors(page, site, shoot)


def _sees_the_offers(page: Page, site: Site, person: Invited, shoot: Shoot) -> None:
    def look(shown: Page) -> None:
        title = shown.get_by_role("heading", level=1).inner_text()
        for words, name in TEXTS.items():
            if words in title:
                shoot(shown, name)

    _enter(page, site, person.phone)
    choose_channels(page, "СМС", "Электронная почта", look=look)
    page.goto(f"{site.address}/me/contacts/confirm/")
    shoot(page, "customer-3-contact-confirm")
    page.get_by_role("link", name="Выбрать другие каналы").click()
    page.get_by_role("checkbox", name=re.compile("Электронная почта")).uncheck()
    press(page, "Продолжить")
    answer_all(page, look=look)
    press(page, "Показать согласия")
    answer_all(page, look=look, refuse="реклам")


def _takes_a_change_back(page: Page, site: Site, person: Invited, shoot: Shoot) -> None:
    _enter(page, site, person.phone)
    page.goto(f"{site.address}/me/contacts/email/")
    page.get_by_label(re.compile("адрес|почт", re.IGNORECASE)).first.fill(NEW_ADDRESS)
    press(page, "Получить код")
    enter_code(page, _in_newest_letter(page, site, NEW_ADDRESS, CODE))
    page.goto(_in_newest_letter(page, site, person.email, LINK))
    shoot(page, "customer-3-cancel-change")
    press(page, "Вернуть прежний контакт")
    shoot(page, "customer-3-cancelled-change")


def _is_somebody_else(page: Page, site: Site, person: Invited, shoot: Shoot) -> None:
    _enter(page, site, person.phone)
    page.goto(f"{site.address}/me/deny/")
    page.locator("[name=visit]").evaluate("field => { field.value = 'of another visit' }")
    press(page, "Да, это не я")
    shoot(page, "customer-9-refused-form")
    page.goto(f"{site.address}/me/deny/")
    press(page, "Да, это не я")
    shoot(page, "customer-8-denied")


def _shares_a_phone(page: Page, site: Site, shoot: Shoot) -> None:
    file = site.var_dir / "family.csv"
    file.write_text(f"Код;ФИО;Телефон\nM-1;Иванова Анна;{FAMILY_PHONE}\nM-2;Иванов Пётр;{FAMILY_PHONE}\n")
    assert site.manage("import_customers", str(file), "--source", "учебная выгрузка").returncode == 0
    _enter(page, site, FAMILY_PHONE)
    shoot(page, "customer-2-which-customer")


def _hammers(page: Page, site: Site, shoot: Shoot) -> None:
    _ask_at_entrance(page, site, UNKNOWN_PHONE)
    page.get_by_label(re.compile("Код")).first.fill("12")
    page.locator("form[action$='/enter/']").evaluate(SEND_EIGHTY_TIMES)
    press(page, "Подтвердить")
    shoot(page, "customer-9-too-many")


def _errors(page: Page, site: Site, shoot: Shoot) -> None:
    page.goto(site.address)
    page.get_by_label(re.compile("Телефон")).first.fill(UNKNOWN_PHONE)
    page.context.clear_cookies()
    press(page, "Получить код")
    shoot(page, "customer-9-stale")
    for name, path in (
        ("customer-0-journal-key", "/journal-key/"),
        ("customer-9-over", "/me/"),
        ("customer-9-nowhere", "/nowhere/"),
        ("customer-9-not-by-link", "/me/visit/"),
    ):
        page.goto(site.address + path)
        shoot(page, name)


def _enter(page: Page, site: Site, number: str) -> None:
    """Come in by the public entrance."""
    _ask_at_entrance(page, site, number)
    enter_code(page, sms_code(page, site, number))


def _ask_at_entrance(page: Page, site: Site, number: str) -> None:
    page.goto(site.address)
    page.get_by_label(re.compile("Телефон")).first.fill(number)
    press(page, "Получить код")


def _in_newest_letter(page: Page, site: Site, address: str, pattern: re.Pattern[str]) -> str:
    """Find something in the newest letter that the in-built mailbox holds for an address."""
    other = page.context.browser.new_page(locale="ru-RU")  # type: ignore[union-attr]  # a page of a running browser

    def look() -> str:
        other.goto(f"{site.address}/sandbox/mail/")
        other.get_by_label("Адрес").fill(address)
        press(other, "Показать")
        letters = addresses(other, r"/sandbox/mail/\d+/")
        if not letters:
            return ""
        other.goto(site.address + letters[0])
        found = pattern.search(other.locator("main").text_content() or "")
        return found.group() if found else ""

    try:
        return wait_for(look, within=90, what=f"a letter for {address}")
    finally:
        other.close()
