"""Addresses: what is stored, what is refused, and the fast path held against the library."""

import re

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from consents.errors import BadValue
from consents.normalise import EMAIL_LIMIT, email_display, email_mask, email_normalise


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        (" ivan@example.ru ", "ivan@example.ru"),
        ("IVAN@Yandex.RU", "ivan@yandex.ru"),
        ("user@пример.рф", "user@xn--e1afmkfd.xn--p1ai"),
        ("user@ПРИМЕР.РФ", "user@xn--e1afmkfd.xn--p1ai"),
        ("user@xn--e1afmkfd.xn--p1ai", "user@xn--e1afmkfd.xn--p1ai"),
        ("ivan+bank@example.ru", "ivan+bank@example.ru"),
        ("ivan.ivanov-1@mail.example.com", "ivan.ivanov-1@mail.example.com"),
        ("o'neil@example.com", "o'neil@example.com"),
        ("'ivan@example.ru", "ivan@example.ru"),
        ("Ivan <a@example.ru>", "a@example.ru"),
        ("Лев Берёзкин <lev@example.ru>;", "lev@example.ru"),
        ("mailto:petr@example.ru?subject=1", "petr@example.ru"),
        ("yan@example.ru.", "yan@example.ru"),
        ("<yan@example.ru>", "yan@example.ru"),
        ("anna@mail.ru,", "anna@mail.ru"),
        ("e-mail: anna@mail.ru", "anna@mail.ru"),
        ("le\u00adv\u200b@example.ru\u202c", "lev@example.ru"),
        ("\ufeffｌｅｖ＠example.ru\u00a0", "lev@example.ru"),
    ],
)
def test_an_address_is_stored_trimmed_lower_and_in_ascii(raw: str, stored: str) -> None:
    assert email_normalise(raw) == stored


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("anna@@example.ru", "email_at"),
        ("anna.example.ru", "email_at"),
        ("ivan@example", "email_zone"),
        ("user@gmail,com", "email_comma"),
        ("ivan@", "email_domain"),
        ("a@localhost", "email_zone"),
        ("a b@example.ru", "email_space"),
        ("a@x.ru, b@x.ru", "email_several"),
        ("a@x.ru;b@x.ru", "email_several"),
        ("иван@пример.рф", "email_letters"),
        ("a@foo.test", "email_reserved"),
        ("a" * 250 + "@example.ru", "email_too_long"),
        ("ivan@example..ru", "email_malformed"),
        ("ivan.@example.ru", "email_malformed"),
        ("ivan@[127.0.0.1]", "email_malformed"),
        ("Ivan <a@example.ru>, Anna <b@example.ru>", "email_several"),
        ("a@x.ru\nb@x.ru", "email_several"),
        ("a@gmаil.com", "email_mixed"),
        ("@example.ru", "email_malformed"),
    ],
)
def test_what_is_no_address_is_refused_with_its_reason(raw: str, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        email_normalise(raw)

    assert caught.value.reason == reason


def read(raw: str) -> str:
    """The stored form, or the reason why there is none."""
    try:
        return email_normalise(raw)
    except BadValue as error:
        return error.reason


def is_mixed(raw: str) -> bool:
    """Return whether a part of the domain has letters of both alphabets."""
    return any(
        re.search("[a-z]", part, re.I) and re.search("[а-яё]", part, re.I)
        for part in raw.rsplit("@", maxsplit=1)[-1].split(".")
    )


def by_library(raw: str) -> str | None:
    """The library alone."""
    if is_mixed(raw):
        return None  # the library knows no look-alikes
    try:
        found = validate_email(
            raw.strip().lstrip("'").lstrip().rstrip(" ."), allow_smtputf8=False, check_deliverability=False
        )
    except EmailNotValidError:
        return None
    return (found.ascii_email or "").lower()


LOCAL = st.text("abcXYZ019._+-'~ёé ", max_size=66)
LABEL = st.text("abcXYZ019-пример", min_size=1, max_size=64)
DOMAIN = st.lists(LABEL, min_size=1, max_size=5).map(".".join)


@given(LOCAL, st.sampled_from(["@", "@@", "", "@ "]), st.one_of(DOMAIN, st.sampled_from(["mail.ru", "почта.рф"])))
@example("a" * 64, "@", "b" * 63 + "." + "c" * 63 + "." + "d" * 61 + ".ru")
@example("a", "@", "xn--e1afmkfd.xn--p1ai")
@example("a", "@", "ab--c.ru")
@example("a", "@", "local")
@example("a", "@", "x.test")
@example(".0", "@", "mail.ru")
def test_the_fast_path_says_what_the_library_says(local: str, at: str, domain: str) -> None:
    raw = f"{local}{at}{domain}"

    found = read(raw)

    assert (found if "@" in found else None) == by_library(raw)
    assert len(found) <= EMAIL_LIMIT
    assert "@" not in found or read(found) == found


@given(st.text(max_size=60))
def test_no_text_at_all_makes_the_reader_stumble(raw: str) -> None:
    found = read(raw)

    assert found.isascii()
    assert "@" in found or found.startswith("email_")


def test_a_person_sees_a_cyrillic_domain_in_cyrillic() -> None:
    assert email_display("user@xn--e1afmkfd.xn--p1ai") == "user@пример.рф"
    assert email_mask("user@xn--e1afmkfd.xn--p1ai") == "u•••@п•••.рф"
    assert email_mask("ivan@yandex.ru") == "i•••@y•••.ru"
