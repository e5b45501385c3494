"""Addresses of return: what goes in comes out, and nothing else does."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.channels.base import Misconfigured
from notify.channels.verp import verp_address, verp_check, verp_reference

BASE = "bounce@move.bank.example"
KEY = b"key"


@given(st.uuids())
def test_the_reference_comes_back_in_any_case(reference: UUID) -> None:
    address = verp_address(BASE, str(reference), KEY)

    assert len(address.partition("@")[0]) <= 64
    for spelled in (address, address.upper(), f"<{address}>", address.title()):
        assert verp_reference(spelled, BASE, KEY) == str(reference)


@given(st.uuids(), st.integers(0, 39), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_token_with_another_letter_is_nobodys(reference: UUID, at: int, letter: str) -> None:
    local, _, domain = verp_address(BASE, str(reference), KEY).partition("@")
    name, _, token = local.partition("+")
    changed = token[:at] + letter + token[at + 1 :]

    found = verp_reference(f"{name}+{changed}@{domain}", BASE, KEY)

    assert found == (str(reference) if changed == token else "")


@given(st.text(max_size=80))
def test_any_other_text_names_nothing(text: str) -> None:
    assert verp_reference(text, BASE, KEY) == ""
    assert verp_reference(f"bounce+{text}@move.bank.example", BASE, KEY) == ""


def test_another_key_another_name_and_another_domain_do_not_fit() -> None:
    address = verp_address(BASE, "7f3c2a10-5b1d-4c4e-9a77-0d2f3b6e8c11", KEY)

    assert verp_reference(address, BASE, b"other") == ""
    assert verp_reference(address, "return@move.bank.example", KEY) == ""
    assert verp_reference(address, "bounce@bank.example", KEY) == ""
    assert verp_reference(BASE, BASE, KEY) == ""


def test_a_reference_that_is_no_uuid_gets_the_plain_address() -> None:
    assert verp_address(BASE, "r1", KEY) == BASE


@pytest.mark.parametrize(
    "base", ["", "bounce", "@bank.example", "bounce@", "b+c@bank.example", "b" * 24 + "@bank.example"]
)
def test_an_address_that_no_token_fits_into_is_refused(base: str) -> None:
    with pytest.raises(Misconfigured):
        verp_check(base)
