"""Programs open links as well as people: nothing that they do may change anything (P2, P3, G17)."""

import hashlib
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from consents.models import Customer
from tests.notify.test_machine_visits import MACHINES
from tests.portal.public.people import PHONE_BROWSER, Walker, link_for, newest_link

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


def test_p2_a_thousand_fetches_by_scanners_and_previews_change_no_row(customer: Customer) -> None:
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


def test_p2_a_get_of_any_page_by_a_person_changes_no_row_either(customer: Customer) -> None:
    walker = Walker()
    walker.open_link(link_for(customer))
    before = database_state()

    for address in ("/me/", "/me/deny/", "/me/refuse/", "/me/code/", "/me/contacts/", "/me/cancel/", "/me/next/"):
        walker.get(address)

    assert database_state() == before


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

    client.post("/me/continue/")

    assert newest_link().visited_at is not None


@pytest.mark.parametrize(
    "address",
    [
        "/me/continue/",
        "/me/visit/",
        "/me/deny/",
        "/me/refuse/",
        "/me/code/send/",
        "/me/code/enter/",
        "/me/finish/",
        "/",
    ],
)
def test_p3_a_bare_post_without_the_token_of_the_page_fails(customer: Customer, address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(f"/k/{link_for(customer).token}")
    before = database_state()

    assert client.post(address).status_code == 403
    assert database_state() == before


def test_p3_no_page_sends_itself(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))

    assert "http-equiv" not in walker.text
    assert "onload" not in walker.text
    assert "<script>" not in walker.text
