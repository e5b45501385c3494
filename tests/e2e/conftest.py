"""A real site and a real Chromium for tests that play people."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize, sync_playwright

from tests.e2e.browser import chromium_find
from tests.e2e.pages import READ_BY_AXE
from tests.e2e.people import READ
from tests.e2e.site import Site, site_running
from tests.e2e.watch import watch
from tests.support.servers import redis_find

CHROMIUM = chromium_find()
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=ru",
]
PHONE: ViewportSize = {"width": 360, "height": 740}
AGENT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
"""What a person's phone says of itself: a headless browser admits that it is a program, and is not counted."""
DESKTOP = {"width": 1280, "height": 800}

if CHROMIUM is None:
    collect_ignore_glob = ["test_*.py"]
elif not redis_find():
    # A server needs a broker and a cache that its processes share.
    collect_ignore_glob = ["test_production.py"]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Yield one installation for the whole run."""
    with site_running(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Yield one browser."""
    # Playwright keeps a loop running in this thread; Django would take every look at a table for a mistake. Only from
    # here on: everywhere else such a look is one.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _axe_has_read_what_the_list_says(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold the list of pages under axe-core against what this test has really opened."""
    READ.clear()
    yield
    listed = {template for template, test in READ_BY_AXE.items() if test == request.node.name}
    assert not listed - READ, f"axe-core has not read {sorted(listed - READ)}"


class Addressed(Protocol):
    """A site that runs somewhere."""

    @property
    def address(self) -> str:
        """Return where it listens."""


@contextmanager
def browsing(chromium: Browser, site: Addressed, **options: Any) -> Iterator[BrowserContext]:
    """Yield a browser with an empty cookie jar; fail when a page asks another host or breaks its own policy."""
    context = chromium.new_context(locale="ru-RU", user_agent=AGENT, **options)
    wrong: list[str] = []
    ours = (f"{site.address}/", f"{site.address.replace('127.0.0.1', 'localhost')}/", "data:", "blob:")

    def asked(request: Request) -> None:
        if not request.url.startswith(ours):
            wrong.append(f"asked for {request.url}")

    def said(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    watch(context)
    context.on("request", asked)
    context.on("console", said)
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    yield context
    context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def phone(chromium: Browser, site: Site) -> Iterator[Page]:
    """Yield a page of a phone."""
    with browsing(chromium, site, viewport=PHONE, has_touch=True) as context:
        yield context.new_page()


@pytest.fixture
def phone_without_scripts(chromium: Browser, site: Site) -> Iterator[Page]:
    """Yield a page of a phone that runs no scripts."""
    with browsing(chromium, site, viewport=PHONE, java_script_enabled=False) as context:
        yield context.new_page()


@pytest.fixture
def desktop(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    """Yield a desktop browser; each member of staff opens a page of it."""
    with browsing(chromium, site, viewport=DESKTOP, accept_downloads=True) as context:
        yield context
