"""Two people in one browser: a page that one of them has left open does nothing for the other."""

from typing import Any

import pytest

from consents.customers.messenger_accounts import account_link
from consents.enums import ContactKind, StateValue
from consents.models import ConsentEvent, ConsentState, Customer
from notify.models import AccountLinkToken, Link
from portal.models import PersonSession
from tests.factories.consents import circumstances_make
from tests.portal.public.addresses import every_address
from tests.portal.public.people import Walker, answered, contact_of, customer_make, half_an_hour_later, link_for
from tests.support.customer_capabilities import CAPABILITIES

BY_ITSELF = {
    "visit": "the script counts a visit of the link in the cookie",
    "code_send": "names a contact, which must be of this visit",
    "code_enter": "the code is the proof",
    "which_customer": "the number says who it is",
    "rules": "the text in the form is signed for its visit",
    "consent": "the text in the form is signed for its visit",
    "finish": "leaves nothing in the browser, whosever visit is open in it",
    "cancel_change": "opens to a link of its own, see the last test",
}
"""Buttons whose form needs no mark of the visit, each with its reason."""
VALUES = {
    "purpose": "service",
    "channel": "sms",
    "channels": ["email"],
    "decision": "skip",
    "value": "8 926 765-43-21",
    "key": "5e0c7d52-6a3b-4a86-9a5e-0d9c1be1f4a7",
}
"""What the forms of the pages send, in one."""


def wife_of(customer: Customer) -> Customer:
    """Somebody else on the same sofa."""
    return customer_make(phone="+79160000001", email="other@yandex.ru", external_id=f"{customer.external_id}-2")


def both_in_one_browser(customer: Customer) -> tuple[Walker, str]:
    """A browser in which the wife has answered after her husband; the mark of the page that he has left open."""
    walker = Walker()
    mark = _walked(walker, customer)
    _walked(walker, wife_of(customer))
    return walker, mark


def _walked(walker: Walker, person: Customer) -> str:
    walker.open_link(link_for(person))
    half_an_hour_later()
    walker.prove(contact_of(person))
    walker.choose("sms")
    walker.answer("grant")
    return walker.hidden_of("/me/home/", "visit")


def everything() -> list[Any]:
    """What a button could change."""
    return [
        list(ConsentEvent.objects.values_list("uuid", flat=True).order_by("id")),
        list(ConsentState.objects.values_list("customer_id", "purpose", "channel", "value").order_by("id")),
        list(PersonSession.objects.values_list("progress", "ended_at", "level").order_by("id")),
        AccountLinkToken.objects.count(),
        Link.objects.count(),
    ]


def test_no_button_of_a_page_left_open_acts_for_whoever_came_after(customer: Customer) -> None:
    walker, mark = both_in_one_browser(customer)
    assert mark
    addresses = every_address()
    before = everything()

    statuses = {
        name: walker.client.post(addresses[name], VALUES | {"visit": mark}).status_code
        for name in set(CAPABILITIES) - set(BY_ITSELF)
    }

    assert {name for name, status in statuses.items() if status not in (405, 409)} == set()
    assert {name for name, status in statuses.items() if status == 409} == {
        "deny", "refuse", "contact_phone", "contact_email", "contact_confirm", "channels", "offers", "max",
        "max_skip", "done", "withdraw", "allow", "max_off", "vk", "vk_skip", "vk_off",
    }  # fmt: skip
    assert everything() == before


@pytest.mark.parametrize("visit", ["", "link:1", "forged"])
def test_a_form_without_the_mark_of_its_visit_switches_nothing_off(customer: Customer, visit: str) -> None:
    walker = answered(customer)
    walker.get("/me/home/")

    page = walker.press("/me/home/withdraw/", purpose="service", channel="sms", key=walker.hidden("key"), visit=visit)

    assert page.status_code == 409
    assert "Страница устарела" in walker.text
    assert ConsentState.objects.get().value == StateValue.GRANTED


def test_switching_max_off_in_an_old_tab_leaves_the_others_account_alone(customer: Customer) -> None:
    walker, mark = both_in_one_browser(customer)
    wife = Customer.objects.exclude(pk=customer.pk).get()
    how = circumstances_make(method="link+max_bot")
    account_link(customer_id=wife.pk, kind=ContactKind.MAX, account="212000001", chat="472000001", circumstances=how)
    walker.get("/me/home/")

    assert walker.press("/me/home/max/off/", key=walker.hidden("key"), visit=mark).status_code == 409

    assert wife.contact_points.filter(kind=ContactKind.MAX, is_current=True).exists()


def test_ending_the_visit_in_an_old_tab_leaves_nothing_open_in_the_browser(customer: Customer) -> None:
    walker, _ = both_in_one_browser(customer)

    walker.press("/me/finish/")

    assert walker.where == "/me/finished/"
    assert walker.get("/me/home/").status_code == 403


def test_a_page_that_takes_a_change_back_does_it_for_its_own_link_only(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer, scope="cancel_change"))
    mark = walker.hidden("visit")
    walker.open_link(link_for(wife_of(customer), scope="cancel_change"))
    assert walker.hidden("visit") != mark

    assert walker.press("/me/cancel/", visit=mark).status_code == 409
