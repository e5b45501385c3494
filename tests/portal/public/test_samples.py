"""The link of a test and of a preview opens a page that shows how it looks, and stores nothing."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consents.models import ConsentEvent, Customer
from consents.outside.requests import requests_unknown, requests_waiting
from notify.links.tokens import token_is_sample, token_new
from notify.messages.composing import sample_link
from portal.models import PersonSession, Throttle
from tests.portal.public.people import link_for


@pytest.mark.parametrize("channel", ["email", "sms", "max"])
def test_the_link_of_a_test_opens_the_page_with_invented_contacts(customer: Customer, channel: str) -> None:
    client = Client()
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/k/{sample_link(channel).token}")

    assert page.status_code == 200
    assert "Это тестовое сообщение" in page.text
    assert "Куда прислать код" in page.text
    assert "ivan" not in page.text
    assert "mostik" not in client.cookies
    assert not [query for query in queries if not query["sql"].startswith("SELECT")]
    assert not Throttle.objects.exists()


def test_its_buttons_do_nothing(customer: Customer) -> None:
    page = Client().get(f"/k/{sample_link('email').token}").text

    assert "inert" in page[: page.index("<form")].rsplit("<div", 1)[-1]


@pytest.mark.parametrize("press", [{"List-Unsubscribe": "One-Click"}, None], ids=["pressed", "opened"])
def test_to_unsubscribe_from_a_test_records_nothing(customer: Customer, press: dict[str, str] | None) -> None:
    address = f"/u/{sample_link('email').token}"
    page = Client().get(address) if press is None else Client().post(address, press)

    assert page.status_code == 200
    assert "ничего не записано" in page.text
    assert not ConsentEvent.objects.exists()
    assert not list(requests_waiting())
    assert not list(requests_unknown())


def test_no_link_of_a_customer_is_taken_for_one(customer: Customer) -> None:
    assert not token_is_sample(token_new())
    client = Client()

    assert client.get(f"/k/{link_for(customer).token}").status_code == 303
    assert not PersonSession.objects.exists()
