"""One process for every one-time code; its limits are one setting, and what is said of codes follows it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from consents.errors import ContactMissing, TooSoon
from consents.models import Customer, Verification
from consents.words import span_words
from portal.flows.code_process import CodeProcess
from portal.flows.sign_in import SignIn, answer_sign_ins
from portal.flows.verify_contact import KnownContactCode, NewContactCode, contact_code_of
from portal.models import PersonSession
from portal.visits import session
from tests.portal.public.people import (
    Walker,
    code_now,
    contact_of,
    customer_make,
    half_an_hour_later,
    link_for,
    walked_to_level_one,
)

OTHER_LIMITS = {"ttl_s": 240, "tries": 2, "resend_s": 45, "burst_s": 1200, "lock_s": 7200, "number_tries": 2}


def wrong() -> str:
    """Six digits that are not the newest code."""
    return f"{(int(code_now()) + 1) % 1_000_000:06d}"


def asked_by_link(customer: Customer) -> Walker:
    """A browser that came by a link and waits for a code."""
    walker = Walker()
    walker.open_link(link_for(customer))
    walker.press("/me/code/send/", contact=str(contact_of(customer).uuid))
    return walker


def asked_for_a_new_number(customer: Customer) -> Walker:
    """A browser at level 1 that waits for the code of a number which is not on file."""
    walker = walked_to_level_one(customer)
    walker.press("/me/contacts/phone/", value="8 926 765-43-21")
    return walker


def asked_at_the_entrance(customer: Customer) -> Walker:
    """A browser that came by the entrance and waits for a code."""
    walker = Walker()
    walker.press("/", value=contact_of(customer).value)
    answer_sign_ins()
    return walker


Asking = Callable[[Customer], Walker]

EVERY_CODE = pytest.mark.parametrize("asked", [asked_by_link, asked_for_a_new_number, asked_at_the_entrance])


def process_of(customer: Customer) -> CodeProcess:
    """The process of the visit's code, from the visit's row alone."""
    visitor = session.session_take(session_id=PersonSession.objects.get().pk)
    assert visitor is not None
    process = SignIn(visitor) if visitor.progress.sign_in else contact_code_of(visitor, customer.pk)
    assert process is not None
    return process


@pytest.mark.parametrize(
    ("asked", "kind"),
    [(asked_by_link, KnownContactCode), (asked_for_a_new_number, NewContactCode), (asked_at_the_entrance, SignIn)],
)
def test_each_way_of_asking_has_its_process(customer: Customer, asked: Asking, kind: type) -> None:
    asked(customer)

    assert type(process_of(customer)) is kind


@EVERY_CODE
def test_life_pause_and_tries_are_one_setting(customer: Customer, settings: Settings, asked: Asking) -> None:
    settings.CONSENTS_CODES = OTHER_LIMITS
    walker = asked(customer)

    code = process_of(customer).asked
    assert code is not None
    assert timedelta(seconds=190) < code.expires_at - code.again_at <= timedelta(seconds=195)
    assert 30 < code.wait_seconds <= 46
    assert re.search(r"ещё <span[^>]*>4</span> мин", walker.get("/me/code/").content.decode())

    bad = wrong()
    walker.press("/me/code/enter/", code=bad)
    assert "Осталось попыток: 1" in walker.text
    walker.press("/me/code/enter/", code=bad)
    assert "Осталось попыток" not in walker.text or "Осталось попыток: 0" in walker.text
    assert Verification.objects.latest("id").tries == 2


def test_pages_say_the_limits_of_the_installation(customer: Customer, settings: Settings) -> None:
    settings.CONSENTS_CODES = OTHER_LIMITS
    walker = Walker()
    walker.open_link(link_for(customer))
    assert "Он действует 4 минуты." in walker.text
    walker.press("/me/code/send/", contact=str(contact_of(customer).uuid))

    walker.press("/me/code/send/", contact=str(contact_of(customer).uuid))

    assert "Новый код можно запросить через 45 секунд. Прежний" in walker.text


def test_pages_say_the_limits_as_they_are_by_default(customer: Customer) -> None:
    walker = Walker()
    walker.open_link(link_for(customer))
    assert "Он действует 10 минут." in walker.text
    walker.press("/me/code/send/", contact=str(contact_of(customer).uuid))

    walker.press("/me/code/send/", contact=str(contact_of(customer).uuid))

    assert "Новый код можно запросить через полминуты. Прежний" in walker.text


def test_how_long_a_lock_lasts_is_said(customer: Customer, settings: Settings) -> None:
    settings.CONSENTS_CODES = {"lock_s": 7200, "lock_failures": 2}
    walker = asked_by_link(customer)
    bad = wrong()
    for _ in range(3):
        walker.press("/me/code/enter/", code=bad)

    assert "Ввод кода закрыт на 2 часа." in walker.text


def test_how_many_numbers_a_visit_may_name_is_a_setting(customer: Customer, settings: Settings) -> None:
    settings.CONSENTS_CODES = OTHER_LIMITS
    customer_make(phone=contact_of(customer).value, email="", external_id="К-777777")
    walker = asked_at_the_entrance(customer)
    walker.press("/me/code/enter/", code=code_now())

    walker.press("/me/who/", number="К-1")
    assert "Осталось попыток: 1" in walker.text
    assert walker.press("/me/who/", number="К-2").status_code == 403


@pytest.mark.parametrize("asked", [asked_by_link, asked_for_a_new_number])
def test_another_code_goes_to_the_same_contact(customer: Customer, asked: Asking) -> None:
    asked(customer)
    first = Verification.objects.latest("id")
    with pytest.raises(TooSoon):
        process_of(customer).resend()
    half_an_hour_later()

    process_of(customer).resend()

    second = Verification.objects.latest("id")
    assert second.pk != first.pk
    assert (second.target, second.is_new_contact) == (first.target, first.is_new_contact)


def test_another_code_to_a_contact_that_is_gone_is_refused(customer: Customer) -> None:
    asked_by_link(customer)
    customer.contact_points.update(is_current=False, closed_at=timezone.now())

    with pytest.raises(ContactMissing):
        process_of(customer).resend()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 секунду"), (30, "полминуты"), (45, "45 секунд"), (60, "1 минуту"), (90, "90 секунд"), (240, "4 минуты"),
        (600, "10 минут"), (660, "11 минут"), (900, "пятнадцать минут"), (3600, "1 час"), (7200, "2 часа"),
        (18_000, "5 часов"), (86_400, "сутки"),
    ],
)  # fmt: skip
def test_a_span_is_said_in_its_largest_whole_unit(seconds: int, words: str) -> None:
    assert span_words(seconds) == words
