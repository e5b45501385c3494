"""The public entrance: the same answer for everybody, then the code, then the same way."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from consents.enums import EventKind, ProofMethod
from consents.models import ConsentEvent, Customer, Verification
from consents.touchpoint import ENTRANCE
from notify.models import Link, Message
from portal.flows.sign_in import answer_sign_ins
from portal.models import PersonSession
from tests.portal.public.people import (
    Walker,
    code_now,
    contact_of,
    customer_make,
    half_an_hour_later,
    walked_to_level_one,
)

pytestmark = pytest.mark.usefixtures("clock")
"""Codes are counted by windows and pauses of the clock: it stands still, so that none ends by itself."""

UNKNOWN = "+7 916 999-99-99"
KNOWN = "8 (916) 123-45-12"


def without_forms(text: str) -> str:
    """A page without what differs in every page: the token of its forms, what was typed, the clock."""
    text = re.sub(r'data-count="\d+"|>\d+</span>( с| мин)', "", text)
    text = re.sub(r'(csrfmiddlewaretoken" value|data-csrf)="[^"]+"', "", text)
    return re.sub(r"\+7.916.\d{3}.\d\d.\d\d", "", text)


def entered(value: str) -> Walker:
    """A browser that has asked for a code at the entrance, after the task has run."""
    walker = Walker()
    walker.press("/", value=value)
    answer_sign_ins()
    return walker


@pytest.mark.parametrize("address", ["/", "/lost/"])
def test_the_door_is_open_to_anybody(company: None, walker: Walker, address: str) -> None:
    assert walker.get(address).status_code == 200
    assert "Телефон или адрес электронной почты" in walker.text


def test_a_known_contact_gets_a_code_and_the_whole_way_follows(customer: Customer) -> None:
    walker = entered(KNOWN)
    walker.press("/me/code/enter/", code=code_now())
    assert walker.where == "/me/channels/"

    walker.choose("sms")
    walker.answer("grant")

    granted = ConsentEvent.objects.get(kind=EventKind.GRANTED)
    assert (granted.method, granted.touchpoint, granted.level) == (ProofMethod.CODE_SMS, "entrance", 1)


def test_known_and_unknown_get_the_same_bytes(customer: Customer) -> None:
    known, unknown = entered(KNOWN), entered(UNKNOWN)

    assert without_forms(known.text) == without_forms(unknown.text)
    known.get("/me/code/")
    unknown.get("/me/code/")
    assert without_forms(known.text) == without_forms(unknown.text)


def test_known_and_unknown_cost_the_same_statements(customer: Customer) -> None:
    costs = []
    for value in (KNOWN, UNKNOWN):
        client = Client()
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.post("/", {"value": value})
        costs.append([re.sub(r"'[^']*'", "", query["sql"])[:40] for query in queries.captured_queries])

    assert costs[0] == costs[1]


def test_wrong_codes_are_answered_alike_for_known_and_unknown(customer: Customer) -> None:
    known, unknown = entered(KNOWN), entered(UNKNOWN)
    bad = f"{(int(code_now()) + 1) % 1_000_000:06d}"

    for _ in range(5):
        known.press("/me/code/enter/", code=bad)
        unknown.press("/me/code/enter/", code=bad)
        assert (known.page.status_code, without_forms(known.text)) == (
            unknown.page.status_code,
            without_forms(unknown.text),
        )


def test_a_lock_of_a_known_contact_cannot_be_told_from_outside(customer: Customer) -> None:
    for _ in range(4):
        known, unknown = entered(KNOWN), entered(UNKNOWN)
        bad = f"{(int(code_now()) + 1) % 1_000_000:06d}"
        for _ in range(3):
            known.press("/me/code/enter/", code=bad)
            unknown.press("/me/code/enter/", code=bad)
        assert without_forms(known.text) == without_forms(unknown.text)
        half_an_hour_later()

    assert known.press("/me/code/enter/", code=code_now()).request["PATH_INFO"] == "/me/code/"


def test_nobody_unknown_is_written_to(company: None) -> None:
    entered(UNKNOWN)

    assert not Message.objects.exists()


def test_the_typed_value_is_not_readable_in_the_visit(customer: Customer) -> None:
    entered(KNOWN)

    kept = str(PersonSession.objects.get().progress)

    assert "9161234512" not in kept


def test_a_second_run_of_the_task_sends_nothing_more(customer: Customer) -> None:
    entered(KNOWN)

    assert answer_sign_ins() == 0
    assert Message.objects.count() == 1


def test_the_funnel_counts_the_entrance_as_a_touchpoint(customer: Customer) -> None:
    walker = entered(KNOWN)
    walker.press("/me/code/enter/", code=code_now())

    link = Link.objects.get(touchpoint__kind=ENTRANCE)
    assert link.visited_at is not None
    assert link.confirmed_at is not None
    assert link.consented_at is None


def test_a_contact_of_two_customers_asks_for_the_customer_number(customer: Customer) -> None:
    second = customer_make(phone="+79161234512", email="", external_id="К-777777", name="Второй Клиент")
    walker = entered(KNOWN)

    walker.press("/me/code/enter/", code=code_now())
    assert walker.where == "/me/who/"
    assert customer.name not in walker.text
    assert walker.get("/me/contacts/").request["PATH_INFO"] == "/me/code/"

    walker.press("/me/who/", number="к-777777 ")
    assert walker.where == "/me/channels/"
    assert PersonSession.objects.get().customer_id == second.pk
    assert contact_of(second).confirmed_at is not None
    assert contact_of(customer).confirmed_at is None


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("пётр сергеевич", "/me/channels/"), ("ПЕТР", "/me/channels/"), ("Пётр Иванов", "/me/channels/"),
        ("Иванов", "/me/who/"), ("Сергей", "/me/who/"), ("   ", "/me/who/"),
    ],
)  # fmt: skip
def test_one_of_a_family_says_a_name_that_fits_nobody_else(company: None, said: str, where: str) -> None:
    customer_make(name="Иванов Иван Сергеевич", external_id="К-1")
    customer_make(phone="+79161234512", email="", external_id="К-2", name="Иванов Пётр Сергеевич")
    walker = entered(KNOWN)
    walker.press("/me/code/enter/", code=code_now())

    walker.press("/me/who/", number=said)

    assert walker.where == where


def test_guessing_customer_numbers_ends_the_visit_after_five(customer: Customer) -> None:
    customer_make(phone="+79161234512", email="", external_id="К-777777")
    walker = entered(KNOWN)
    walker.press("/me/code/enter/", code=code_now())

    for number in range(5):
        walker.press("/me/who/", number=f"К-{number}")

    assert walker.press("/me/who/", number="К-777777").status_code == 403


def test_the_number_alone_without_the_code_opens_nothing(customer: Customer) -> None:
    customer_make(phone="+79161234512", email="", external_id="К-777777")
    walker = entered(KNOWN)

    walker.press("/me/who/", number="К-777777")

    assert walker.where == "/me/code/"


@pytest.mark.parametrize("value", ["", "123", "иван@", "два слова", "@" * 300])
def test_what_is_no_contact_is_explained_and_makes_no_visit(company: None, walker: Walker, value: str) -> None:
    walker.press("/", value=value)

    assert walker.page.status_code == 400
    assert 'role="alert"' in walker.text or "error" in walker.text
    assert not PersonSession.objects.exists()


def test_the_limit_of_visits_from_one_address_is_a_setting(company: None, client: Client, settings: Settings) -> None:
    settings.ENTRANCES_PER_ADDRESS = 10
    answers = [client.post("/", {"value": f"+7916000{number:04d}"}) for number in range(11)]

    assert [answer.status_code for answer in answers] == [302] * 10 + [429]
    assert "если у вас есть личная ссылка" in answers[-1].content.decode().lower()


def test_fifty_people_of_one_mobile_network_come_in_at_the_same_time(company: None, client: Client) -> None:
    statuses = {client.post("/", {"value": f"+7916000{number:04d}"}).status_code for number in range(50)}

    assert statuses == {302}


def test_a_code_that_has_run_out_is_said_to_have_and_not_to_live_for_no_minutes(customer: Customer) -> None:
    walker = entered(KNOWN)
    visit = PersonSession.objects.get()
    visit.progress["entrance"]["asked_at"] = (timezone.now() - timedelta(minutes=11)).isoformat()
    visit.save()

    walker.get("/me/code/")

    assert "Срок действия кода истёк" in walker.text
    assert "Код действует ещё" not in walker.text


def test_again_within_half_a_minute_sends_nothing(customer: Customer) -> None:
    walker = entered(KNOWN)

    walker.press("/me/code/send/")
    answer_sign_ins()

    assert Verification.objects.filter(customer__isnull=False).count() == 1


def test_who_has_answered_by_link_comes_back_by_the_entrance_to_the_personal_page(customer: Customer) -> None:
    first = walked_to_level_one(customer)
    first.choose("sms")
    first.answer("grant")
    half_an_hour_later()
    walker = entered("ivan@yandex.ru")

    walker.press("/me/code/enter/", code=code_now())

    assert walker.where == "/me/home/"
