"""The way of customers through every page of theirs, and the sandbox that plays their phone, mailbox and MAX."""

import re
from collections.abc import Callable

from playwright.sync_api import Page

from tests.e2e.people import ask_by_sms, enter_code, press, sms_code
from tests.e2e.site import LINK, Site
from tests.support.patience import wait_until

Shoot = Callable[[Page, str], None]


def walk(page: Page, site: Site, shoot: Shoot) -> None:
    """Go to the end of the way, then to the pages beside it."""
    _entrance(page, site, shoot)
    _proof(page, site, shoot)
    _contacts(page, site, shoot)
    _questions(page, shoot)
    _vk(page, site, shoot)
    _personal(page, site, shoot)
    _no(page, site, shoot)
    _sandbox(page, site, shoot)


def _entrance(page: Page, site: Site, shoot: Shoot) -> None:
    for name, path in (("entrance", "/"), ("policy", "/policy/"), ("unknown-link", "/k/00000000000000000000000001")):
        page.goto(site.address + path)
        shoot(page, f"customer-0-{name}")
    page.goto(site.address)
    page.get_by_label(re.compile("Телефон")).first.fill("восемь девятьсот")
    press(page, "Получить код")
    shoot(page, "customer-0-entrance-mistake")


def _proof(page: Page, site: Site, shoot: Shoot) -> None:
    page.goto(site.personal_link())
    shoot(page, "customer-1-landing")
    for name, path in (("refuse", "/me/refuse/"), ("deny", "/me/deny/")):
        page.goto(site.address + path)
        shoot(page, f"customer-1-{name}")
    page.goto(f"{site.address}/me/")
    ask_by_sms(page)
    shoot(page, "customer-2-code")
    code = sms_code(page, site, site.first_phone())
    enter_code(page, "000000" if code != "000000" else "111111")
    shoot(page, "customer-2-code-wrong")
    enter_code(page, code)


def _contacts(page: Page, site: Site, shoot: Shoot) -> None:
    shoot(page, "customer-4-channels")
    page.goto(f"{site.address}/me/contacts/")
    shoot(page, "customer-3-contacts")
    page.goto(f"{site.address}/me/contacts/phone/")
    page.get_by_label(re.compile("телефон|номер", re.IGNORECASE)).first.fill("8 916 555-01-02")
    shoot(page, "customer-3-contact-new")
    press(page, "Получить код")
    shoot(page, "customer-3-contact-code")
    page.goto(f"{site.address}/me/channels/")
    page.get_by_role("checkbox", name=re.compile("СМС")).check()
    page.get_by_role("checkbox", name=re.compile("MAX")).check()
    press(page, "Продолжить")


def _questions(page: Page, shoot: Shoot) -> None:
    for _step in range(14):
        if "/me/consent/" in page.url:
            shoot(page, "customer-5-consent")
            page.get_by_role("checkbox").check()
            page.locator("button[value=grant]").first.click()
        elif page.url.endswith("/me/max/"):
            _link_max(page, shoot)
        elif page.url.endswith("/me/done/"):
            shoot(page, "customer-7-done")
            return
    raise AssertionError(f"no end: {page.url}")


def _link_max(page: Page, shoot: Shoot) -> None:
    shoot(page, "customer-6-max")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Открыть MAX").click()
    bot = opened.value
    bot.wait_for_load_state()
    shoot(bot, "sandbox-max-start")
    press(bot, "Начать")
    bot.wait_for_load_state()
    page.wait_for_url(lambda url: not url.endswith("/me/max/"), timeout=30_000)
    wait_until(lambda: _has_answered(bot), "the bot answers")
    shoot(bot, "sandbox-max-dialogue")
    bot.close()


def _has_answered(bot: Page) -> bool:
    bot.reload()
    return bot.get_by_text("MAX подключён").count() > 0


def _vk(page: Page, site: Site, shoot: Shoot) -> None:
    """Begin to link VK, of a company that has connected a community, and leave it."""
    with site.community():
        page.goto(f"{site.address}/me/home/")
        press(page, "Подключить ВКонтакте")
        shoot(page, "customer-6-vk")
        press(page, "Пропустить")


def _personal(page: Page, site: Site, shoot: Shoot) -> None:
    for name, path in (("7-home", "home"), ("5-rules", "rules"), ("7-own-data", "data"), ("7-history", "history")):
        page.goto(f"{site.address}/me/{path}/")
        shoot(page, f"customer-{name}")
    page.get_by_role("link", name=re.compile("^текст,")).first.click()
    shoot(page, "customer-7-text")
    page.goto(f"{site.address}/me/home/")
    receipt = page.locator("a[href^='/me/receipt/']:not([download])")
    if receipt.count():
        receipt.first.click()
        shoot(page, "customer-7-receipt")
        page.goto(f"{site.address}/me/home/")
    page.get_by_role("button", name=re.compile("Выключить.*СМС")).first.click()
    shoot(page, "customer-7-switched-off")
    press(page, "Выйти")
    shoot(page, "customer-7-finished")


def _no(page: Page, site: Site, shoot: Shoot) -> None:
    """Leave by one press of a letter, and refuse everything by the link of another letter."""
    letters = _letters(page, site)
    page.goto(letters[0].replace("/k/", "/u/"))
    shoot(page, "customer-8-leave")
    press(page, "Отписаться")
    shoot(page, "customer-8-left")
    page.goto(letters[1])
    page.get_by_role("link", name="Отказаться от сообщений").click()
    press(page, "От всех сообщений")
    shoot(page, "customer-8-refused")


def _letters(page: Page, site: Site) -> list[str]:
    """Return the links of two letters of the demo's campaign, as the mailbox of the sandbox shows them."""
    found: list[str] = []
    page.goto(f"{site.address}/sandbox/mail/")
    for box in addresses(page, r"\?box=\d+")[3:12]:
        page.goto(f"{site.address}/sandbox/mail/{box}")
        _open_letter(page, site)
        found += LINK.findall(page.locator("main").text_content() or "")[:1]
        if len(found) == 2:
            return found
    raise AssertionError("no letters")


def _open_letter(page: Page, site: Site) -> None:
    """Open the newest letter of the box that is shown."""
    page.goto(site.address + addresses(page, r"/sandbox/mail/\d+/")[0])


def addresses(page: Page, pattern: str) -> list[str]:
    """Return the addresses of this shape that the page leads to."""
    hrefs = [str(link.get_attribute("href")) for link in page.locator("main a[href]").all()]
    return [href for href in hrefs if re.fullmatch(pattern, href)]


def _sandbox(page: Page, site: Site, shoot: Shoot) -> None:
    for name, path in (("", "/"), ("-phone", "/phone/"), ("-mailbox", "/mail/"), ("-max", "/max/")):
        page.goto(f"{site.address}/sandbox{path}")
        shoot(page, f"sandbox{name}")
    page.goto(f"{site.address}/sandbox/mail/")
    _open_letter(page, site)
    shoot(page, "sandbox-letter")
    _fakes(page, site, shoot)


def _fakes(page: Page, site: Site, shoot: Shoot) -> None:
    page.goto(f"{site.address}/sandbox/fakes/")
    shoot(page, "sandbox-fakes")
    page.goto(f"{site.address}/sandbox/fakes/max/")
    press(page, "Открыть бота от имени нового человека")
    page.get_by_label("Сообщение боту").fill("где мой заказ")
    press(page, "Отправить")
    page.locator(".bubble").first.wait_for()
    shoot(page, "sandbox-fake-person")
    page.goto(f"{site.address}/sandbox/fakes/max/")
    shoot(page, "sandbox-fake")
