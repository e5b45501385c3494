"""What people do, in their words: each function is one thing that a person does in a browser."""

import re
from collections.abc import Callable
from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.e2e.site import Site, wait_for
from tests.e2e.watch import drawn

Look = Callable[[Page], None]

AUTHENTICATOR: Final = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
READ: Final[set[str]] = set()
"""Templates of the pages that axe-core has read in this test."""
CHANNELS: Final = "Где вам удобно получать сообщения?"
CODE = re.compile(r"\b(\d{6})\b")
SEND_EIGHTY_TIMES = """async form => {
  for (let time = 0; time < 80; time++) {
    await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  }
}"""
"""Twice what one visit may send in a window of time: one that ends meanwhile changes nothing."""


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
    READ.update(drawn(page))


def not_looked_at(_page: Page) -> None:
    """Pass by: axe-core is a script, and this browser runs none."""


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


def authenticator_built_in(page: Page) -> CDPSession:
    """Let the browser have an authenticator, as a laptop with a fingerprint reader has."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return devices


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

        return wait_for(look, within=90, what=f"a code for {number}")
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

    return wait_for(patient, within=90, what=f"a code for {address}")


def enter_code(page: Page, code: str) -> None:
    """Type the six digits."""
    page.get_by_label(re.compile("Код")).first.fill(code)
    press(page, "Подтвердить")


def prove_by_sms(page: Page, site: Site, number: str, *, look: Look = accessible) -> None:
    """Ask for a code on the phone on file and type it."""
    ask_by_sms(page)
    look(page)
    enter_code(page, sms_code(page, site, number))


def ask_by_sms(page: Page) -> None:
    """Ask for a code on the phone on file."""
    option = page.get_by_text(re.compile("СМС на номер"))
    if option.count():
        option.first.click()
    press(page, "Получить код")
    heading(page, "Введите код")


def choose_channels(page: Page, *channels: str, look: Look = accessible) -> None:
    """Tick the channels."""
    heading(page, CHANNELS)
    look(page)
    for channel in channels:
        page.get_by_role("checkbox", name=re.compile(channel)).check()
    press(page, "Продолжить")


def answer_all(page: Page, *, look: Look = accessible, refuse: str = "") -> list[str]:
    """Answer every text until the end and return the headings; agree to all but those whose heading holds `refuse`."""
    seen: list[str] = []
    for _ in range(8):
        title = page.get_by_role("heading", level=1).inner_text()
        seen.append(title)
        look(page)
        if page.url.endswith("/me/done/"):
            return seen
        assert "/me/consent/" in page.url, f"an unknown page: {page.url} {title}"
        _answer_text(page, agree=not refuse or refuse not in title)
    raise AssertionError(f"no end: {seen}")


def _answer_text(page: Page, *, agree: bool) -> None:
    if agree:
        page.get_by_role("checkbox").check()
    press(page, "Разрешаю" if agree else "Не разрешаю")
