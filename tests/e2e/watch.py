"""What drew the page that a browser shows, as the site under test says it in a header."""

from weakref import WeakKeyDictionary

from playwright.sync_api import BrowserContext, Page, Response

from tests.e2e.drawn import HEADER

_drawn: WeakKeyDictionary[BrowserContext, dict[str, frozenset[str]]] = WeakKeyDictionary()


def watch(context: BrowserContext) -> None:
    """Keep for every address that this browser opens which templates drew it last."""
    answers = _drawn[context] = {}

    def note(response: Response) -> None:
        if response.request.is_navigation_request():
            answers[response.url] = frozenset(response.headers.get(HEADER.lower(), "").split(","))

    context.on("response", note)


def drawn(page: Page) -> frozenset[str]:
    """Return the templates that drew what the page shows."""
    return _drawn[page.context].get(page.url.partition("#")[0], frozenset())
