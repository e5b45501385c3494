"""Tokens: how long, how spelt, how hashed."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.links import tokens

KEY = b"k" * 32


@pytest.mark.parametrize(("bits", "length"), [(tokens.BITS_DEFAULT, 26), (tokens.BITS_SMS, 13)])
def test_a_token_has_the_length_of_its_bits_and_only_letters_of_the_alphabet(bits: int, length: int) -> None:
    token = tokens.token_new(bits)

    assert len(token) == length
    assert set(token) <= set(tokens.ALPHABET)
    assert tokens.token_is_shaped(token)


def test_the_alphabet_has_none_of_the_letters_that_people_misread() -> None:
    assert len(set(tokens.ALPHABET)) == 32
    assert not set("ILOU") & set(tokens.ALPHABET)


def test_ten_thousand_tokens_are_all_different_and_use_every_letter_everywhere() -> None:
    drawn = {tokens.token_new(tokens.BITS_SMS) for _ in range(10_000)}

    assert len(drawn) == 10_000
    assert all({token[place] for token in drawn} == set(tokens.ALPHABET) for place in range(13))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("7kf3-zpx9-qd2m", "7KF3ZPX9QD2M"), ("oOiIlLuU", "001111VV"), (" 7KF3 ZPX9 ", "7KF3ZPX9"), ("", "")],
)
def test_what_a_person_types_folds_onto_what_was_printed(typed: str, meant: str) -> None:
    assert tokens.token_fold(typed) == meant


def test_a_token_typed_in_groups_is_read_back() -> None:
    token = tokens.token_new(tokens.BITS_SMS)
    typed = "-".join([token[:4], token[4:8], token[8:]]).lower()

    assert tokens.token_hash(typed, KEY) == tokens.token_hash(token, KEY)


def test_a_long_token_is_hashed_plainly_and_a_short_one_with_the_key() -> None:
    long, short = tokens.token_new(tokens.BITS_DEFAULT), tokens.token_new(tokens.BITS_SMS)

    assert tokens.token_hash(long, KEY) == hashlib.sha256(long.encode()).digest()
    assert tokens.token_hash(short, KEY) != tokens.token_hash(short, b"other" * 8)
    assert tokens.token_hash(short, KEY) != hashlib.sha256(short.encode()).digest()


@given(st.text(max_size=300))
def test_any_text_at_all_can_be_looked_up(text: str) -> None:
    assert len(tokens.token_hash(text, KEY)) == 32


def test_the_address_in_a_code_is_upper_case_and_leads_to_the_same_token() -> None:
    token = tokens.token_new()

    payload = tokens.qr_payload("https://go.example.ru", token)

    assert payload == payload.upper()
    assert payload == f"HTTPS://GO.EXAMPLE.RU/K/{token}"
