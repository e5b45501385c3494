"""How a member of staff comes in: the first password, the second step, passkeys, and the ways out."""

import base64
import hmac
import re
import time
from collections.abc import Callable

from playwright.sync_api import Browser, Page

from tests.e2e.people import authenticator_built_in, confirm_password, press, staff_page
from tests.e2e.site import Site
from tests.e2e.watch import watch

Shoot = Callable[[Page, str], None]

NAME, EMAIL, PASSWORD = "Вера Лебедева", "vera@beresta.example", "Четыре сосны у реки 58"


def walk(browser: Browser, site: Site, shoot: Shoot) -> None:
    """Make an account and go with its owner from the first password to the last key."""
    context = browser.new_context(locale="ru-RU")
    watch(context)
    link = _account(staff_page(context, site, "administrator"), site, shoot)
    context.close()
    # A passkey needs a name: an address of digits has none.
    address = site.address.replace("127.0.0.1", "localhost")
    context = browser.new_context(locale="ru-RU")
    watch(context)
    page = context.new_page()
    _password(page, link.replace(site.address, address), address, shoot)
    codes = _code_app(page, address, shoot)
    _second_step(page, address, codes, shoot)
    _passkeys(page, address, shoot)
    _out(page, address, shoot)
    context.close()


def _account(page: Page, site: Site, shoot: Shoot) -> str:
    page.goto(f"{site.address}/staff/users/new/")
    page.get_by_label("Имя и фамилия").fill(NAME)
    page.get_by_label("Электронная почта").fill(EMAIL)
    page.get_by_role("radio").first.check()
    press(page, "Создать учётную запись")
    confirm_password(page, site, "administrator")
    shoot(page, "staff-user-link")
    return page.locator("#link").input_value()


def _password(page: Page, link: str, address: str, shoot: Shoot) -> None:
    page.goto(link)
    shoot(page, "staff-password-new")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    press(page, "Сохранить пароль")
    shoot(page, "staff-password-saved")
    page.goto(f"{address}/accounts/login/")
    shoot(page, "staff-login")
    _log_in(page)
    page.goto(f"{address}/accounts/sessions/")
    shoot(page, "staff-sessions")


def _code_app(page: Page, address: str, shoot: Shoot) -> list[str]:
    _open(page, f"{address}/accounts/2fa/totp/activate/")
    shoot(page, "staff-code-app")
    page.get_by_label(re.compile("Код")).first.fill(_totp(page.locator("details code").text_content() or ""))
    press(page, "Подключить")
    shoot(page, "staff-recovery-codes")
    codes = page.locator(".codes li").all_inner_texts()
    page.goto(f"{address}/accounts/2fa/recovery-codes/generate/")
    shoot(page, "staff-recovery-codes-new")
    page.goto(f"{address}/accounts/2fa/totp/deactivate/")
    shoot(page, "staff-code-app-off")
    return codes


def _second_step(page: Page, address: str, codes: list[str], shoot: Shoot) -> None:
    page.context.clear_cookies()
    page.goto(f"{address}/accounts/login/")
    _log_in(page)
    shoot(page, "staff-second-step")
    page.get_by_label("Код").fill(codes[0])
    press(page, "Войти")
    page.goto(f"{address}/accounts/2fa/reauthenticate/")
    shoot(page, "staff-reauthenticate-code")


def _passkeys(page: Page, address: str, shoot: Shoot) -> None:
    authenticator_built_in(page)
    _open(page, f"{address}/accounts/2fa/webauthn/add/")
    shoot(page, "staff-passkey")
    page.get_by_label("Название").fill("Рабочий ноутбук")
    press(page, "Добавить ключ")
    page.wait_for_url(lambda url: not url.endswith("/add/"))
    page.goto(f"{address}/accounts/2fa/webauthn/")
    shoot(page, "staff-passkeys")
    page.get_by_role("link", name="Переименовать").click()
    shoot(page, "staff-passkey-name")
    page.go_back()
    page.get_by_role("link", name="Удалить").click()
    shoot(page, "staff-passkey-delete")
    page.goto(f"{address}/accounts/2fa/webauthn/reauthenticate/")
    shoot(page, "staff-reauthenticate-passkey")


def _out(page: Page, address: str, shoot: Shoot) -> None:
    page.goto(f"{address}/accounts/logout/")
    shoot(page, "staff-logout")
    press(page, "Выйти")
    page.goto(f"{address}/accounts/password/reset/")
    shoot(page, "staff-password-forgotten")
    page.get_by_label("Электронная почта").fill(EMAIL)
    press(page, "Прислать ссылку")
    shoot(page, "staff-password-sent")
    page.goto(f"{address}/accounts/inactive/")
    shoot(page, "staff-inactive")


def _open(page: Page, address: str) -> None:
    """Open a page that asks for the password first, unless it was typed a moment ago."""
    page.goto(address)
    if page.get_by_label("Пароль").count():
        page.get_by_label("Пароль").fill(PASSWORD)
        press(page, "Подтвердить")


def _log_in(page: Page) -> None:
    page.get_by_label("Электронная почта").fill(EMAIL)
    page.get_by_label("Пароль").fill(PASSWORD)
    press(page, "Войти")


def _totp(secret: str) -> str:
    """Return the six digits that an app on a telephone shows now (RFC 6238)."""
    moment = (int(time.time()) // 30).to_bytes(8, "big")
    digest = hmac.digest(base64.b32decode(secret.strip()), moment, "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"
