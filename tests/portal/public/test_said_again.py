"""A no is recorded each time that it is said, and the stop it renews is not lifted by an older form."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consents.answers.withdrawing import demand_obey
from consents.enums import ContactKind, EventKind, Purpose
from consents.models import ConsentEvent, Customer, Receipt, Stop
from consents.reach.stops import stops_of
from consents.receipts.refusals import refusal_receipt
from portal.models.user import Role
from tests.consents.tampering import as_superuser
from tests.factories.consents import circumstances_make
from tests.factories.staff import client_of, user_make
from tests.portal.public.people import Walker, letter_link, link_for, link_sent_to
from tests.portal.staff.matrix import DEMAND

Say = Callable[[Customer], Any]


def refuse(customer: Customer) -> None:
    """«Отказаться от сообщений» in a new visit by the link alone."""
    walker = Walker()
    walker.open_link(link_for(customer))
    walker.press("/me/refuse/", scope="all")
    assert walker.where == "/me/refused/"


def one_click(customer: Customer) -> None:
    """The button of a mail program, in another letter each time."""
    link = letter_link(customer)
    assert Client().post(f"/u/{link.token}", {"List-Unsubscribe": "One-Click"}).status_code == 200


def deny(customer: Customer) -> None:
    """«Это не я» from another letter to the same address."""
    walker = Walker()
    walker.open_link(link_sent_to(customer.contact_points.get(kind=ContactKind.EMAIL)))
    walker.press("/me/deny/")
    assert walker.where == "/me/denied/"


def demand(customer: Customer) -> None:
    """A letter that the desk writes down."""
    how = circumstances_make(level=0)
    events = demand_obey(customer_id=customer.pk, scope=Purpose.ADVERTISING, circumstances=how)
    refusal_receipt(customer_id=customer.pk, events=events, circumstances=how)


@pytest.mark.parametrize("say", [refuse, one_click, deny, demand])
def test_each_no_is_an_event_and_a_receipt_of_its_own(customer: Customer, say: Say) -> None:
    say(customer)
    events, receipts = ConsentEvent.objects.count(), Receipt.objects.count()

    say(customer)

    assert ConsentEvent.objects.count() > events
    assert Receipt.objects.count() == receipts + 1


@pytest.mark.parametrize("say", [refuse, one_click, deny])
def test_a_no_that_comes_while_the_desk_lifts_the_one_before_stays(customer: Customer, say: Say) -> None:
    desk = client_of(user_make(Role.DPO))
    say(customer)
    shown = Stop.objects.get(lifted_at=None)
    address = reverse("staff:stop_lift", args=[customer.pk, shown.pk])
    assert desk.get(address).status_code == 200

    say(customer)
    page = desk.post(address, DEMAND, follow=True)

    assert "клиент за это время отказался ещё раз" in page.content.decode()
    (stop,) = stops_of(customer_id=customer.pk)
    assert stop.id > shown.pk
    assert stop.since > shown.created_at
    assert not ConsentEvent.objects.filter(kind=EventKind.STOP_LIFTED).exists()


def test_a_call_that_a_mail_service_repeats_at_once_is_one_no(customer: Customer) -> None:
    link = letter_link(customer)

    for _ in range(3):
        Client().post(f"/u/{link.token}", {"List-Unsubscribe": "One-Click"})

    assert Stop.objects.count() == Receipt.objects.count() == 1


def test_the_same_letter_unsubscribes_once_more_on_another_day(customer: Customer) -> None:
    link = letter_link(customer)
    Client().post(f"/u/{link.token}", {"List-Unsubscribe": "One-Click"})
    as_superuser("UPDATE consents_stop SET created_at = created_at - interval '1 day'")

    Client().post(f"/u/{link.token}", {"List-Unsubscribe": "One-Click"})

    stop = Stop.objects.get(lifted_at=None)
    assert stop.created_at > timezone.now() - timedelta(hours=1)
    assert Receipt.objects.count() == 2
