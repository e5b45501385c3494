"""Rules of personal links, each a test named after what it keeps."""

import re
from datetime import timedelta
from typing import Any, Final

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from consents.models import Customer, Receipt
from notify.links import tokens
from notify.links.issuing import campaign_links_revoke, customer_links_revoke, link_make
from notify.models import Link
from notify.provider_setups import setup_create
from notify.providers.order import setup_switch
from portal.errors import FormStale
from portal.middleware import CUSTOMER_PATHS
from portal.models import PersonSession, Throttle
from tests.factories.notify import CampaignFactory
from tests.portal.public.addresses import every_address
from tests.portal.public.people import (
    Walker,
    answered,
    contact_of,
    customer_make,
    link_for,
    newest_link,
    walked_to_level_one,
)

HOSTILE: Final = (
    "evil.example", "EVIL.example", "evil.example.", "evil.example:80", "evil.example:443", "evil.example:8443",
    "testserver.evil.example", "evil-testserver", "localhost.evil", "127.0.0.1.evil.example", "xn--evil.example",
    "www.evil.example", "a.b.c.evil.example", "evil", "evil:1", "1.evil", "evil.testserver", "evil.127.0.0.1",
    "me.evil.example", "k.evil.example",
)  # fmt: skip
NO_STORE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def test_opening_a_link_answers_303_to_a_page_without_the_token(customer: Customer, client: Client) -> None:
    link = link_for(customer)

    answer = client.get(f"/k/{link.token}")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/me/"
    assert link.token not in str(answer.headers) + client.cookies.output()


def test_the_token_is_on_no_page_of_the_whole_way(customer: Customer, walker: Walker) -> None:
    link = link_for(customer)
    pages = []
    walker.open_link(link)
    pages.append(walker.text)
    walker.prove(contact_of(customer))
    pages.append(walker.text)
    walker.choose("sms")
    pages.append(walker.text)
    pages.append(walker.text)

    assert not [page for page in pages if link.token in page.upper()]


@pytest.mark.parametrize("method", ["head", "options"])
def test_head_and_options_set_no_cookie(customer: Customer, client: Client, method: str) -> None:
    answer = getattr(client, method)(f"/k/{link_for(customer).token}")

    assert not answer.cookies
    assert not answer.content


def test_a_token_opens_in_any_case_with_hyphens_and_from_the_upper_case_address(
    customer: Customer, client: Client
) -> None:
    token = link_for(customer).token

    spellings = [token.lower(), f"{token[:4]}-{token[4:]}", token]

    assert [client.get(f"/k/{spelling}").status_code for spelling in spellings] == [303, 303, 303]
    assert client.get(f"/K/{token}").status_code == 303


def test_opening_a_link_is_one_look_up_and_writes_nothing(customer: Customer, client: Client) -> None:
    token = link_for(customer).token
    client.get(f"/k/{token}")

    with CaptureQueriesContext(connection) as queries:
        client.get(f"/k/{token}")

    assert len(queries) == 1
    assert queries.captured_queries[0]["sql"].startswith("SELECT")
    assert not PersonSession.objects.exists()


def test_the_first_page_costs_one_query_and_shows_masks_but_no_name(
    customer: Customer, walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    walker.open_link(link_for(customer))
    execute, asked = psycopg.Cursor.execute, list[str]()

    def counted(cursor: psycopg.Cursor[Any], query: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(str(query))
        return execute(cursor, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    walker.get("/me/")

    # The link with its contacts, and with them which channels somebody carries.
    assert len(asked) == 1
    assert all(one.startswith("SELECT") for one in asked)
    assert "+7 9•• •••-••-12" in walker.text
    assert "i•••@y•••.ru" in walker.text
    assert customer.name not in walker.text
    assert "9161234512" not in walker.text


def test_the_first_page_offers_a_contact_as_soon_as_somebody_carries_its_channel(
    customer: Customer, walker: Walker, settings: Settings
) -> None:
    settings.SANDBOX = False
    walker.open_link(link_for(customer))
    masks = ["+7 9•• •••-••-12" in walker.text]
    fields = {"api_id": "none", "url": "http://127.0.0.1:9"}
    name = setup_create(kind="smsru", title="", fields=fields)

    for is_on in (True, False):
        setup_switch(name=name, is_on=is_on)
        walker.get("/me/")
        masks.append("+7 9•• •••-••-12" in walker.text)

    assert masks == [False, True, False]


def test_unknown_expired_revoked_and_foreign_tokens_are_the_same_bytes(customer: Customer) -> None:
    campaign = CampaignFactory()
    expired = link_for(customer, expires_at=timezone.now() - timedelta(seconds=1))
    revoked = link_for(customer)
    customer_links_revoke(customer_id=customer.pk)
    of_campaign = link_for(customer, campaign=campaign)
    campaign_links_revoke(campaign_id=campaign.pk)
    dead = [tokens.token_new(), tokens.token_new(tokens.BITS_SMS), "short", "%D0%96", "x" * 300]
    dead += [expired.token, revoked.token, of_campaign.token]

    answers = [Client(REMOTE_ADDR=f"192.0.2.{place}").get(f"/k/{token}") for place, token in enumerate(dead)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({str(_headers(answer)) for answer in answers}) == 1
    assert not any(answer.cookies for answer in answers)


def _headers(answer: Any) -> list[tuple[str, str]]:
    """Headers without the number of the request, which is new each time."""
    return sorted((name, value) for name, value in answer.headers.items() if name != "X-Request-ID")


def test_a_page_at_the_address_of_a_token_does_not_repeat_it(company: None, client: Client) -> None:
    token = tokens.token_new()

    pages = [client.get(f"/k/{token}"), client.get(f"/u/{token}"), client.post(f"/u/{token}", {"wrong": "body"})]

    assert not [page for page in pages if token in page.content.decode()]


@pytest.mark.parametrize("death", ["expired", "revoked", "of a revoked campaign"])
def test_an_unusable_token_costs_the_statements_and_bytes_of_an_unknown_one(customer: Customer, death: str) -> None:
    campaign = CampaignFactory()
    dead = link_for(customer, campaign=campaign)
    if death == "expired":
        Link.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif death == "revoked":
        customer_links_revoke(customer_id=customer.pk)
    else:
        campaign_links_revoke(campaign_id=campaign.pk)
    Client().get("/policy/")

    unknown, known = answer_and_statements(tokens.token_new()), answer_and_statements(dead.token)

    assert known == unknown
    assert unknown[0] == 404
    assert any("notify_link" in statement for statement in unknown[3])


def answer_and_statements(token: str) -> tuple[int, bytes, list[tuple[str, str]], list[str]]:
    """Open a link; return status, bytes and headers, and the statements without their values."""
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get(f"/k/{token}")
    statements = [re.sub(r"'[^']*'|\b\d+\b", "?", query["sql"]) for query in queries.captured_queries]
    return answer.status_code, answer.content, _headers(answer), statements


@pytest.mark.parametrize("level", [0, 1])
@pytest.mark.parametrize("method", ["get", "head", "post", "options", "delete"])
def test_every_answer_to_customers_says_no_store_no_referrer_noindex(
    customer: Customer, method: str, level: int
) -> None:
    walker = walked_to_level_one(customer) if level else Walker()
    if not level:
        walker.open_link(link_for(customer))
    cookie = walker.client.cookies["mostik"].value
    wrong = {}
    for name, address in every_address().items():
        client = Client()
        client.cookies["mostik"] = cookie
        headers = getattr(client, method)(address).headers
        if address.startswith(CUSTOMER_PATHS) and {one: headers.get(one) for one in NO_STORE} != NO_STORE:
            wrong[name] = address

    assert wrong == {}


@pytest.mark.parametrize("address", ["/k/nothing", "/K/NOTHING", "/me/nowhere/", "/u/a/b/c", "/qr/x.png"])
def test_answers_to_unknown_addresses_say_no_store_no_referrer_noindex_too(
    company: None, client: Client, address: str
) -> None:
    answer = client.get(address)

    assert {name: answer.headers[name] for name in NO_STORE} == NO_STORE


@pytest.mark.usefixtures("clock")
def test_no_page_at_the_address_of_a_token_passes_it_on(
    customer: Customer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, body = link_for(customer).token, {"List-Unsubscribe": "One-Click"}

    pages = [
        client.get(f"/u/{token}"),
        client.post(f"/u/{token}", {"wrong": "body"}),
        client.post(f"/u/{token}", body),
        client.get(f"/k/{tokens.token_new()}"),
        client.get("/qr/short.png"),
    ]
    monkeypatch.setattr("portal.public.views.refuse.refuse_by_one_click", _refused_by_a_room)
    pages.append(client.post(f"/u/{token}", body))
    for _ in range(21):
        pages.append(client.get(f"/k/{tokens.token_new()}"))

    assert {page.status_code for page in pages} == {200, 400, 404, 409, 429}
    assert {page.headers["Referrer-Policy"] for page in pages} == {"no-referrer"}
    assert not [page for page in pages if 'name="referrer"' in page.content.decode()]


def _refused_by_a_room(**_: Any) -> None:
    raise FormStale


def test_a_form_of_a_visit_tells_the_browser_to_name_its_origin(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))

    assert '<meta name="referrer" content="same-origin">' in walker.text


def test_pages_of_customers_name_no_other_host(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))

    policy = walker.page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "unsafe" not in policy
    assert "//" not in walker.text.replace("http://www.w3.org/2000/svg", "")


def test_an_unknown_link_leaves_no_line_with_its_token_in_the_log(
    company: None, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    token = tokens.token_new()
    with caplog.at_level("DEBUG"):
        client.get(f"/k/{token}")
        client.get(f"/u/{token}")
        client.post(f"/u/{token}", {"wrong": "body"})

    assert token not in caplog.text


@pytest.mark.parametrize("header", ["host", "x-forwarded-host"])
def test_addresses_made_during_a_request_never_take_the_host_from_it(
    customer: Customer, header: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    drawn: list[str] = []

    def draw(text: str, **_: Any) -> bytes:
        drawn.append(text)
        return b""

    monkeypatch.setattr("portal.public.views.assets.render_qr", draw)
    monkeypatch.setattr("portal.public.views.account_link.render_qr", draw)
    monkeypatch.setattr("portal.public.views.receipts.receipt_pdf", lambda site, **_: draw(site))
    walker, token = answered(customer), link_for(customer).token
    receipt, mark = Receipt.objects.get().uuid, walker.hidden_of("/me/home/", "visit")

    for host in HOSTILE:
        drawn.clear()
        headers = {header: host}
        opened = Client(headers=headers).get(f"/k/{token}")
        walker.client.post("/me/max/", {"visit": mark}, headers=headers)
        addresses = [f"/qr/{token}.png", "/me/max/", f"/me/receipt/{receipt}.pdf", f"/me/receipt/{receipt}.json"]
        addresses += ["/me/done/", "/me/home/", "/policy/", "/"]
        answers = [walker.client.get(address, headers=headers) for address in addresses]

        assert opened.headers["Location"] == "/me/"
        assert {answer.status_code for answer in answers} == {200}
        code, invitation, site = drawn
        assert code.lower().startswith(f"{settings.SITE_URL}/k/")
        assert invitation.startswith(f"{settings.SITE_URL}/sandbox/max/start/?start=")
        assert site == f"{settings.SITE_URL}/"
        assert f"{settings.SITE_URL}/" in answers[3].content.decode()
        # As part of an address: a token of a form may spell a short host by chance.
        address = f"//{host.lower()}"
        assert not [one for one in (opened, *answers) if address in f"{one.content!r} {one.headers}".lower()]


@pytest.mark.parametrize(
    "host", ["127.0.0.1@evil.example", "evil.example/path", "evil_under.example", "evil.example:x"]
)
def test_a_host_that_cannot_be_one_is_refused(company: None, client: Client, host: str, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    answer = client.get("/", headers={"host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_a_link_opens_many_times_and_each_browser_begins_at_level_zero(customer: Customer) -> None:
    link = link_for(customer)
    first, second = Walker(), Walker()
    first.open_link(link)
    first.prove(contact_of(customer))
    assert first.get("/me/contacts/").status_code == 200

    second.open_link(link)

    assert second.where == "/me/"
    assert second.get("/me/contacts/").request["PATH_INFO"] == "/me/"


def test_opening_the_link_again_in_a_proven_browser_goes_back_to_level_zero(customer: Customer) -> None:
    link = link_for(customer)
    walker = Walker()
    walker.open_link(link)
    walker.prove(contact_of(customer))

    walker.open_link(link)

    assert walker.where == "/me/"
    assert walker.get("/me/home/").request["PATH_INFO"] == "/me/"


def test_a_link_and_its_visit_end_at_the_hour_of_the_link(customer: Customer, walker: Walker) -> None:
    link = link_for(customer)
    walker.open_link(link)
    walker.prove(contact_of(customer))

    Link.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert walker.get("/me/contacts/").status_code == 403
    assert walker.get(f"/k/{link.token}").status_code == 404


def test_revoking_the_links_of_one_customer_leaves_those_of_others_open(customer: Customer, client: Client) -> None:
    kept = link_for(customer_make(phone="+79160000001", email="other@yandex.ru"))
    gone = [link_for(customer) for _ in range(2)]

    customer_links_revoke(customer_id=customer.pk)

    assert {client.get(f"/k/{link.token}").status_code for link in gone} == {404}
    assert client.get(f"/k/{kept.token}").status_code == 303


def test_a_visit_begun_by_a_link_ends_with_it(customer: Customer) -> None:
    inside = walked_to_level_one(customer)
    assert inside.get("/me/contacts/").status_code == 200

    customer_links_revoke(customer_id=customer.pk)

    assert inside.get("/me/contacts/").status_code == 403


def test_revoking_a_campaign_changes_one_row_and_ends_only_its_own_links(customer: Customer, client: Client) -> None:
    campaign, other = CampaignFactory(), CampaignFactory()
    old = [link_for(customer, campaign=campaign) for _ in range(3)]
    foreign = link_for(customer, campaign=other)

    with CaptureQueriesContext(connection) as queries:
        campaign_links_revoke(campaign_id=campaign.pk)
    Link.objects.filter(touchpoint__campaign=campaign).update(created_at=timezone.now() - timedelta(minutes=1))
    fresh = link_for(customer, campaign=campaign)
    Link.objects.filter(pk=newest_link().pk).update(created_at=timezone.now() + timedelta(minutes=1))

    assert len(queries) == 1
    assert {client.get(f"/k/{link.token}").status_code for link in old} == {404}
    assert client.get(f"/k/{foreign.token}").status_code == 303
    assert client.get(f"/k/{fresh.token}").status_code == 303


def test_title_and_preview_of_the_first_page_hold_nothing_personal(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))

    head = walker.text.partition("</head>")[0]

    assert "og:title" in head
    assert "•" not in head
    assert customer.external_id not in walker.text


def test_the_database_holds_only_the_hash_of_a_token(customer: Customer) -> None:
    link = link_make(customer_id=customer.pk, expires_at=timezone.now() + timedelta(days=1), channel="sms")

    assert len(link.token) == 13
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(l)::text FROM notify_link l")
        (row,) = cursor.fetchone()
    assert link.token not in row


@pytest.mark.usefixtures("clock")
def test_a_source_that_guesses_is_stopped_at_the_twenty_first_unknown_token(company: None, client: Client) -> None:
    statuses = [client.get(f"/k/{tokens.token_new()}").status_code for _ in range(22)]

    assert statuses == [404] * 20 + [429] * 2


@pytest.mark.usefixtures("clock")
def test_a_blocked_source_gets_nothing_even_for_a_live_token(customer: Customer) -> None:
    link = link_for(customer)
    guesser = Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(21):
        guesser.get(f"/k/{tokens.token_new()}")

    assert guesser.get(f"/k/{link.token}").status_code == 429
    assert Client(REMOTE_ADDR="198.51.100.8").get(f"/k/{link.token}").status_code == 303


@pytest.mark.usefixtures("clock")
def test_all_addresses_of_one_ipv6_network_are_one_source(company: None) -> None:
    statuses = [
        Client(REMOTE_ADDR=f"2001:db8:1:2::{place:x}").get(f"/k/{tokens.token_new()}").status_code
        for place in range(21)
    ]

    assert statuses[-1] == 429
    assert Client(REMOTE_ADDR="2001:db8:1:3::1").get("/k/other").status_code == 404


def test_no_address_is_kept_of_those_who_guess(company: None) -> None:
    Client(REMOTE_ADDR="198.51.100.7").get("/k/guess")

    assert Throttle.objects.count() == 2
    assert not any("198.51" in row.key for row in Throttle.objects.all())


def test_a_customer_without_contacts_is_told_whom_to_call(company: None, walker: Walker) -> None:
    walker.open_link(link_for(customer_make(phone="", email="")))

    assert walker.page.status_code == 200
    assert "8 800 000-00-00" in walker.text
