"""A button pressed twice, one after the other or at the same moment: nobody is thrown out, no try is free."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from consents.models import ConsentEvent, Customer, Verification
from portal.flows.sign_in import answer_sign_ins
from portal.models import PersonSession
from tests.portal.public.people import Walker, code_now, contact_of, customer_make, link_for
from tests.support.races import at_once

PRESSES = 20


def waiting_by_link(customer: Customer) -> Walker:
    """A browser that came by a link and waits for a code."""
    walker = Walker()
    walker.open_link(link_for(customer))
    walker.press("/me/code/send/", contact=str(contact_of(customer).uuid))
    return walker


def waiting_at_the_entrance(customer: Customer) -> Walker:
    """A browser that came by the entrance and waits for a code."""
    walker = Walker()
    walker.press("/", value=contact_of(customer).value)
    answer_sign_ins()
    return walker


WAYS = pytest.mark.parametrize("waiting", [waiting_by_link, waiting_at_the_entrance])
Way = Callable[[Customer], Walker]


def pressed_with(cookie: str, address: str, values: dict[str, str]) -> Any:
    """The answer to a press that was sent with this cookie, whatever the browser has got since."""
    client = Client()
    client.cookies["mostik"] = cookie
    return client.post(address, values)


def cookie_of(walker: Walker) -> str:
    """The cookie of the browser."""
    return str(walker.client.cookies["mostik"].value)


@WAYS
def test_a_second_press_is_led_on_and_leaves_the_new_cookie_alone(customer: Customer, waiting: Way) -> None:
    walker = waiting(customer)
    old, code = cookie_of(walker), code_now()
    walker.press("/me/code/enter/", code=code)

    second = pressed_with(old, "/me/code/enter/", {"code": code})

    assert (second.status_code, second.headers["Location"]) == (302, "/me/next/")
    assert "mostik" not in second.cookies
    assert walker.get("/me/next/").request["PATH_INFO"] == "/me/channels/"
    assert PersonSession.objects.get().level == 1


@pytest.mark.django_db(transaction=True)
@WAYS
def test_presses_at_the_same_moment_prove_once_and_all_are_led_on(customer: Customer, waiting: Way) -> None:
    walker = waiting(customer)
    cookie, code = cookie_of(walker), code_now()

    answers = at_once([lambda: pressed_with(cookie, "/me/code/enter/", {"code": code})] * PRESSES)

    assert {(answer.status_code, answer.headers.get("Location")) for answer in answers} == {
        (302, "/me/next/"),
        (302, "/me/channels/"),
    }
    keys = [answer.cookies["mostik"].value for answer in answers if "mostik" in answer.cookies]
    assert len(keys) == 1
    assert ConsentEvent.objects.filter(kind="contact_confirmed").count() == 1
    kept = PersonSession.objects.get()
    assert (kept.level, "entrance" in kept.progress, "code" in kept.progress) == (1, False, False)
    walker.client.cookies["mostik"] = keys[0]
    assert walker.get("/me/next/").request["PATH_INFO"] == "/me/channels/"


def test_a_late_press_at_the_entrance_does_not_hide_the_later_codes_of_the_visit(customer: Customer) -> None:
    walker = waiting_at_the_entrance(customer)
    old, code = cookie_of(walker), code_now()
    walker.press("/me/code/enter/", code=code)
    pressed_with(old, "/me/code/enter/", {"code": code})

    walker.press("/me/contacts/phone/", value="8 926 765-43-21")
    walker.press("/me/code/enter/", code=code_now())

    assert contact_of(customer).value == "+79267654321"


def test_a_page_that_comes_late_does_not_take_the_new_cookie_away(customer: Customer) -> None:
    walker = waiting_by_link(customer)
    old = cookie_of(walker)
    walker.press("/me/code/enter/", code=code_now())
    client = Client()
    client.cookies["mostik"] = old

    answer = client.get("/me/contacts/")

    assert answer.status_code == 403
    assert "mostik" not in answer.cookies


def test_a_second_press_of_the_code_that_several_share_is_led_to_the_number(customer: Customer) -> None:
    customer_make(phone=contact_of(customer).value, email="", external_id="К-777777")
    walker = waiting_at_the_entrance(customer)
    code = code_now()

    for _ in range(2):
        walker.press("/me/code/enter/", code=code)
        assert (walker.where, walker.page.status_code) == ("/me/who/", 200)


def test_a_second_press_of_the_right_number_is_led_on(customer: Customer) -> None:
    customer_make(phone=contact_of(customer).value, email="", external_id="К-777777")
    walker = waiting_at_the_entrance(customer)
    walker.press("/me/code/enter/", code=code_now())
    old = cookie_of(walker)
    walker.press("/me/who/", number="К-777777")
    assert walker.where == "/me/channels/"

    second = pressed_with(old, "/me/who/", {"number": "К-777777"})

    assert (second.status_code, second.headers["Location"]) == (302, "/me/next/")
    assert walker.get("/me/contacts/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_numbers_at_once_five_are_tried_and_the_visit_ends(customer: Customer) -> None:
    customer_make(phone=contact_of(customer).value, email="", external_id="К-777777")
    walker = waiting_at_the_entrance(customer)
    walker.press("/me/code/enter/", code=code_now())
    cookie = cookie_of(walker)

    answers = at_once(
        [
            lambda number=number: pressed_with(cookie, "/me/who/", {"number": f"К-{number}"}).status_code  # type: ignore[misc]  # a default of a lambda
            for number in range(39)
        ]
    )

    assert Counter(answers)[400] == 4
    kept = PersonSession.objects.get()
    assert (kept.customer_id, kept.level) == (None, 0)
    assert kept.ended_at is not None
    assert walker.press("/me/who/", number="К-777777").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_many_wrong_codes_at_once_three_are_evaluated_at_the_entrance(customer: Customer) -> None:
    walker = waiting_at_the_entrance(customer)
    cookie, bad = cookie_of(walker), f"{(int(code_now()) + 1) % 1_000_000:06d}"

    at_once([lambda: pressed_with(cookie, "/me/code/enter/", {"code": bad}).status_code] * 20)

    assert Verification.objects.get().tries == 3
    assert PersonSession.objects.get().progress["entrance"]["tries"] == 20


@pytest.mark.parametrize("address", ["/me/refuse/", "/me/deny/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_saying_no_at_the_entrance_before_the_code_is_over_and_no_failure(
    customer: Customer, address: str, method: str
) -> None:
    walker = waiting_at_the_entrance(customer)

    assert getattr(walker.client, method)(address).status_code == 403
