"""The short way stays short: presses, screens and words of each way against the limits of the product."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import Invited, Site, wait_for
from tests.e2e.strolls import LIMITS, WAYS, stroll


@pytest.fixture(scope="module")
def people(site: Site) -> Iterator[Invited]:
    """Yield people of the demo who have a phone and a letter and have not answered, each once."""
    return reversed(wait_for(lambda: found if len(found := site.invited()) > 8 else [], within=180, what="letters"))


@pytest.mark.parametrize("way", WAYS)
def test_a_way_keeps_within_its_limits(site: Site, phone: Page, people: Iterator[Invited], way: str) -> None:
    figures, limit = stroll(way, phone, site, next(people)), LIMITS[way]

    expect(phone.get_by_role("heading", level=1)).to_contain_text("Готово")
    assert figures["clicks"] <= limit.clicks, figures
    assert figures["screens"] <= limit.screens, figures
    assert figures["words"] <= limit.words, figures


@pytest.mark.parametrize("way", WAYS)
def test_without_scripts_a_way_costs_one_press_more_at_most(
    site: Site, phone_without_scripts: Page, people: Iterator[Invited], way: str
) -> None:
    figures = stroll(way, phone_without_scripts, site, next(people))

    assert figures["clicks"] <= LIMITS[way].clicks + 1, figures
