"""Every page of the product, and which test reads those of customers with axe-core.

`tests/architecture/test_pages.py` holds the list against the templates, so that a new page is not left out by mistake;
the tests hold it against what the site has drawn.
"""

import re
from collections.abc import Mapping
from typing import Final

from tests.e2e.site import ROOT

TEMPLATES: Final = ROOT / "templates"
EXTENDS: Final = re.compile(r'{% extends "([^"]+)" %}')
NO_PAGES: Final = ("messages/", "allauth/")
"""Letters, and layouts of allauth."""

_WALK: Final = "test_a_file_becomes_a_proven_consent_and_its_withdrawal"
_PLAIN: Final = "test_pages_without_a_link_are_accessible"
_ERROR: Final = "test_an_error_that_no_press_of_a_person_leads_to_is_accessible"
_CHANGE: Final = "test_a_new_address_counts_after_its_code_and_the_old_one_can_take_it_back"
_REFUSE: Final = "test_refusing_everything_by_the_link_alone_takes_two_presses"
_HOME: Final = "test_the_personal_page_and_all_behind_it_are_accessible"

READ_BY_AXE: Final[Mapping[str, str]] = {
    "400.html": f"{_ERROR}[400]",
    "403.html": f"{_ERROR}[403]",
    "403_csrf.html": f"{_ERROR}[403_csrf]",
    "404.html": f"{_PLAIN}[/nowhere/]",
    "405.html": f"{_ERROR}[405]",
    "429.html": f"{_ERROR}[429]",
    "500.html": f"{_ERROR}[500]",
    "public/cancel_change.html": _CHANGE,
    "public/cancelled_change.html": _CHANGE,
    "public/channels.html": _WALK,
    "public/code.html": _WALK,
    "public/code_choice.html": _WALK,
    "public/consent.html": _WALK,
    "public/contact_confirm.html": _WALK,
    "public/contact_new.html": _CHANGE,
    "public/contacts.html": _WALK,
    "public/deny.html": "test_it_is_not_me_takes_two_presses",
    "public/done.html": _WALK,
    "public/entrance.html": f"{_PLAIN}[/]",
    "public/error.html": "test_a_form_of_another_visit_is_refused_with_what_to_do",
    "public/event_text.html": _WALK,
    "public/finished.html": _WALK,
    "public/history.html": _HOME,
    "public/home.html": _HOME,
    "public/journal_key.html": f"{_PLAIN}[/journal-key/]",
    "public/landing.html": _WALK,
    "public/max.html": _WALK,
    "public/offers.html": _WALK,
    "public/one_click.html": "test_one_click_leave_of_a_letter_asks_for_one_press_in_a_browser",
    "public/over.html": f"{_PLAIN}[/me/]",
    "public/own_data.html": _HOME,
    "public/policy.html": f"{_PLAIN}[/policy/]",
    "public/receipt.html": _WALK,
    "public/refuse.html": _REFUSE,
    "public/refused.html": _REFUSE,
    "public/rules.html": _WALK,
    "public/rules_declined.html": "test_rules_that_are_not_accepted_end_the_way_without_a_permission",
    "public/too_many.html": "test_a_visit_that_hammers_at_the_code_is_told_to_wait",
    "public/unknown_link.html": f"{_PLAIN}[/k/00000000000000000000000000]",
    "public/which_customer.html": "test_a_phone_of_a_family_asks_which_customer_it_is",
}
"""Pages of customers -> the test that opens each and reads it."""


def page_templates() -> frozenset[str]:
    """Name the templates that are pages: each stands on another, and none stands on it."""
    names = {str(path.relative_to(TEMPLATES)): EXTENDS.search(path.read_text()) for path in TEMPLATES.rglob("*.html")}
    below = {match.group(1) for match in names.values() if match}
    return frozenset(name for name, match in names.items() if match and name not in below and _is_page(name))


def _is_page(name: str) -> bool:
    return not name.startswith(NO_PAGES)
