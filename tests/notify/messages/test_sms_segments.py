"""SMS arithmetic against the figures of 3GPP 23.038 and 23.040."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.messages.sms_segments import GSM_BASIC, GSM_EXTENSION, PART, sms_alphabet, sms_parts


@pytest.mark.parametrize(
    ("text", "alphabet", "count"),
    [
        ("", "gsm", 1),
        ("a" * 160, "gsm", 1),
        ("a" * 161, "gsm", 2),
        ("a" * 306, "gsm", 2),
        ("a" * 307, "gsm", 3),
        ("я" * 70, "ucs2", 1),
        ("я" * 71, "ucs2", 2),
        ("я" * 134, "ucs2", 2),
        ("я" * 135, "ucs2", 3),
        ("€" * 80, "gsm", 1),
        ("€" * 81, "gsm", 2),
        ("🎉" * 35, "ucs2", 1),
        ("🎉" * 36, "ucs2", 2),
        ("a" * 69 + "«", "ucs2", 1),
        ("a" * 70 + "—", "ucs2", 2),
    ],
)
def test_the_count_is_what_the_operator_bills(text: str, alphabet: str, count: int) -> None:
    assert (sms_alphabet(text), len(sms_parts(text))) == (alphabet, count)


def test_an_emoji_is_never_cut_in_two() -> None:
    parts = sms_parts("я" * 66 + "🎉" + "я" * 10)

    assert parts[0] == "я" * 66
    assert parts[1].startswith("🎉")


@given(st.text(max_size=900))
def test_joined_parts_equal_the_text(text: str) -> None:
    assert "".join(sms_parts(text)) == text


@given(st.text(max_size=900))
def test_no_part_is_longer_than_a_part_may_be(text: str) -> None:
    parts = sms_parts(text)
    if len(parts) > 1:
        longest = max(len(part.encode("utf-16-be", "surrogatepass")) // 2 for part in parts)
        if sms_alphabet(text) == "ucs2":
            assert longest <= PART["ucs2"]


@given(st.text(alphabet=sorted(GSM_BASIC | GSM_EXTENSION), min_size=161, max_size=600))
def test_septets_add_up(text: str) -> None:
    septets = [sum(2 if c in GSM_EXTENSION else 1 for c in part) for part in sms_parts(text)]

    assert sum(septets) == len(text) + sum(c in GSM_EXTENSION for c in text)
    assert max(septets) <= PART["gsm"]
