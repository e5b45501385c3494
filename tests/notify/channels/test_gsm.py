"""Alphabets and parts of SMS, with headers of both lengths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.channels import gsm
from notify.channels.gsm import GSM_BASIC, GSM_EXTENSION, HEADER_8BIT, HEADER_16BIT, Alphabet, part_size

HEADERS = (HEADER_8BIT, HEADER_16BIT)


@pytest.mark.parametrize(
    ("alphabet", "header", "size"),
    [("gsm", 0, 160), ("gsm", 6, 153), ("gsm", 7, 152), ("ucs2", 0, 70), ("ucs2", 6, 67), ("ucs2", 7, 66)],
)
def test_sizes_are_those_of_the_specification(alphabet: Alphabet, header: int, size: int) -> None:
    assert part_size(alphabet, header) == size


@given(st.text(max_size=900), st.sampled_from(HEADERS))
def test_joined_parts_equal_the_text_and_none_is_too_long(text: str, header: int) -> None:
    parts = gsm.sms_parts(text, header)

    assert "".join(parts) == text
    if len(parts) > 1:
        size = part_size(gsm.sms_alphabet(text), header)
        assert all(units(part, gsm.sms_alphabet(text)) <= size for part in parts)


@given(st.text(alphabet=sorted(GSM_BASIC | GSM_EXTENSION), max_size=700), st.sampled_from(HEADERS))
def test_no_escape_is_cut_from_its_character(text: str, header: int) -> None:
    parts = gsm.sms_parts(text, header)

    assert sum(units(part, "gsm") for part in parts) == units(text, "gsm")


def units(text: str, alphabet: Alphabet) -> int:
    """Length in septets or in units of UTF-16."""
    if alphabet == "gsm":
        return sum(2 if character in GSM_EXTENSION else 1 for character in text)
    return len(text.encode("utf-16-be", "surrogatepass")) // 2
