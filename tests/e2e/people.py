"""What people do, in their words: each function is one thing that a person does in a browser."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.site import Site, wait_for

CODE = re.compile(r"\b(\d{6})\b")


def press(page: Page, name: str) -> None:
    """Press the button with this caption."""
    page.get_by_role("button", name=name, exact=True).first.click()


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    """See a page by its heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def accessible(page: Page) -> None:
    """Look at the page with axe-core: no violation of WCAG 2.1 A and AA."""
    result = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert result.violations_count == 0, f"{page.url}\n{result.generate_report()}"


def staff_page(context: BrowserContext, site: Site, role: str) -> Page:
    """Log in as a member of staff."""
    page = context.new_page()
    email, password = site.account(role)
    page.goto(f"{site.address}/staff/")
    page.get_by_label("Электронная почта").fill(email)
    page.get_by_label("Пароль").fill(password)
    press(page, "Войти")
    heading(page, "Обзор")
    return page


def confirm_password(page: Page, site: Site, role: str) -> None:
    """Type the password again where the page asks for it before something that matters."""
    page.wait_for_timeout(500)
    if page.get_by_label("Пароль").count():
        page.get_by_label("Пароль").fill(site.account(role)[1])
        page.locator("button.button--main").first.click()


def staff_leave(page: Page) -> None:
    """Throw the session away, as closing the browser would."""
    page.context.clear_cookies()
    page.close()


def sms_code(page: Page, site: Site, number: str) -> str:
    """Read the newest code in the in-built phone."""
    other = page.context.browser.new_page(locale="ru-RU")  # type: ignore[union-attr]  # a page of a running browser
    try:

        def look() -> str:
            other.goto(f"{site.address}/sandbox/phone/")
            if not other.get_by_label("Номер").count():
                return ""
            other.get_by_label("Номер").fill(number)
            press(other, "Показать")
            found = re.findall(r"#(\d{6})", other.locator("main").inner_text())
            return found[0] if found else ""

        return wait_for(look, within=30, what=f"a code for {number}")
    finally:
        other.close()


def mail_code(site: Site, address: str, *, known: str = "") -> str:
    """Read the newest code in a letter; ``known`` is one that came before."""

    def look() -> str:
        found = CODE.findall(site.letter_to(address, containing="код", within=1))
        return found[0] if found and found[0] != known else ""

    def patient() -> str:
        try:
            return look()
        except AssertionError:
            return ""

    return wait_for(patient, within=30, what=f"a code for {address}")


def enter_code(page: Page, code: str) -> None:
    """Type the six digits."""
    page.get_by_label(re.compile("Код")).first.fill(code)
    press(page, "Подтвердить")


def prove_by_sms(page: Page, site: Site, number: str) -> None:
    """Ask for a code on the phone on file and type it."""
    ask_by_sms(page)
    accessible(page)
    enter_code(page, sms_code(page, site, number))


def ask_by_sms(page: Page) -> None:
    """Ask for a code on the phone on file."""
    option = page.get_by_text(re.compile("СМС на номер"))
    if option.count():
        option.first.click()
    press(page, "Получить код")
    heading(page, "Введите код")


def answer_all(page: Page, site: Site, number: str, address: str, *, with_axe: bool = True) -> list[str]:
    """Go through every question until MAX or the end; agree to service texts and refuse the rest. Give the headings."""
    seen: list[str] = []
    for _ in range(20):
        title = page.get_by_role("heading", level=1).inner_text()
        seen.append(title)
        if with_axe:
            accessible(page)
        if page.url.endswith(("/me/done/", "/me/max/")):
            return seen
        if "/me/rules/" in page.url:
            page.get_by_role("checkbox").check()
            press(page, "Принимаю правила")
        elif "/me/offers/" in page.url:
            press(page, "Нет, спасибо")
        elif "/me/contacts/confirm/" in page.url:
            _confirm_contact(page, site, number, address)
        elif "/me/consent/" in page.url:
            page.get_by_role("checkbox").check()
            page.locator("button[value=grant]").first.click()
        else:
            raise AssertionError(f"an unknown page: {page.url} {title}")
    raise AssertionError(f"no end: {seen}")


def _confirm_contact(page: Page, site: Site, number: str, address: str) -> None:
    is_phone = "Телефон" in page.locator("dl").first.inner_text()
    press(page, "Получить код")
    enter_code(page, sms_code(page, site, number) if is_phone else mail_code(site, address))
