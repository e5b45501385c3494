"""A right dies with the visit that gave it: whoever is shut out keeps nothing, and cannot finish what was begun."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from consents.enums import Channel, ContactKind, EventKind
from consents.models import ConsentEvent, ContactPoint, Customer
from notify.channels.events import DialogueEvent
from notify.inbound.account_dialogues import dialogue_apply
from notify.links.account_tokens import account_invitation
from notify.links.issuing import campaign_links_revoke, customer_links_revoke
from notify.models import AccountLinkToken, Message
from portal.models import PersonSession
from portal.visits.session import ABSOLUTE
from tests.factories.notify import CampaignFactory
from tests.portal.public.people import (
    Walker,
    code_now,
    contact_of,
    customer_make,
    half_an_hour_later,
    letter_link,
    link_for,
    walked_to_level_one,
)
from tests.portal.public.test_contacts import NEW, cancel_link, changed

STRANGER = "212000666"


def invited(customer: Customer) -> str:
    """The payload that an intruder at level 1 has noted down."""
    walker = walked_to_level_one(customer)
    walker.press("/me/max/")
    return payload_of(customer)


def payload_of(customer: Customer) -> str:
    """The payload that the newest visit shows."""
    key = f"session:{PersonSession.objects.latest('id').pk}"
    shown = account_invitation(channel=Channel.MAX, customer_id=customer.pk, session_key=key)
    assert shown is not None
    return shown.payload


def started(payload: str, account: str = STRANGER) -> None:
    """«Начать» is pressed in MAX."""
    dialogue_apply(
        event=DialogueEvent(
            channel=Channel.MAX,
            kind="started",
            account=account,
            chat=account,
            occurred_at=timezone.now(),
            payload=payload,
        )
    )


def accounts(customer: Customer) -> list[str]:
    """The accounts that are the customer's now."""
    current = customer.contact_points.filter(kind=ContactKind.MAX, is_current=True)
    return list(current.values_list("value", flat=True))


def denied(customer: Customer) -> None:
    """«Это не я» in a browser of the owner."""
    owner = Walker()
    owner.open_link(letter_link(customer))
    owner.press("/me/deny/")
    assert owner.where == "/me/denied/"


SHUT: dict[str, Callable[[Customer], object]] = {
    "this is not me": denied,
    "the desk closes all links": lambda customer: customer_links_revoke(customer_id=customer.pk),
}


@pytest.mark.parametrize("how", SHUT)
def test_a_token_that_was_noted_down_ties_nothing_once_its_visit_is_shut_out(customer: Customer, how: str) -> None:
    payload = invited(customer)

    SHUT[how](customer)
    started(payload)

    assert accounts(customer) == []
    assert not ConsentEvent.objects.filter(kind=EventKind.MAX_LINKED).exists()


def test_a_token_ties_nothing_once_the_links_of_its_campaign_are_closed(customer: Customer) -> None:
    campaign = CampaignFactory()
    walker = Walker()
    walker.open_link(link_for(customer, campaign=campaign))
    walker.prove(contact_of(customer))
    walker.press("/me/max/")
    payload = payload_of(customer)

    campaign_links_revoke(campaign_id=campaign.pk)
    started(payload)

    assert accounts(customer) == []


@pytest.mark.parametrize("way", ["/me/finish/", "/me/refuse/"])
def test_a_visit_that_ends_takes_its_token_along(customer: Customer, way: str) -> None:
    walker = walked_to_level_one(customer)
    walker.press("/me/max/")
    payload = payload_of(customer)

    walker.press(way)
    started(payload)

    assert accounts(customer) == []


def test_a_token_made_at_the_end_of_a_visit_lives_no_longer_than_it(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    begun = timezone.now() - ABSOLUTE + timedelta(minutes=1)
    PersonSession.objects.update(created_at=begun)

    walker.press("/me/max/")

    assert AccountLinkToken.objects.get().expires_at == begun + ABSOLUTE


def test_a_visit_that_is_shut_out_while_it_asks_gets_no_token(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    mark = walker.hidden_of("/me/home/", "visit")
    PersonSession.objects.update(ended_at=timezone.now())

    walker.press("/me/max/", visit=mark)

    assert not AccountLinkToken.objects.exists()


def test_the_owner_can_link_an_account_after_shutting_the_intruder_out(customer: Customer) -> None:
    invited(customer)
    denied(customer)
    half_an_hour_later()

    started(invited(customer), "212000001")

    assert accounts(customer) == ["212000001"]


def intruder_links_then_changes(customer: Customer) -> None:
    """Both in one visit, in the other order."""
    walker = walked_to_level_one(customer)
    walker.press("/me/max/")
    started(payload_of(customer))
    half_an_hour_later()
    walker.press("/me/contacts/phone/", value=NEW)
    walker.press("/me/code/enter/", code=code_now())
    assert contact_of(customer).value == "+79267654321"


def intruder_changes_then_links(customer: Customer) -> None:
    """The phone first."""
    changed(customer).press("/me/max/")
    started(payload_of(customer))


def taken_back(customer: Customer, replaced: ContactPoint) -> None:
    """The owner of the replaced contact presses «Вернуть прежний контакт»."""
    owner = Walker()
    owner.open_link(cancel_link(customer, replaced))
    owner.press("/me/cancel/")
    assert owner.where == "/me/cancelled/"


@pytest.mark.parametrize("done", [intruder_changes_then_links, intruder_links_then_changes])
def test_taking_a_change_back_closes_the_account_that_its_visit_has_tied(
    customer: Customer, done: Callable[[Customer], None]
) -> None:
    old = contact_of(customer)
    done(customer)
    assert accounts(customer) == [STRANGER]

    taken_back(customer, old)

    assert accounts(customer) == []
    assert contact_of(customer).value == old.value
    assert ConsentEvent.objects.filter(kind=EventKind.MAX_UNLINKED).count() == 1


def test_an_account_that_was_the_owners_before_stays(customer: Customer) -> None:
    started(invited(customer), "212000001")
    ConsentEvent.objects.filter(kind=EventKind.MAX_LINKED).get()
    half_an_hour_later()
    old = contact_of(customer)
    changed(customer)

    taken_back(customer, old)

    assert accounts(customer) == ["212000001"]


def test_a_contact_that_the_intruder_added_is_closed_when_a_change_is_taken_back(company: None) -> None:
    customer = customer_make(email="")
    old = contact_of(customer)
    walker = changed(customer)
    walker.press("/me/contacts/email/", value="stranger@yandex.ru")
    walker.press("/me/code/enter/", code=code_now())
    assert contact_of(customer, ContactKind.EMAIL).value == "stranger@yandex.ru"

    taken_back(customer, old)

    assert list(customer.contact_points.filter(is_current=True).values_list("value", flat=True)) == [old.value]
    evidence = ConsentEvent.objects.get(kind=EventKind.CONTACT_RESTORED).evidence.personal
    assert "stranger@yandex.ru" in evidence["closed_contacts"]


def test_both_contacts_come_back_when_the_intruder_has_replaced_both(customer: Customer) -> None:
    phone, email = contact_of(customer), contact_of(customer, ContactKind.EMAIL)
    walker = changed(customer)
    walker.press("/me/contacts/email/", value="stranger@yandex.ru")
    walker.press("/me/code/enter/", code=code_now())

    taken_back(customer, phone)

    current = customer.contact_points.filter(is_current=True).values_list("value", flat=True)
    assert sorted(current) == sorted([phone.value, email.value])
    assert ConsentEvent.objects.filter(kind=EventKind.CONTACT_RESTORED).count() == 2


def test_the_notice_that_went_to_an_intruders_own_contact_brings_it_back_no_more(customer: Customer) -> None:
    old = contact_of(customer)
    walker = changed(customer)
    half_an_hour_later()
    theirs = contact_of(customer)
    walker.press("/me/contacts/phone/", value="8 926 000-00-01")
    walker.press("/me/code/enter/", code=code_now())
    owner_link, stranger_link = cancel_link(customer, old), cancel_link(customer, theirs)
    for link in (owner_link, stranger_link):
        browser = Walker()
        browser.open_link(link)
        browser.press("/me/cancel/")

    assert browser.page.status_code == 409
    assert contact_of(customer).value == old.value


def test_an_account_that_is_linked_is_told_of_to_every_other_contact(customer: Customer) -> None:
    payload = invited(customer)

    for _ in range(2):
        started(payload)

    notices = Message.objects.filter(context__notice="account_added")
    told = set(notices.values_list("channel", "contact_point__value"))
    assert told == {("sms", "+79161234512"), ("email", "ivan@yandex.ru")}
    assert len(notices) == 2


def test_a_contact_that_is_confirmed_anew_is_told_of_to_nobody(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    half_an_hour_later()
    walker.press("/me/contacts/phone/", value=contact_of(customer).value)
    walker.press("/me/code/enter/", code=code_now())

    assert not Message.objects.filter(context__notice="contact_added").exists()
