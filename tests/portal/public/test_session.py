"""Visits: cookies, clocks, renewal of keys."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from consents.enums import ContactKind, ProofLevel
from consents.models import Customer
from portal.models import PersonSession
from portal.visits import session
from tests.portal.public.people import Walker, code_now, contact_of, link_for, walked_to_level_one
from tests.support.clock import Clock


def cookie(walker: Walker) -> str:
    """The cookie of the browser."""
    return str(walker.client.cookies["mostik"].value)


def test_the_cookie_is_lax_http_only_and_lives_an_hour(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))

    morsel = walker.client.cookies["mostik"]

    assert (morsel["samesite"], morsel["httponly"], morsel["path"]) == ("Lax", True, "/")
    assert morsel["max-age"] == 3600
    assert not morsel["domain"]


def test_with_https_the_cookie_is_bound_to_the_host(customer: Customer, settings: object) -> None:
    settings.SESSION_COOKIE_SECURE = True  # type: ignore[attr-defined]  # the fixture's own
    client = Client()

    client.get(f"/k/{link_for(customer).token}", secure=True)

    morsel = client.cookies["__Host-mostik"]
    assert morsel["secure"]
    assert morsel["path"] == "/"


def test_a_visit_is_over_after_a_quarter_of_an_hour_without_a_page(customer: Customer, clock: Clock) -> None:
    walker = walked_to_level_one(customer)

    for _ in range(2):
        clock.shift(timedelta(minutes=14))
        assert walker.get("/me/contacts/").status_code == 200
    clock.shift(timedelta(minutes=16))
    assert walker.get("/me/contacts/").status_code == 403


def test_a_page_that_asks_by_itself_keeps_no_visit_open(customer: Customer, clock: Clock) -> None:
    walker = walked_to_level_one(customer)
    walker.press("/me/max/")
    statuses = []
    for _ in range(16):
        clock.shift(timedelta(minutes=1))
        statuses.append(walker.get("/me/max/state/").status_code)

    assert statuses == [200] * 14 + [403] * 2
    assert walker.get("/me/max/").status_code == 403


def test_a_visit_is_over_after_an_hour_whatever_happens_in_it(customer: Customer) -> None:
    walker = walked_to_level_one(customer)

    PersonSession.objects.update(created_at=timezone.now() - timedelta(minutes=61))

    assert walker.get("/me/contacts/").status_code == 403


def test_a_link_that_was_only_opened_is_over_after_an_hour_too(
    customer: Customer, walker: Walker, clock: Clock
) -> None:
    walker.open_link(link_for(customer))
    statuses = []
    for minutes in (10, 10, 10, 10, 10, 9, 2):
        clock.shift(timedelta(minutes=minutes))
        statuses.append(walker.get("/me/").status_code)

    assert statuses == [200] * 6 + [403]


def test_finishing_ends_the_visit_and_clears_the_browser(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    old = cookie(walker)

    answer = walker.client.post("/me/finish/")

    assert '"cookies"' in answer.headers["Clear-Site-Data"]
    assert walker.client.cookies["mostik"].value == ""
    walker.client.cookies["mostik"] = old
    assert walker.get("/me/contacts/").status_code == 403


def test_the_key_is_renewed_when_a_link_is_exchanged_and_when_the_level_rises(
    customer: Customer, walker: Walker
) -> None:
    link = link_for(customer)
    walker.open_link(link)
    opened = cookie(walker)
    walker.press("/me/code/send/", contact=str(contact_of(customer).uuid))
    begun = cookie(walker)
    walker.press("/me/code/enter/", code=code_now())
    proven = cookie(walker)

    assert len({opened, begun, proven}) == 3
    walker.client.cookies["mostik"] = begun
    assert walker.get("/me/contacts/").status_code == 403


def test_a_key_that_somebody_planted_never_rises_with_the_victim(customer: Customer) -> None:
    planted = Walker()
    planted.open_link(link_for(customer))
    planted.press("/me/code/send/", contact=str(contact_of(customer, ContactKind.EMAIL).uuid))
    value = cookie(planted)
    victim = Walker()
    victim.client.cookies["mostik"] = value

    victim.prove(contact_of(customer))

    assert victim.get("/me/contacts/").status_code == 200
    assert planted.get("/me/contacts/").status_code == 403


@pytest.mark.parametrize("value", ["", "x", "1.l.1.2.3", "l.1.2.3:forged", "1700000000.s.key:sig"])
def test_a_forged_cookie_is_no_visit(company: None, value: str) -> None:
    client = Client()
    client.cookies["mostik"] = value

    assert client.get("/me/").status_code == 403


def test_only_the_hash_of_a_key_is_stored(customer: Customer) -> None:
    walker = walked_to_level_one(customer)

    row = PersonSession.objects.get()

    assert row.key_hash not in cookie(walker)
    assert len(row.key_hash) == 64
    assert row.level == ProofLevel.KNOWN_CONTACT


def test_a_level_never_falls_by_a_later_rise(customer: Customer) -> None:
    visitor, _ = session.session_start(customer_id=customer.pk)
    visitor, _ = session.session_rise(visitor=visitor, level=ProofLevel.NEW_CONTACT, method="link+sms_code")

    visitor, _ = session.session_rise(visitor=visitor, level=ProofLevel.KNOWN_CONTACT, method="link+sms_code")

    assert visitor.level == ProofLevel.NEW_CONTACT


def test_two_requests_at_once_both_get_their_note_in(customer: Customer) -> None:
    visitor, _ = session.session_start(customer_id=customer.pk)

    session.session_progress_change(visitor=visitor, change=lambda now: replace(now, events=(*now.events, 1)))
    session.session_progress_change(visitor=visitor, change=lambda now: replace(now, events=(*now.events, 2)))

    assert PersonSession.objects.get().progress["events"] == [1, 2]


def test_old_visits_are_cleaned_away(customer: Customer) -> None:
    session.session_start(customer_id=customer.pk)
    session.session_start(customer_id=customer.pk)
    PersonSession.objects.filter(pk=PersonSession.objects.latest("id").pk).update(
        created_at=timezone.now() - timedelta(hours=2)
    )

    assert session.sessions_clean() == 1
    assert PersonSession.objects.count() == 1
