"""The small scripts of customer pages in a real browser: who counts as a person, a second press, times that run."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

SCRIPTS = Path(__file__).resolve().parents[2] / "portal" / "static" / "portal" / "js"
SITE = "http://page.example"
LONGER_THAN_A_LOOK = 2_500
PAGE = """<!doctype html><body data-visit="/visit" data-csrf="token-of-the-page">
<form method="post" action="/enter"><button name="decision" value="yes">Подтвердить</button></form>
<p style="height: 3000px">Длинная страница</p>
<script src="/visit.js"></script><script src="/press.js"></script></body>"""
AGEING = """<!doctype html><body>
<p data-count-whole>Ещё <b data-count="{left}" data-count-end="Пора">{left}</b> с</p>
<button data-wait="{left}">Отправить ещё раз</button>
<div data-idle="{idle}" data-end="{end}" data-idle-stay="/stay" hidden>
<i data-left>2</i><i data-last hidden>Не больше часа</i>
<button type="button">Остаться</button></div>
<script src="/clock.js"></script></body>"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Yield a page whose site is this test."""
    context = chromium.new_context()
    page = context.new_page()
    page.route("**/*", answer)
    yield page
    context.close()


def answer(route: Route) -> None:
    """Answer as the site would; an entered code takes its time."""
    path = route.request.url.removeprefix(SITE)
    if path.endswith(".js"):
        route.fulfill(body=(SCRIPTS / path.strip("/")).read_text(), content_type="text/javascript")
    elif path in {"/visit", "/stay"}:
        route.fulfill(status=204)
    elif path.startswith("/ageing"):
        left, idle, end = path.split("/")[2:]
        body = AGEING.format(left=left, idle=idle, end=end)
        route.fulfill(body=body, content_type="text/html; charset=utf-8")
    elif path == "/enter":
        time.sleep(0.3)
        route.fulfill(body="<!doctype html><h1>Дальше</h1>", content_type="text/html; charset=utf-8")
    else:
        route.fulfill(body=PAGE, content_type="text/html; charset=utf-8")


def posts(page: Page, path: str) -> list[str]:
    """Collect the bodies that are posted to an address."""
    sent: list[str] = []
    page.on(
        "request",
        lambda request: sent.append(request.post_data or "") if request.url == SITE + path else None,
    )
    return sent


def nothing(page: Page) -> None:
    """A scanner that waits."""


def played_by_a_script(page: Page) -> None:
    """A scanner that makes up gestures."""
    page.evaluate(
        """for (const name of ["pointerdown", "keydown", "scroll"]) {
             window.dispatchEvent(new Event(name, { bubbles: true }));
             document.body.dispatchEvent(new Event(name, { bubbles: true }));
           }"""
    )


@pytest.mark.parametrize("act", [nothing, played_by_a_script])
def test_a_page_that_only_lies_open_tells_of_no_person(page: Page, act: Callable[[Page], None]) -> None:
    sent = posts(page, "/visit")
    page.goto(SITE)

    act(page)
    page.wait_for_timeout(LONGER_THAN_A_LOOK)

    assert sent == []


@pytest.mark.parametrize(
    "act", [lambda page: page.mouse.click(5, 200), lambda page: page.keyboard.press("Tab")], ids=["click", "key"]
)
def test_a_person_is_told_of_once_and_after_a_look(page: Page, act: Callable[[Page], None]) -> None:
    sent = posts(page, "/visit")
    page.goto(SITE)

    act(page)
    assert sent == []
    page.wait_for_timeout(LONGER_THAN_A_LOOK)
    act(page)
    page.wait_for_timeout(LONGER_THAN_A_LOOK)

    assert sent == ["csrfmiddlewaretoken=token-of-the-page"]


def test_a_double_press_sends_the_form_once_with_its_button(page: Page) -> None:
    sent = posts(page, "/enter")
    page.goto(SITE)

    page.get_by_role("button", name="Подтвердить").dblclick(no_wait_after=True)
    page.get_by_role("heading", name="Дальше").wait_for()

    assert sent == ["decision=yes"]


def test_a_button_says_that_it_is_busy_until_the_answer_comes(page: Page) -> None:
    page.goto(SITE)
    page.get_by_role("button").evaluate("button => button.dataset.busy = 'Проверяем…'")
    page.evaluate("() => document.addEventListener('submit', event => { event.preventDefault(); })")

    page.get_by_role("button").click()

    expect(page.get_by_role("button")).to_have_text("Проверяем…")
    expect(page.get_by_role("button")).to_have_attribute("aria-disabled", "true")
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.get_by_role("button")).to_have_text("Подтвердить")


def test_time_counts_down_and_its_end_is_said(page: Page) -> None:
    page.goto(f"{SITE}/ageing/3/900/3600")
    words = page.locator("p")

    expect(words).to_have_text("Ещё 2 с")
    expect(words).to_have_text("Пора")


def test_two_minutes_before_its_end_a_visit_can_be_kept(page: Page) -> None:
    page.goto(f"{SITE}/ageing/3/122/3600")
    notice = page.locator("[data-idle]")
    expect(notice).to_be_hidden()
    expect(notice).to_be_visible(timeout=10_000)

    with page.expect_request(f"{SITE}/stay"):
        page.get_by_role("button", name="Остаться").click()

    expect(notice).to_be_hidden()


def test_nothing_puts_off_the_end_of_the_hour_and_the_warning_says_so(page: Page) -> None:
    page.goto(f"{SITE}/ageing/3/900/122")
    notice = page.locator("[data-idle]")

    expect(notice).to_be_visible(timeout=10_000)
    expect(notice).to_contain_text("Не больше часа")
    expect(page.get_by_role("button", name="Остаться")).to_be_hidden()


def test_a_button_that_must_wait_can_be_pressed_afterwards(page: Page) -> None:
    page.goto(f"{SITE}/ageing/3/900/3600")
    again = page.get_by_role("button", name="Отправить ещё раз")

    expect(again).to_be_disabled()
    expect(again).to_be_enabled(timeout=10_000)
