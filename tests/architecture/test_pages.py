"""No page of customers is forgotten: each is read by axe-core."""

import inspect

from tests.e2e import pages, test_customer_pages, test_walk

CUSTOMERS = {name for name in pages.page_templates() if name.startswith("public/") or "/" not in name}
TESTS = {name for module in (test_customer_pages, test_walk) for name, _ in inspect.getmembers(module)}


def test_axe_reads_every_page_of_customers() -> None:
    assert set(pages.READ_BY_AXE) == CUSTOMERS


def test_each_page_names_a_test_that_there_is() -> None:
    """The test itself then fails unless it opens the page."""
    assert {name.partition("[")[0] for name in pages.READ_BY_AXE.values()} <= TESTS
