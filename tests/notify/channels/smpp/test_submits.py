"""A text as PDUs, read back by the fake's own reader: joined parts equal the text, in every mode."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.channels.gsm import GSM_BASIC, GSM_EXTENSION, sms_alphabet
from notify.channels.smpp.conf import LongTexts, SmppConf
from notify.channels.smpp.submits import parts_of, submits
from notify.messages import sms_segments
from portal.laptop.fakes.smpp.pdus import HEADER, Submit, submit_read, text_of
from tests.notify.channels.smpp.making import sms

MODES: tuple[LongTexts, ...] = ("udh8", "udh16", "sar", "payload")
LENGTH_OF_HEADER = {"udh8": 6, "udh16": 7, "sar": 7}
ALPHABET = "".join(sorted(GSM_BASIC | GSM_EXTENSION))


def submitted(text: str, mode: LongTexts, reference: int = 0xABCD) -> list[Submit]:
    conf = SmppConf(host="h", port=1, system_id="s", password="p", source="Mostik", long_texts=mode)
    message = sms(text=text)
    return [submit_read(one.pdu()[HEADER:]) for one in submits(message, parts_of(message, conf), conf, reference)]


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=500)
    | st.text(ALPHABET, min_size=1, max_size=900),
    st.sampled_from(MODES),
)
def test_joined_parts_equal_the_text(text: str, mode: LongTexts) -> None:
    made = submitted(text, mode)

    assert "".join(text_of(one.coding, one.content) for one in made) == text
    if mode != "payload" and len(made) > 1:
        assert [one.place[1:] for one in made if one.place] == [(len(made), n + 1) for n in range(len(made))]


@given(st.text("aя🎁€[", min_size=1, max_size=900), st.sampled_from(["udh8", "udh16", "sar"]))
def test_no_part_is_longer_than_an_sms(text: str, mode: LongTexts) -> None:
    made = submitted(text, mode)
    header = LENGTH_OF_HEADER[mode] if len(made) > 1 else 0
    bits = 7 if sms_alphabet(text) == "gsm" else 8

    assert all(header * 8 + len(one.content) * bits <= 140 * 8 for one in made)


@given(st.text("aя🎁€[", min_size=1, max_size=900))
def test_as_many_parts_are_made_as_were_planned(text: str) -> None:
    assert len(submitted(text, "udh8")) == len(sms_segments.sms_parts(text))


def test_the_whole_alphabet_of_gsm_goes_as_septets() -> None:
    (made,) = submitted(ALPHABET, "udh8")

    assert (made.coding, text_of(made.coding, made.content)) == (0, ALPHABET)


@pytest.mark.parametrize(("mode", "reference"), [("udh8", 0xCD), ("udh16", 0xABCD), ("sar", 0xABCD)])
def test_all_parts_carry_one_reference(mode: LongTexts, reference: int) -> None:
    assert [one.place for one in submitted("я" * 130, mode)] == [(reference, 2, 1), (reference, 2, 2)]
