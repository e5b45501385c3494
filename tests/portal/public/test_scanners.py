"""Programs open links as well as people: nothing that they do may change anything."""

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from consents.models import ConsentEvent, Customer, Receipt
from tests.factories.consents import CompanyFactory
from tests.portal.public.addresses import every_address
from tests.portal.public.people import (
    PHONE_BROWSER,
    Walker,
    answered,
    contact_of,
    link_for,
    newest_link,
    walked_to_level_one,
)
from tests.support.machines import MACHINES

ROUNDS = 1_000 // (len(MACHINES) * 4) + 1
COUNTERS = {"portal_throttle"}
"""Counters of guessing are the one thing that opening may move, and only for unknown tokens."""


def database_state() -> dict[str, str]:
    """Count and checksum of every table."""
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed]
    with connection.cursor() as cursor:
        return {table: _checksum(cursor, table) for table in tables if table not in COUNTERS}


def _checksum(cursor: object, table: str) -> str:
    cursor.execute(f"SELECT count(*), coalesce(string_agg(t::text, '|' ORDER BY t::text), '') FROM {table} t")  # type: ignore[attr-defined]  # a cursor of psycopg
    count, text = cursor.fetchone()  # type: ignore[attr-defined]  # as above
    return f"{count}:{hashlib.sha256(text.encode()).hexdigest()}"


def requests(token: str) -> Iterator[tuple[str, str, str]]:
    """A thousand fetches: each agent opens and looks at the link and the pages behind it."""
    for _ in range(ROUNDS):
        for agent in MACHINES:
            for method in ("get", "head"):
                yield agent, method, f"/k/{token}"
                yield agent, method, "/me/"


def test_a_thousand_fetches_by_scanners_and_previews_change_no_row(customer: Customer) -> None:
    link = link_for(customer)
    before = database_state()

    count = 0
    clients = {agent: Client(headers={"user-agent": agent}) for agent in MACHINES}
    for agent, method, address in requests(link.token):
        getattr(clients[agent], method)(address)
        count += 1

    assert count >= 1_000
    assert database_state() == before
    assert newest_link().visited_at is None


def only_opened(customer: Customer) -> Walker:
    """A browser at level 0."""
    walker = Walker()
    walker.open_link(link_for(customer))
    return walker


def at_the_rules(customer: Customer) -> Walker:
    """A browser to which the rules of the signature are offered."""
    CompanyFactory(signature_rules="ask")
    return walked_to_level_one(customer)


def at_the_consent(customer: Customer) -> Walker:
    """A browser in front of a text."""
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    return walker


def at_the_offers(customer: Customer) -> Walker:
    """A browser that has answered and may ask for offers."""
    walker = at_the_consent(customer)
    walker.answer("grant")
    return walker


def at_the_end(customer: Customer) -> Walker:
    """A browser with a receipt, and with an invitation to MAX that waits."""
    walker = answered(customer)
    walker.press("/me/max/")
    return walker


def waiting_for_a_new_number(customer: Customer) -> Walker:
    """A browser that waits for the code of another number."""
    walker = walked_to_level_one(customer)
    walker.press("/me/contacts/phone/", value="8 926 765-43-21")
    return walker


def at_the_entrance(customer: Customer) -> Walker:
    """A browser that has named a contact and waits."""
    walker = Walker()
    walker.press("/", value=contact_of(customer).value)
    return walker


def to_take_a_change_back(customer: Customer) -> Walker:
    """A browser with the link of a notice about a changed contact."""
    walker = Walker()
    walker.open_link(link_for(customer, scope="cancel_change"))
    return walker


@pytest.mark.parametrize(
    ("standing", "opens"),
    [
        (only_opened, {"landing", "deny", "refuse"}),
        (walked_to_level_one, {"contacts", "contact_phone", "contact_email", "channels", "home", "max"}),
        (at_the_rules, {"rules", "own_data"}),
        (at_the_consent, {"consent", "consent_pdf"}),
        (at_the_offers, {"done"}),
        (
            at_the_end,
            {
                "done",
                "max",
                "max_state",
                "home",
                "history",
                "event_text",
                "event_text_pdf",
                "receipt_pdf",
                "receipt_json",
            },
        ),
        (waiting_for_a_new_number, {"code"}),
        (at_the_entrance, {"code"}),
        (to_take_a_change_back, {"cancel_change"}),
    ],
)
def test_no_page_changes_a_row_when_a_person_opens_it(
    customer: Customer, standing: Callable[[Customer], Walker], opens: set[str]
) -> None:
    walker = standing(customer)
    here = re.search(r"/me/consent/(\d+)/", walker.where)
    known: dict[str, Any] = {"edition_id": here[1]} if here else {}
    if receipt := Receipt.objects.first():
        known |= {"receipt": receipt.uuid, "event": ConsentEvent.objects.get(kind="granted").uuid}
    known["token"] = link_for(customer).token
    before = database_state()
    cookie = walker.client.cookies["mostik"].value

    opened = set()
    for name, address in every_address(**known).items():
        for method in ("get", "head"):
            walker.client.cookies["mostik"] = cookie
            answer = getattr(walker.client, method)(address)
            opened |= {name} if answer.status_code == 200 else set()

    assert opened >= opens
    after = database_state()
    assert {table for table in before if before[table] != after[table]} == set()


@pytest.mark.parametrize("agent", ["", "curl/8.5.0", "TelegramBot (like TwitterBot)"])
def test_the_beacon_of_a_program_is_not_a_human_visit(customer: Customer, agent: str) -> None:
    client = Client(headers={"user-agent": agent})
    client.get(f"/k/{link_for(customer).token}")

    assert client.post("/me/visit/").status_code == 204
    assert newest_link().visited_at is None


def test_the_beacon_of_a_person_is_a_human_visit_once(customer: Customer) -> None:
    client = Client(headers={"user-agent": PHONE_BROWSER})
    client.get(f"/k/{link_for(customer).token}")

    client.post("/me/visit/")
    first = newest_link().visited_at
    client.post("/me/visit/")

    assert first is not None
    assert newest_link().visited_at == first


def test_a_pressed_button_is_a_human_visit_whatever_the_agent_says(customer: Customer) -> None:
    client = Client(headers={"user-agent": "curl/8.5.0"})
    client.get(f"/k/{link_for(customer).token}")
    client.post("/me/code/send/", {"contact": str(contact_of(customer).uuid)})

    assert newest_link().visited_at is not None


@pytest.mark.parametrize(
    "address",
    [
        "/me/visit/",
        "/me/deny/",
        "/me/refuse/",
        "/me/code/send/",
        "/me/code/enter/",
        "/me/finish/",
        "/",
    ],
)
def test_a_bare_post_without_the_token_of_the_page_fails(customer: Customer, address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(f"/k/{link_for(customer).token}")
    before = database_state()

    assert client.post(address).status_code == 403
    assert database_state() == before


def test_no_page_sends_itself(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))

    assert "http-equiv" not in walker.text
    assert "onload" not in walker.text
    assert "<script>" not in walker.text
