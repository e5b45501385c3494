"""Phones: what Russian files write, and the fast path held against the library."""

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import NumberParseException

from consents.enums import LineType
from consents.errors import BadValue
from consents.normalise import Phone, phone_mask, phone_normalise


@pytest.mark.parametrize(
    "raw",
    [
        "8 916 123-45-67",
        "8 (916) 123-45-67",
        "89161234567",
        "79161234567",
        "9161234567",
        "+7 916 123 45 67",
        "+7(916)1234567",
        " +7\N{NO-BREAK SPACE}916\N{NO-BREAK SPACE}1234567 ",
        "+7.916.123.45.67",
        "'+79161234567",
        "тел. 8-916-123-45-67",
        "79161234567.0",
        "79161234567,00",
        "＋７９１６１２３４５６７",
    ],
)
def test_every_usual_way_to_write_a_mobile_number_is_one_number(raw: str) -> None:
    phone = phone_normalise(raw)

    assert (phone.e164, phone.country, phone.line_type) == ("+79161234567", "RU", LineType.MOBILE)
    assert phone.is_ordinary


@pytest.mark.parametrize(
    ("raw", "e164", "country", "line_type"),
    [
        ("8 701 555 12 34", "+77015551234", "KZ", LineType.MOBILE),
        ("+7 777 555 12 34", "+77775551234", "KZ", LineType.MOBILE),
        ("810375291234567", "+375291234567", "BY", LineType.MOBILE),
        ("+375 29 123-45-67", "+375291234567", "BY", LineType.MOBILE),
        ("+1 202 555 0123", "+12025550123", "US", LineType.MOBILE),
        ("+7 495 123-45-67", "+74951234567", "RU", LineType.FIXED),
        ("8 (3955) 12-34-56", "+73955123456", "RU", LineType.FIXED),
        ("4951234567", "+74951234567", "RU", LineType.FIXED),
    ],
)
def test_other_countries_and_landlines_are_told_apart(raw: str, e164: str, country: str, line_type: LineType) -> None:
    phone = phone_normalise(raw)

    assert (phone.e164, phone.country, phone.line_type) == (e164, country, line_type)
    assert not phone.is_ordinary


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("4.479E+11", "phone_scientific"),
        ("7,91612E+10", "phone_scientific"),
        ("7,9Е+10", "phone_scientific"),
        ("8916123456", "phone_too_short"),
        ("7916123456", "phone_too_short"),
        ("916123456", "phone_too_short"),
        ("112", "phone_too_short"),
        ("891612345678", "phone_too_long"),
        ("+7 600 000 00 00", "phone_range"),
        ("8 800 555-35-35", "phone_toll_free"),
        ("8 804 555-35-35", "phone_toll_free"),
        ("8 809 555-35-35", "phone_paid"),
        ("8-800-FLOWERS", "phone_letters"),
        ("89161234567 до 18", "phone_letters"),
        ("89161234567 89261234567", "phone_several"),
        ("89161234567\n89261234567", "phone_several"),
        ("8 916 123-45-67 (дом. 8 495 123-45-67)", "phone_several"),
        ("8-916-123-45-67, 123-45-68", "phone_several"),
        ("37529123456", "phone_country"),
        ("99365123456", "phone_country"),
        ("89161234567, 89261234567", "phone_several"),
        ("89161234567/89261234567", "phone_several"),
        ("+999 123 45 67 89", "phone_range"),
        ("—", "phone_malformed"),
        ("()", "phone_malformed"),
    ],
)
def test_what_is_no_phone_is_refused_with_its_reason(raw: str, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        phone_normalise(raw)

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("raw", "e164", "country"),
    [
        ("375291234567", "+375291234567", "BY"),
        ("998 90 123 45 67", "+998901234567", "UZ"),
        ("37491234567", "+37491234567", "AM"),
        ("4915112345678", "+4915112345678", "DE"),
        ("8613812345678", "+8613812345678", "CN"),
        ("00375291234567", "+375291234567", "BY"),
        ("00 49 151 12345678", "+4915112345678", "DE"),
        ("8 029 123-45-67", "+375291234567", "BY"),
        ("+375 (0) 29 123-45-67", "+375291234567", "BY"),
        ("+8 916 123-45-67", "+79161234567", "RU"),
        ("+7 (8) 916 123-45-67", "+79161234567", "RU"),
        ("84951234567", "+74951234567", "RU"),
    ],
)
def test_a_number_is_read_where_it_fits_one_country_alone(raw: str, e164: str, country: str) -> None:
    phone = phone_normalise(raw)

    assert (phone.e164, phone.country) == (e164, country)


@pytest.mark.parametrize(
    "raw",
    [
        "\u202a+7 916 666-00-01\u202c",
        "\u200e89166660001",
        "+7\u202f916\u2009666\u00a000\u300001",
        "8\u2011916\u2212666\u201300\u201401",
        "8(916)\u00ad666-00-01",
        "8916666\ufe0d0001\u2060",
        "８９１６６６６０００１",
        "8 916\n666-00-01",
        "tel:+79166660001",
        "https://wa.me/79166660001",
        "89166660001;",
        '"89166660001"',
    ],
)
def test_what_is_around_and_between_the_digits_costs_nothing(raw: str) -> None:
    assert phone_normalise(raw).e164 == "+79166660001"


@pytest.mark.parametrize("raw", ["89161234567 Иван", "+79161234567 (WhatsApp)", "жена: 8 916 123-45-67"])
def test_words_beside_a_number_are_left_out_and_said(raw: str) -> None:
    phone = phone_normalise(raw)

    assert phone.e164 == "+79161234567"
    assert phone.has_words
    assert not phone.is_ordinary


def test_an_extension_is_left_out_and_said() -> None:
    phone = phone_normalise("+7 495 123-45-67 доб. 12")

    assert phone.e164 == "+74951234567"
    assert phone.has_extension


def test_a_mobile_number_of_a_block_that_is_not_in_the_tables_is_taken_with_a_doubt() -> None:
    phone = phone_normalise("8 930 000-00-26")

    assert (phone.e164, phone.line_type, phone.is_allotted) == ("+79300000026", LineType.MOBILE, False)


def read(raw: str) -> Phone | str:
    """The phone, or the reason why there is none."""
    try:
        return phone_normalise(raw)
    except BadValue as error:
        return error.reason


def by_library(raw: str) -> tuple[str, str, str, bool] | None:
    """The library alone, with the one exception for mobile blocks that it knows as free."""
    try:
        number = phonenumbers.parse(raw, "RU")
    except NumberParseException:
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.is_valid_number(number):
        country = phonenumbers.region_code_for_number(number) or ""
        kind = phonenumbers.number_type(number)
        return e164, country, {0: "fixed", 1: "mobile", 2: "mobile"}.get(kind, "other"), True
    is_mobile = len(e164) == 12 and e164.startswith("+79")
    return (e164, "RU", "mobile", False) if is_mobile else None


DIGITS = st.text("0123456789", min_size=8, max_size=8)
SEPARATORS = st.sampled_from(["", " ", "-", "(", ")", "\N{NO-BREAK SPACE}"])


@given(
    st.sampled_from(["", "8", "7", "+7", "+", "810", "0", "77", "+8"]),
    st.sampled_from(["9", "7", "4", "8", "6", "3", "1", "93", "94", "90", "95"]),
    st.text("0123456789", min_size=6, max_size=10),
    st.lists(st.tuples(st.integers(0, 14), SEPARATORS), max_size=4),
)
@example("0", "9", "000000000", [])
def test_the_fast_path_says_what_the_library_says(
    prefix: str, start: str, rest: str, gaps: list[tuple[int, str]]
) -> None:
    raw = prefix + start + rest
    for place, mark in gaps:
        raw = raw[:place] + mark + raw[place:]

    phone = read(raw)

    if isinstance(phone, str):
        assert by_library(raw) is None or phone in ("phone_toll_free", "phone_paid")
    elif by_library(raw) is None:
        # A number that is read in spite of it is a whole one in another writing: the library knows its stored form.
        assert phone.country != "RU" or raw.startswith("+8")
        assert (phone.e164, phone.country, phone.line_type.value, phone.is_allotted) == by_library(phone.e164)
    else:
        assert (phone.e164, phone.country, phone.line_type.value, phone.is_allotted) == by_library(raw)


@given(st.from_regex(r"\+79[0-9]{9}", fullmatch=True))
def test_a_number_in_its_stored_form_stays_as_it_is(e164: str) -> None:
    assert phone_normalise(e164).e164 == e164
    assert phone_normalise(e164.replace("+7", "8")).e164 == e164


@given(st.text(max_size=40))
def test_no_text_at_all_makes_the_reader_stumble(raw: str) -> None:
    phone = read(raw)

    if isinstance(phone, str):
        assert phone.startswith("phone_")
    else:
        assert phone_normalise(phone.e164).e164 == phone.e164


@pytest.mark.parametrize(
    ("value", "mask"),
    [("+79161234512", "+7 9•• •••-••-12"), ("+77015551234", "+7 7•• •••-••-34"), ("+375291234567", "+375 •••••••67")],
)
def test_a_mask_shows_the_country_and_two_digits(value: str, mask: str) -> None:
    assert phone_mask(value) == mask
