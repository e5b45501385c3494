"""Phones, words and settings that the providers of SMS share."""

from datetime import UTC, datetime

import pytest

from notify.channels.base import Misconfigured
from notify.channels.setup import SetupValues, is_on
from notify.channels.sms_phones import (
    BARRED_CODES,
    SENDER,
    base_url,
    codes_of,
    e164,
    fault_of,
    moment_of,
    number_of,
    setting,
    tag_of,
)


@pytest.mark.parametrize(
    ("given", "ours"),
    [
        ("79161234567", "+79161234567"),
        ("89161234567", "+79161234567"),
        ("+7 (916) 123-45-67", "+79161234567"),
        ("375291234567", "+375291234567"),
        ("٧", ""),
        ("MTS", ""),
        ("", ""),
    ],
)
def test_a_phone_is_written_as_our_contacts_hold_it(given: str, ours: str) -> None:
    assert e164(given) == ours


def test_a_tag_is_the_same_for_a_phone_however_it_is_written() -> None:
    assert tag_of("+79161234567") == tag_of("79161234567") != tag_of("79161234568")
    assert len(tag_of("+79161234567")) == 6


@pytest.mark.parametrize("given", [True, None, "x", [], {}, 2**63, "9" * 40, -(10**30)])
def test_what_is_no_number_is_none(given: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        number_of(given)


@pytest.mark.parametrize("given", [None, "", "x", 0, -5, 10**20, "99999999999999", True])
def test_a_time_that_says_nothing_is_now(given: object) -> None:
    assert (datetime.now(UTC) - moment_of(given)).total_seconds() < 3600


def test_codes_of_a_setup_come_before_the_table() -> None:
    assert codes_of(" 252, 255 -2 ") == {252, 255, -2}
    assert codes_of("") == frozenset()
    assert fault_of(252, "", codes_of("252")) == "barred"
    assert fault_of(1, "dead", codes_of("252")) == "dead"
    with pytest.raises(Misconfigured):
        codes_of("252;x")


@pytest.mark.parametrize(
    ("value", "fits"), [("", True), ("252", True), ("252, 255", True), ("-2,3", True), ("x", False)]
)
def test_the_field_of_codes_takes_a_list_of_numbers(value: str, fits: bool) -> None:
    assert BARRED_CODES.fits(value) is fits


@pytest.mark.parametrize(
    ("value", "fits"), [("", True), ("Romashka", True), ("Rom-1.ru", True), ("AB", False), ("Я" * 5, False)]
)
def test_the_field_of_a_sender_takes_latin_letters_and_digits(value: str, fits: bool) -> None:
    assert SENDER.fits(value) is fits


def test_settings_are_read_without_blanks() -> None:
    values = SetupValues(name="x", values={"url": " https://x.ru/sys/ ", "test": "On", "off": "0"})

    assert base_url(values, "https://y.ru") == "https://x.ru/sys"
    assert base_url(SetupValues(name="x", values={}), "https://y.ru/") == "https://y.ru"
    assert is_on(setting(values, "test"))
    assert not is_on(setting(values, "off"))
