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
from tests.portal.public.people import letter_link

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
