"""What each level may see and do, as one table over every page."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern

from consents.enums import ProofLevel
from consents.models import ConsentEvent, Customer, Receipt
from portal.public.urls import urlpatterns
from portal.visits.levels import NEEDED, Capability, is_allowed
from tests.portal.public.people import Walker, customer_make, link_for, walked_to_level_one
from tests.support.customer_capabilities import CAPABILITIES

OPEN = {
    "entrance", "lost", "policy", "journal_key", "link", "one_click", "qr", "landing", "refused", "denied",
    "cancelled_change", "finished",
}  # fmt: skip
"""Pages without a person behind them, and the first page, which asks the cookie itself."""

LEVELS = {
    Capability.SEE_MASKS: 0,
    Capability.REFUSE: 0,
    Capability.DENY: 0,
    Capability.CANCEL_CHANGE: 0,
    Capability.ASK_CODE: 0,
    Capability.FINISH: 0,
    Capability.SEE_OWN: 1,
    Capability.CONFIRM: 1,
    Capability.CONSENT: 1,
    Capability.WITHDRAW: 1,
    Capability.CHOOSE_CHANNELS: 1,
    Capability.LINK_ACCOUNT: 1,
    Capability.ASK_CODE_TO_NEW: 1,
    Capability.CHANGE_CONTACT: 2,
}
PLAIN = [
    "/me/contacts/", "/me/contacts/phone/", "/me/contacts/email/", "/me/contacts/confirm/", "/me/channels/",
    "/me/rules/",
    "/me/consent/1/", "/me/offers/", "/me/max/", "/me/max/state/", "/me/done/", "/me/home/", "/me/history/",
    "/me/data/", "/me/receipt/00000000-0000-4000-8000-000000000000.pdf",
    "/me/receipt/00000000-0000-4000-8000-000000000000/",
]  # fmt: skip
POSTS = [
    "/me/home/withdraw/",
    "/me/home/allow/",
    "/me/home/max/off/",
    "/me/max/skip/",
    "/me/channels/",
]


def named_views() -> Iterator[tuple[str, object]]:
    """Every address of customers with its view."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        yield str(pattern.name), pattern.callback


def test_the_table_is_the_one_of_the_facts() -> None:
    assert {capability: int(level) for capability, level in NEEDED.items()} == LEVELS
    assert set(NEEDED) == set(Capability)


def test_every_page_of_customers_stands_in_the_table() -> None:
    found = {name: getattr(view, "capability", None) for name, view in named_views()}

    assert {name: capability for name, capability in found.items() if capability is not None} == CAPABILITIES
    assert {name for name, capability in found.items() if capability is None} == OPEN


@pytest.mark.parametrize("capability", list(Capability))
@pytest.mark.parametrize("level", list(ProofLevel))
def test_a_capability_is_there_from_its_level_up(capability: Capability, level: ProofLevel) -> None:
    assert is_allowed(capability, level) == (int(level) >= LEVELS[capability])


@pytest.mark.parametrize("address", PLAIN)
def test_with_a_link_alone_every_proven_page_leads_to_the_code(customer: Customer, address: str) -> None:
    walker = Walker()
    walker.open_link(link_for(customer))

    answer = walker.client.get(address)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/code/")


@pytest.mark.parametrize("address", POSTS)
def test_with_a_link_alone_no_button_of_a_proven_page_does_anything(customer: Customer, address: str) -> None:
    walker = Walker()
    walker.open_link(link_for(customer))

    answer = walker.client.post(address, {"purpose": "service", "channel": "sms", "channels": ["sms"]})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/code/")


@pytest.mark.parametrize("address", PLAIN)
def test_without_a_visit_every_page_says_that_it_is_over(company: None, address: str) -> None:
    assert Walker().get(address).status_code == 403


@pytest.mark.parametrize("address", POSTS)
def test_without_a_visit_every_button_says_that_it_is_over(company: None, address: str) -> None:
    assert Walker().press(address).status_code == 403


def test_a_link_to_cancel_a_change_opens_nothing_else(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer, scope="cancel_change"))

    assert walker.where == "/me/cancel/"
    assert walker.get("/me/code/").status_code == 403
    assert walker.get("/me/contacts/").status_code == 403


def test_a_personal_link_does_not_cancel_a_change(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))

    assert walker.press("/me/cancel/").status_code == 403


def test_nobody_sees_the_receipt_or_the_text_of_somebody_else(customer: Customer) -> None:
    owner = walked_to_level_one(customer)
    owner.choose("sms")
    owner.answer("grant")
    receipt, event = Receipt.objects.get(), ConsentEvent.objects.filter(kind="granted").get()
    assert owner.get(f"/me/receipt/{receipt.uuid}.pdf").status_code == 200
    assert owner.get(f"/me/receipt/{receipt.uuid}/").status_code == 200
    assert owner.get(f"/me/history/{event.uuid}/").status_code == 200

    stranger = walked_to_level_one(customer_make(phone="+79160000001", email="other@yandex.ru"))

    assert stranger.get(f"/me/receipt/{receipt.uuid}/").status_code == 404
    assert stranger.get(f"/me/receipt/{receipt.uuid}.pdf").status_code == 404
    assert stranger.get(f"/me/receipt/{receipt.uuid}.json").status_code == 404
    assert stranger.get(f"/me/history/{event.uuid}/").status_code == 404
