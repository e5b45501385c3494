"""Codes made from an id and a key: always the same six digits, read the way people type them."""

from uuid import UUID, uuid4

import pytest

from consents.verification.codes import code_is_right, code_of, lock_number, target_key

KEY = b"k" * 32
VERIFICATION = UUID("5b0a5d1e-6f9c-4c7c-8f1f-0d7d0c9a1b2c")


def test_a_code_is_six_digits_and_the_same_each_time() -> None:
    assert code_of(VERIFICATION, KEY) == code_of(VERIFICATION, KEY)
    assert all(code_of(uuid4(), KEY).isdecimal() and len(code_of(uuid4(), KEY)) == 6 for _ in range(200))


def test_another_key_or_another_id_gives_another_code() -> None:
    ids = [uuid4() for _ in range(50)]

    assert len({code_of(one, KEY) for one in ids}) > 45
    assert sum(code_of(one, KEY) == code_of(one, b"x" * 32) for one in ids) < 5


def test_codes_are_spread_over_all_digits() -> None:
    codes = [code_of(UUID(int=number), KEY) for number in range(5_000)]

    for place in range(6):
        counts = [sum(code[place] == digit for code in codes) for digit in "0123456789"]
        assert min(counts) > 400


@pytest.mark.parametrize("pattern", ["{0}{1}", "{0} {1}", " {0}-{1} ", "{0}\u00a0{1}"])
def test_a_code_may_be_typed_in_groups(pattern: str) -> None:
    code = code_of(VERIFICATION, KEY)

    assert code_is_right(pattern.format(code[:3], code[3:]), VERIFICATION, KEY)


@pytest.mark.parametrize("given", ["", "12345", "абвгде", "\ud800", "1" * 5_000, "１２３４５６"])
def test_anything_else_is_wrong_and_never_an_error(given: str) -> None:
    assert not code_is_right(given, VERIFICATION, KEY)


def test_the_counters_of_a_contact_tell_nothing_without_the_key() -> None:
    assert target_key("phone", "+79161234567", KEY) != target_key("phone", "+79161234567", b"x" * 32)
    assert target_key("phone", "+79161234567", KEY) != target_key("email", "+79161234567", KEY)


def test_a_lock_number_fits_the_database() -> None:
    assert all(-(2**63) <= lock_number(f"name {number}") < 2**63 for number in range(1_000))
