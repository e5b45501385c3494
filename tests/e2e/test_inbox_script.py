"""The script of the inbox in a real browser: news without a reload, and ready answers where the cursor stands."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

SCRIPT = Path(__file__).resolve().parents[2] / "portal" / "static" / "portal" / "js" / "inbox.js"
SITE = "http://page.example"
A_TURN = 10_500
PAGE = """<!doctype html><title>Обращения</title><body>
<span data-waiting="/news/" hidden><b data-waiting-figure></b></span>
<p data-news data-seen="41" data-dialogue="7" hidden>Новое сообщение</p>
<form><textarea name="text">Анна, !</textarea>
<button data-insert="здравствуйте">Приветствие</button></form>
<script src="/inbox.js"></script></body>"""


@dataclass
class News:
    """What the site answers, and what it was asked."""

    waiting: str = ""
    newest: int = 41
    status: int = 200
    asked: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        """Answer as the site would."""
        path = route.request.url.removeprefix(SITE)
        if path.startswith("/news/"):
            self.asked.append(f"{path} {route.request.headers.get('x-requested-with')}")
            body = json.dumps({"waiting": self.waiting, "newest": self.newest})
            route.fulfill(body=body, status=self.status, content_type="application/json")
        elif path == "/inbox.js":
            route.fulfill(body=SCRIPT.read_text(), content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html; charset=utf-8")


@pytest.fixture
def news() -> News:
    """A site without anything new."""
    return News()


@pytest.fixture
def page(chromium: Browser, news: News) -> Iterator[Page]:
    """Yield the page of a dialogue, with a clock of the test's own."""
    context = chromium.new_context()
    page = context.new_page()
    page.clock.install()
    page.route("**/*", news.answer)
    page.goto(SITE)
    yield page
    context.close()


def test_a_newer_message_is_told_of_and_counted_without_a_reload(page: Page, news: News) -> None:
    news.waiting, news.newest = "3", 42

    page.clock.run_for(A_TURN)

    expect(page.locator("[data-news]")).to_be_visible()
    expect(page.locator("[data-waiting]")).to_have_text("3")
    expect(page).to_have_title("(3) Обращения")
    assert news.asked == ["/news/?dialogue=7 fetch"]


def test_what_the_page_has_shown_is_no_news(page: Page, news: News) -> None:
    page.clock.run_for(A_TURN)

    expect(page.locator("[data-waiting]")).to_be_hidden()
    expect(page.locator("[data-news]")).to_be_hidden()
    expect(page).to_have_title("Обращения")


def test_a_site_that_answers_this_page_no_more_is_not_asked_again(page: Page, news: News) -> None:
    news.status = 403

    with page.expect_event("requestfinished"):
        page.clock.run_for(A_TURN)
    page.clock.run_for(A_TURN * 20)
    page.evaluate("fetch('/news/?last')")

    assert news.asked == ["/news/?dialogue=7 fetch", "/news/?last None"]


def test_a_ready_answer_goes_in_where_the_cursor_stands(page: Page) -> None:
    page.locator("textarea").evaluate("field => field.setSelectionRange(6, 6)")

    page.get_by_role("button").click()

    expect(page.locator("textarea")).to_have_value("Анна, здравствуйте!")
    expect(page.locator("textarea")).to_be_focused()
