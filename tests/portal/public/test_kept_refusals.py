"""A no by a link is kept outside the database first, and a link that is not known here is told so."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest
from django.db import OperationalError, connection
from django.test import Client

from consents.models import ConsentEvent, Customer, Evidence, Stop
from consents.outside.files import outside_folder
from consents.outside.requests import requests_unknown, requests_waiting
from notify.links import tokens
from notify.models import Link
from portal.flows.restoring.kept_refusals import carry_out_kept_refusals, carry_out_unknown_refusals
from portal.models import PersonSession
from portal.visits.session import sessions_clean
from tests.portal.public.people import Walker, contact_of, customer_make, letter_link
from tests.support.clock import Clock

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def _away(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise OperationalError("the database is away")


@contextmanager
def database_away() -> Iterator[None]:
    with connection.execute_wrapper(_away):
        yield


def test_an_unsubscribe_while_the_database_is_away_is_recorded_once_with_its_time(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = letter_link(customer)
    before = datetime.datetime.now(datetime.UTC)

    with database_away():
        answers = [Client().post(f"/u/{link.token}", ONE_CLICK, headers={"User-Agent": "Mail 7"}) for _ in range(3)]
        monkeypatch.setattr("consents.apart.database_answers", lambda: False)
        with pytest.raises(OperationalError):
            carry_out_kept_refusals()

    assert {answer.status_code for answer in answers} == {202}
    assert "Отказ принят" in answers[0].text
    assert "записан" not in answers[0].text
    assert not Stop.objects.exists()
    assert carry_out_kept_refusals() == 1
    assert carry_out_kept_refusals() == 0
    stop = Stop.objects.get()
    assert (stop.customer, stop.value) == (customer, "ivan@yandex.ru")
    personal = Evidence.objects.get(event__uuid=str(stop.event)).personal
    assert personal["user_agent"] == "Mail 7"
    assert before <= datetime.datetime.fromisoformat(personal["asked_at"]) <= datetime.datetime.now(datetime.UTC)
    assert not list(requests_waiting())


def test_a_kill_after_the_record_and_before_the_file_is_gone_records_nothing_twice(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.public.views.refuse.request_forget", lambda _request: None)
    Client().post(f"/u/{letter_link(customer).token}", ONE_CLICK)
    events = ConsentEvent.objects.count()

    assert carry_out_kept_refusals() == 1

    assert ConsentEvent.objects.count() == events


def test_the_question_of_an_unsubscribe_opens_without_a_database(customer: Customer) -> None:
    link = letter_link(customer)

    with database_away():
        page = Client().get(f"/u/{link.token}")

    assert page.status_code == 200
    assert 'name="List-Unsubscribe"' in page.text


@pytest.mark.parametrize("token", ["garbled", "7K" * 40, tokens.token_new()], ids=["garbled", "long", "unknown"])
def test_a_link_that_is_not_known_here_is_never_told_that_it_is_done(customer: Customer, token: str) -> None:
    for answer in (Client().get(f"/u/{token}"), Client().post(f"/u/{token}", ONE_CLICK)):
        assert answer.status_code == 404
        assert "Такой ссылки мы не нашли" in answer.text
        assert "отписались" not in answer.text
        assert "записан" not in answer.text
    assert not ConsentEvent.objects.exists()


def test_a_refusal_by_an_unknown_link_is_carried_out_once_the_link_is_known(customer: Customer) -> None:
    link = letter_link(customer)
    known = Link.objects.get(token_hash=tokens.token_hash(link.token, b""))
    whole = known.token_hash
    Link.objects.filter(pk=known.pk).update(token_hash=b"x" * 32)
    answer = Client().post(f"/u/{link.token}", ONE_CLICK)
    assert "Сам запрос мы сохранили" in answer.text
    assert carry_out_unknown_refusals() == 0

    Link.objects.filter(pk=known.pk).update(token_hash=whole)

    assert carry_out_unknown_refusals() == 1
    assert Stop.objects.get().customer == customer
    assert not list(requests_unknown())


def test_what_is_kept_names_no_token_and_no_person(customer: Customer) -> None:
    link = letter_link(customer)
    with database_away():
        Client().post(f"/u/{link.token}", ONE_CLICK, REMOTE_ADDR="203.0.113.9", headers={"User-Agent": "Mail 7"})

    (kept,) = requests_waiting()
    (path,) = (outside_folder() / "asked").glob("*.json")
    content = path.read_text()
    assert kept.facts["ip"] == "203.0.113.9"
    assert path.stat().st_mode & 0o777 == 0o600
    for secret in (link.token, "203.0.113.9", "Mail 7", "ivan"):
        assert secret not in content


def _visit(customer: Customer, *, with_session: bool) -> Walker:
    """A browser in a visit: with the cookie of a link alone, or with a session."""
    walker = Walker()
    walker.get(f"/k/{letter_link(customer).token}")
    if with_session:
        walker.prove(contact_of(customer))
    assert PersonSession.objects.filter(customer_id=customer.pk).exists() == with_session
    return walker


def _form(walker: Walker, address: str) -> dict[str, str]:
    """What the form of a page sends beside its button."""
    fields = {name: walker.hidden_of(address, name) for name in ("visit", "buttons")}
    assert all(fields.values())
    return fields


PRESSES = {
    "all": ("/me/refuse/", {"scope": "all"}, "all"),
    "advertising": ("/me/refuse/", {"scope": "advertising"}, "advertising"),
    "denial": ("/me/deny/", {}, "all"),
}


@pytest.mark.parametrize("with_session", [False, True], ids=["link", "session"])
@pytest.mark.parametrize("is_open", [False, True], ids=["page of before", "page while away"])
@pytest.mark.parametrize(("address", "press", "scope"), PRESSES.values(), ids=PRESSES)
def test_a_no_of_a_visit_while_the_database_is_away_is_recorded_once(
    customer: Customer, address: str, press: dict[str, str], scope: str, *, is_open: bool, with_session: bool
) -> None:
    walker = _visit(customer, with_session=with_session)
    fields = _form(walker, address)
    events = ConsentEvent.objects.count()
    with database_away():
        if is_open:
            fields = _form(walker, address)
        cookies = walker.client.cookies.output()
        answer = walker.client.post(address, {**fields, **press})
        # Somebody presses twice; the first answer has taken the cookie away.
        walker.client.cookies.load(cookies.replace("Set-Cookie: ", ""))
        again = walker.client.post(address, {**fields, **press})

    assert (answer.status_code, again.status_code) == (202, 202)
    assert "Отказ принят" in answer.text
    assert ConsentEvent.objects.count() == events
    assert carry_out_kept_refusals() == 1
    assert carry_out_kept_refusals() == 0
    stop = Stop.objects.get()
    assert (stop.customer, stop.scope) == (customer, scope)
    personal = Evidence.objects.get(event__uuid=str(stop.event)).personal
    assert personal["button"]
    assert personal["asked_at"] <= datetime.datetime.now(datetime.UTC).isoformat()
    # The same press once more, now that the database answers, is the same act.
    events = ConsentEvent.objects.count()
    walker.client.post(address, {**fields, **press})
    assert ConsentEvent.objects.count() == events


def test_a_no_of_a_visit_that_is_over_by_now_is_recorded_all_the_same(customer: Customer, clock: Clock) -> None:
    walker = _visit(customer, with_session=True)
    fields = _form(walker, "/me/refuse/")
    with database_away():
        walker.client.post("/me/refuse/", {**fields, "scope": "all"})
    clock.shift(datetime.timedelta(days=2))
    sessions_clean()

    assert carry_out_kept_refusals() == 1
    assert Stop.objects.get().customer == customer
    assert sessions_clean() == 1


def test_a_no_on_the_page_of_another_visit_is_not_recorded(customer: Customer) -> None:
    stranger = customer_make(phone="+79160000000", email="other@yandex.ru")
    other = _visit(stranger, with_session=True)
    fields = _form(other, "/me/refuse/")
    walker = _visit(customer, with_session=True)
    with database_away():
        walker.client.post("/me/refuse/", {**fields, "scope": "all"})

    carry_out_kept_refusals()

    assert not Stop.objects.exists()
    assert not list(requests_waiting())


def test_a_later_link_under_the_number_of_another_takes_no_refusal(customer: Customer) -> None:
    walker = _visit(customer, with_session=False)
    fields = _form(walker, "/me/refuse/")
    with database_away():
        walker.client.post("/me/refuse/", {**fields, "scope": "all"})
    # As after a restore, which gives the numbers out again.
    Link.objects.update(created_at=datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1))

    assert carry_out_kept_refusals() == 0
    assert not Stop.objects.exists()
    assert len(list(requests_unknown())) == 1


@pytest.mark.parametrize("address", ["/me/refuse/", "/me/deny/"])
def test_without_a_visit_or_a_form_of_ours_nothing_is_kept(customer: Customer, address: str) -> None:
    walker = _visit(customer, with_session=True)
    client = Client(raise_request_exception=False)
    with database_away():
        assert client.post(address, {"scope": "all"}).status_code in {403, 503}
        client.cookies = walker.client.cookies
        assert client.post(address, {"scope": "all", "visit": "link:1:forged"}).status_code == 503

    assert not list(requests_waiting())
