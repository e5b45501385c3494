"""No page is forgotten: each is read by axe-core, and stands in docs/screens, or has a reason why not."""

import inspect

from tests.e2e import pages, test_customer_pages, test_walk

CUSTOMERS = {name for name in pages.page_templates() if name.startswith("public/") or "/" not in name}
TESTS = {name for module in (test_customer_pages, test_walk) for name, _ in inspect.getmembers(module)}


def test_axe_reads_every_page_of_customers() -> None:
    assert set(pages.READ_BY_AXE) == CUSTOMERS


def test_each_page_names_a_test_that_there_is() -> None:
    """The test itself then fails unless it opens the page."""
    assert {name.partition("[")[0] for name in pages.READ_BY_AXE.values()} <= TESTS


def test_every_page_has_a_screen_or_a_reason_why_not() -> None:
    shown = set(pages.SCREENS.values())

    assert shown | set(pages.NOT_TAKEN) == pages.page_templates()
    assert not shown & set(pages.NOT_TAKEN)


def test_every_screen_lies_in_docs_at_both_widths_and_nothing_else_does() -> None:
    named = {f"{name}-{width}.png" for name in pages.SCREENS for width in pages.WIDTHS}

    assert {path.name for path in pages.SCREENS_FOLDER.iterdir()} == named
