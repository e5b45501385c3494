"""A real site and a real Chromium for tests that play people."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.browser import chromium_find
from tests.e2e.site import Site, site_running

CHROMIUM = chromium_find()
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}

if CHROMIUM is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give one installation for the whole run."""
    with site_running(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give one browser."""
    # Playwright keeps a loop running in this thread; Django would take every look at a table for a mistake. Only from
    # here on: everywhere else such a look is one.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """Give a page of a phone, with an empty cookie jar."""
    context = chromium.new_context(viewport=PHONE, locale="ru-RU", has_touch=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone_without_scripts(chromium: Browser) -> Iterator[Page]:
    """Give a page of a phone that runs no scripts."""
    context = chromium.new_context(viewport=PHONE, locale="ru-RU", java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def desktop(chromium: Browser) -> Iterator[BrowserContext]:
    """Give a desktop browser; each member of staff opens a page of it."""
    context = chromium.new_context(viewport=DESKTOP, locale="ru-RU", accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Give a folder for pictures of a failure."""
    return tmp_path
