"""What a stranger asks for tells nothing of others, takes nothing from them and costs no more than a limit."""

import pytest
from pytest_django import Settings

from consents.conf import code_key
from consents.models import Customer, Verification
from consents.verification.codes import code_of
from consents.verification.reading import entrance_alarm
from notify.enums import MessageKind
from notify.models import Message
from portal.flows.sign_in import answer_sign_ins
from portal.models import PersonSession
from tests.portal.public.people import (
    Walker,
    code_now,
    contact_of,
    customer_make,
    half_an_hour_later,
    link_for,
    walked_to_level_one,
)

VICTIM = {"phone": "+79167654321", "email": "victim@yandex.ru"}


def at_entrance(value: str) -> Walker:
    """A stranger's browser that has named a contact at the entrance; whoever is known gets a code."""
    walker = Walker()
    walker.press("/", value=value)
    answer_sign_ins()
    return walker


def sent_to(value: str) -> int:
    """Messages with codes that are on their way to a contact."""
    codes = Message.objects.filter(kind=MessageKind.CODE).values_list("context__verification", flat=True)
    return Verification.objects.filter(uuid__in=list(codes), target=value).count()


@pytest.fixture
def attacker(company: None) -> Walker:
    """A customer at level 1 in a browser, half an hour ago."""
    walker = walked_to_level_one(customer_make())
    half_an_hour_later()
    return walker


@pytest.mark.parametrize("kind", ["phone", "email"])
@pytest.mark.parametrize("asked", [1, 2])
def test_a_new_contact_is_answered_alike_whether_or_not_its_owner_is_a_customer(
    attacker: Walker, kind: str, asked: int
) -> None:
    customer_make(**VICTIM)
    for _ in range(asked):
        at_entrance(VICTIM[kind])
    assert sent_to(VICTIM[kind]) == 1

    attacker.press(f"/me/contacts/{kind}/", value=VICTIM[kind])

    assert (attacker.page.status_code, attacker.where) == (200, "/me/code/")


def test_a_new_contact_that_another_customer_asks_codes_for_looks_like_any_other(attacker: Walker) -> None:
    other = walked_to_level_one(customer_make(phone="+79160000001", email="other@yandex.ru"))
    other.press("/me/contacts/phone/", value=VICTIM["phone"])

    attacker.press("/me/contacts/phone/", value=VICTIM["phone"])

    assert (attacker.page.status_code, attacker.where) == (200, "/me/code/")
    assert sent_to(VICTIM["phone"]) == 1


def unsent(attacker: Walker) -> Verification:
    """The code that the attacker waits for and nobody gets."""
    other = walked_to_level_one(customer_make(phone="+79160000001", email="other@yandex.ru"))
    other.press("/me/contacts/phone/", value=VICTIM["phone"])
    attacker.press("/me/contacts/phone/", value=VICTIM["phone"])
    return Verification.objects.latest("id")


def test_a_code_that_nobody_gets_is_entered_like_any_other_and_is_never_right(attacker: Walker) -> None:
    asked = unsent(attacker)

    attacker.press("/me/code/enter/", code="000000")
    assert "Осталось попыток: 2" in attacker.text
    attacker.press("/me/code/enter/", code=code_of(asked.uuid, code_key()))
    assert "Осталось попыток: 1" in attacker.text


def test_a_code_that_nobody_gets_counts_for_who_asks_and_against_nobody_else(attacker: Walker) -> None:
    unsent(attacker)

    attacker.press("/me/contacts/phone/", value=VICTIM["phone"])
    assert "Код уже отправлен" in attacker.text
    half_an_hour_later()
    for number in range(9):
        attacker.press("/me/contacts/phone/", value=f"+7916000010{number}")
    attacker.press("/me/contacts/phone/", value="+79160000200")
    assert attacker.page.status_code == 400


def test_a_code_that_was_sent_is_not_ended_by_one_of_the_entrance(attacker: Walker) -> None:
    customer_make(**VICTIM)
    attacker.press("/me/contacts/phone/", value=VICTIM["phone"])

    at_entrance(VICTIM["phone"])
    attacker.press("/me/code/enter/", code="000000")

    assert "Осталось попыток: 2" in attacker.text


@pytest.mark.parametrize("times", [1, 3, 12])
def test_the_owner_of_a_link_gets_a_code_whatever_strangers_ask_at_the_entrance(customer: Customer, times: int) -> None:
    phone = contact_of(customer).value
    for _ in range(times):
        at_entrance(phone)
        half_an_hour_later()
    at_entrance(phone)

    owner = Walker()
    owner.open_link(link_for(customer))
    owner.press("/me/code/send/", contact=str(contact_of(customer).uuid))
    code = code_now()
    at_entrance(phone)
    owner.press("/me/code/enter/", code=code)

    assert owner.where == "/me/channels/"


def test_a_stranger_at_the_entrance_ends_no_code_that_another_visitor_waits_for(customer: Customer) -> None:
    owner = at_entrance(contact_of(customer).value)
    code = code_now()
    Verification.objects.update(created_at=Verification.objects.get().created_at.replace(year=2025))

    at_entrance(contact_of(customer).value)
    owner.press("/me/code/enter/", code=code)

    assert Verification.objects.count() == 2
    assert owner.where == "/me/channels/"


def test_the_entrance_has_a_smaller_allowance_a_day_than_links_have(customer: Customer) -> None:
    phone = contact_of(customer).value
    for _ in range(12):
        at_entrance(phone)
        half_an_hour_later()

    assert sent_to(phone) == 5


def test_beyond_the_ceiling_of_the_company_the_entrance_sends_nothing(
    company: None, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CONSENTS_CODES = {"entrance_all_day_count": 2}
    people = [customer_make(phone=f"+7916000030{number}", email="") for number in range(3)]

    pages = [at_entrance(contact_of(one).value) for one in people]

    assert Message.objects.filter(kind=MessageKind.CODE).count() == 2
    assert {(page.page.status_code, page.where) for page in pages} == {(200, "/me/code/")}
    assert entrance_alarm().is_alarm
    half_an_hour_later()
    assert walked_to_level_one(people[2]).where == "/me/channels/"


def test_a_visit_that_cannot_be_answered_costs_the_next_one_nothing(
    customer: Customer, caplog: pytest.LogCaptureFixture
) -> None:
    first = Walker()
    first.press("/", value=VICTIM["phone"])
    row = PersonSession.objects.get()
    row.progress["entrance"]["sealed"] = "of another key"
    row.save(update_fields=["progress"])

    at_entrance(contact_of(customer).value)

    assert sent_to(contact_of(customer).value) == 1
    assert "no answer" in caplog.text
    assert answer_sign_ins() == 0
