"""The page of the code: which contact, wrong tries with what is left, again, another way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consents.enums import ContactKind, LineType
from consents.models import ContactPoint, Customer, Verification
from notify.enums import MessageKind
from notify.models import Message
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

pytestmark = pytest.mark.usefixtures("clock")
"""Codes are counted by windows and pauses of the clock: it stands still, so that none ends by itself."""


def asked(customer: Customer, kind: ContactKind = ContactKind.PHONE) -> Walker:
    """A browser that waits for a code."""
    walker = Walker()
    walker.open_link(link_for(customer))
    walker.press("/me/code/send/", contact=str(contact_of(customer, kind).uuid))
    return walker


def wrong(code: str) -> str:
    """Six other digits."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_code_goes_to_the_chosen_contact_through_its_own_channel(customer: Customer) -> None:
    walker = asked(customer, ContactKind.EMAIL)

    message = Message.objects.get(kind=MessageKind.CODE)
    assert (message.channel, message.customer_id) == ("email", customer.pk)
    assert "i•••@y•••.ru" in walker.text
    assert "ivan@" not in walker.text


def test_the_field_lets_a_phone_fill_the_code_in(customer: Customer) -> None:
    walker = asked(customer)

    assert 'autocomplete="one-time-code"' in walker.text
    assert 'inputmode="numeric"' in walker.text


def test_a_wrong_code_says_how_many_tries_are_left_and_three_are_all(customer: Customer) -> None:
    walker = asked(customer)
    bad = wrong(code_now())

    walker.press("/me/code/enter/", code=bad)
    assert "Осталось попыток: 2" in walker.text
    walker.press("/me/code/enter/", code=bad)
    assert "Осталось попыток: 1" in walker.text
    walker.press("/me/code/enter/", code=bad)
    assert "больше не действует" in walker.text
    assert "Получить код" in walker.text
    assert Verification.objects.get().tries == 3


def test_letters_are_told_apart_from_a_wrong_code_and_cost_no_try(customer: Customer) -> None:
    walker = asked(customer)

    walker.press("/me/code/enter/", code="12345")

    assert walker.page.status_code == 400
    assert "В коде шесть цифр" in walker.text
    assert Verification.objects.get().tries == 0


def test_blanks_inside_the_code_do_not_matter(customer: Customer) -> None:
    walker = asked(customer)
    code = code_now()

    walker.press("/me/code/enter/", code=f" {code[:3]} {code[3:]} ")

    assert walker.where == "/me/channels/"


def test_another_code_within_half_a_minute_is_refused_with_words(customer: Customer) -> None:
    walker = asked(customer)

    walker.press("/me/code/send/", contact=str(contact_of(customer).uuid))

    assert "Новый код можно запросить" in walker.text
    assert 'autocomplete="one-time-code"' in walker.text
    assert Verification.objects.count() == 1


def test_a_new_code_kills_the_old_one(customer: Customer) -> None:
    walker = asked(customer)
    old = code_now()
    half_an_hour_later()
    walker.press("/me/code/send/", contact=str(contact_of(customer).uuid))

    walker.press("/me/code/enter/", code=old)

    assert walker.where == "/me/code/"
    assert "Код не подошёл" in walker.text


def test_another_way_offers_the_other_contact(customer: Customer) -> None:
    walker = asked(customer)

    assert 'href="/me/"' in walker.text
    walker.get("/me/")

    assert "Куда прислать код" in walker.text
    assert "i•••@y•••.ru" in walker.text


def test_a_landline_is_not_offered_for_a_code(customer: Customer) -> None:
    ContactPoint.objects.filter(kind=ContactKind.PHONE).update(line_type=LineType.FIXED, value="+74951234567")
    walker = Walker()
    walker.open_link(link_for(customer))

    assert "+7 4" not in walker.text
    assert "i•••@y•••.ru" in walker.text


def test_a_contact_of_somebody_else_gets_no_code(customer: Customer) -> None:
    stranger = customer_make(phone="+79160000009", email="")
    walker = Walker()
    walker.open_link(link_for(customer))

    walker.press("/me/code/send/", contact=str(contact_of(stranger).uuid))

    assert "Выберите, куда прислать код" in walker.text
    assert not Verification.objects.exists()


def test_a_code_that_lives_has_its_field_in_every_visit_of_the_customer(customer: Customer) -> None:
    asked(customer)
    other = Walker()
    other.open_link(link_for(customer))

    other.get("/me/code/")
    assert 'autocomplete="one-time-code"' in other.text
    other.press("/me/code/enter/", code=code_now())

    assert other.where == "/me/channels/"


def test_asking_again_in_another_visit_shows_the_field_of_the_code_on_its_way(customer: Customer) -> None:
    asked(customer)
    other = Walker()
    other.open_link(link_for(customer))

    other.press("/me/code/send/", contact=str(contact_of(customer).uuid))

    assert "Код уже отправлен" in other.text
    assert 'autocomplete="one-time-code"' in other.text
    other.press("/me/code/enter/", code=code_now())
    assert other.where == "/me/channels/"


def test_a_code_of_another_customer_is_not_taken(customer: Customer) -> None:
    asked(customer)
    code = code_now()
    other = Walker()
    other.open_link(link_for(customer_make(phone="+79160000009", email="")))

    other.press("/me/code/enter/", code=code)

    assert "больше не действует" in other.text
    assert other.get("/me/contacts/").request["PATH_INFO"] == "/me/"


def test_the_field_is_gone_once_the_code_has_run_out_or_was_entered(customer: Customer) -> None:
    walker = asked(customer)
    other = Walker()
    other.open_link(link_for(customer))
    walker.press("/me/code/enter/", code=code_now())

    assert other.get("/me/code/").request["PATH_INFO"] == "/me/"


def test_the_address_that_takes_a_code_can_be_opened_again(customer: Customer) -> None:
    walker = asked(customer)
    walker.press("/me/code/enter/", code=wrong(code_now()))

    for address in ("/me/code/enter/", "/me/code/send/"):
        assert walker.get(address).request["PATH_INFO"] == "/me/code/"
        assert 'autocomplete="one-time-code"' in walker.text


def test_no_code_is_in_any_page_or_row(customer: Customer) -> None:
    walker = asked(customer)
    code = code_now()

    assert code not in walker.text
    assert code not in str(Verification.objects.values().get())
    assert code not in str(Message.objects.values().get())


def test_ten_wrong_codes_close_the_link_for_a_day(customer: Customer) -> None:
    walker = asked(customer)
    for _ in range(4):
        bad = wrong(code_now())
        for _ in range(3):
            walker.press("/me/code/enter/", code=bad)
        half_an_hour_later()
        walker.press("/me/code/send/", contact=str(contact_of(customer).uuid))

    assert "закрыт на сутки" in walker.text


def test_a_proven_visit_that_opens_the_code_page_is_led_on(customer: Customer) -> None:
    walker = walked_to_level_one(customer)

    assert walker.get("/me/code/").request["PATH_INFO"] == "/me/channels/"


def asked_for_a_new_number(customer: Customer) -> Walker:
    """A browser at level 1 that waits for the code of a number which is not on file."""
    walker = walked_to_level_one(customer)
    walker.press("/me/contacts/phone/", value="8 926 765-43-21")
    assert walker.where == "/me/code/"
    return walker


def test_another_code_to_a_new_contact_goes_to_the_same_new_contact(customer: Customer) -> None:
    walker = asked_for_a_new_number(customer)
    half_an_hour_later()

    walker.press("/me/code/send/")

    assert (walker.where, walker.page.status_code) == ("/me/code/", 200)
    newest = Verification.objects.latest("id")
    assert (newest.target, newest.is_new_contact) == ("+79267654321", True)
    walker.press("/me/code/enter/", code=code_now())
    assert contact_of(customer).value == "+79267654321"


def test_another_code_to_a_new_contact_within_half_a_minute_is_refused_with_words(customer: Customer) -> None:
    walker = asked_for_a_new_number(customer)

    walker.press("/me/code/send/")

    assert "Новый код можно запросить" in walker.text
    assert "Введите код" in walker.text


def test_after_three_wrong_tries_a_new_contact_can_have_another_code(customer: Customer) -> None:
    walker = asked_for_a_new_number(customer)
    bad = wrong(code_now())
    for _ in range(3):
        walker.press("/me/code/enter/", code=bad)
    assert "больше не действует" in walker.text
    assert "Отправить ещё раз" in walker.text
    half_an_hour_later()

    walker.press("/me/code/send/")
    walker.press("/me/code/enter/", code=code_now())

    assert contact_of(customer).value == "+79267654321"


def test_a_new_contact_whose_code_has_run_out_can_have_another(customer: Customer) -> None:
    walker = asked_for_a_new_number(customer)
    half_an_hour_later()
    kept = PersonSession.objects.get()
    kept.progress["code"]["expires_at"] = (timezone.now() - timedelta(seconds=1)).isoformat()
    kept.save()
    Verification.objects.filter(is_new_contact=True).update(expires_at=timezone.now() - timedelta(seconds=1))

    walker.press("/me/code/enter/", code="123456")
    assert "Срок действия кода истёк" in walker.text
    assert " 0 мин" not in walker.text

    walker.press("/me/code/send/")
    walker.press("/me/code/enter/", code=code_now())
    assert contact_of(customer).value == "+79267654321"


def test_a_new_contact_is_not_proven_by_the_code_of_an_old_one(customer: Customer) -> None:
    walker = asked_for_a_new_number(customer)

    assert 'href="/me/contacts/"' in walker.text
    assert "choose=1" not in walker.text


def test_the_tenth_code_of_a_day_speaks_of_tomorrow_and_not_of_a_quarter_of_an_hour(customer: Customer) -> None:
    walker = asked(customer)
    made = Verification.objects.get()
    for hours in range(1, 10):
        Verification.objects.create(
            customer=customer,
            kind=made.kind,
            target=made.target,
            target_key=made.target_key,
            session_key="another",
            lock_key="link:0",
            created_at=timezone.now() - timedelta(hours=hours),
            expires_at=timezone.now() - timedelta(minutes=1),
        )
    Verification.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(minutes=1))

    walker.press("/me/code/send/", contact=str(contact_of(customer).uuid))

    assert "завтра" in walker.text
    assert 'autocomplete="one-time-code"' in walker.text
    assert "пятнадцать минут" not in walker.text
