"""The bodies that the adapter has kept, understood; anything else refused, never worse."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.channels.base import Rejected
from notify.channels.events import DeliveryReport, InboundText
from notify.channels.smpp.conf import IdFormat
from notify.channels.smpp.ids import receipted_id, submitted_id
from notify.channels.smpp.inbox import Inbox
from notify.channels.smpp.pdu import Pdu
from notify.channels.smpp.webhook import SmppReader
from notify.channels.smpp.words import NETWORK_FAULTS, STATES

AT = "2026-11-30T12:00:00+00:00"
TEXT = "id:439041101 sub:001 dlvrd:000 submit date:2611301200 done date:2611301201 stat:{stat} err:{err} text:Hi"


def receipt(stat: str = "DELIVRD", err: str = "000", text: str | None = None, **parameters: bytes) -> bytes:
    said = TEXT.format(stat=stat, err=err) if text is None else text
    hexed = {tag.removeprefix("t"): value.hex() for tag, value in parameters.items()}
    return json.dumps(
        {"kind": "receipt", "at": AT, "source": "7", "destination": "8", "text": said, "parameters": hexed}
    ).encode()


def read(body: bytes, form: IdFormat = "same", absent: frozenset[str] = frozenset()) -> DeliveryReport:
    (report,) = SmppReader(form, absent).read(body)
    assert isinstance(report, DeliveryReport)
    return report


def inbound(source: str = "79161234512", text: str = "Да", **more: Any) -> bytes:
    said = {"kind": "text", "at": AT, "source": source, "destination": "7999", "text": text, **more}
    return json.dumps(said).encode()


class TestReceipts:
    @pytest.mark.parametrize(("number", "word", "state"), [(number, *said) for number, said in STATES.items()])
    def test_each_word_and_each_number_has_our_state(self, number: int, word: str, state: str) -> None:
        by_word = read(receipt(stat=word.upper()))
        by_number = read(receipt(stat="", t0427=bytes([number])))

        assert by_word.state == by_number.state == state
        assert by_word.detail == by_number.detail == word

    @pytest.mark.parametrize("stat", ["", "TELEPORTED", "Доставлено"])
    def test_a_word_that_we_do_not_know_moves_nothing(self, stat: str) -> None:
        assert read(receipt(stat=stat)).state == "unknown"

    def test_the_number_counts_more_than_the_word(self) -> None:
        assert read(receipt(stat="ACCEPTD", t0427=b"\x05")).state == "failed"

    def test_its_error_is_kept_in_the_detail_and_in_the_key(self) -> None:
        report = read(receipt("UNDELIV", "0B7"))

        assert (report.detail, report.event_key) == ("undeliv_0B7", "439041101:undeliv:0B7")

    def test_the_time_is_that_of_its_coming(self) -> None:
        assert read(receipt()).occurred_at == datetime.fromisoformat(AT)

    @pytest.mark.parametrize(
        "text",
        [
            "id:7 stat:DELIVRD",
            "ID:7 STAT:delivrd",
            "id: 7 sub:001 stat: DELIVRD err: 000",
            "id:7 submitdate:261130120000 donedate:261130120000 stat:DELIVRD err:0 text:",
            "id:7 stat:DELIVRD err:000 Text:id:8 stat:REJECTD",
        ],
    )
    def test_each_way_to_write_a_receipt_is_read(self, text: str) -> None:
        report = read(receipt(text=text))

        assert (report.provider_id, report.state) == ("7", "delivered")

    def test_without_any_id_it_is_nothing_to_anybody(self) -> None:
        assert SmppReader().read(receipt(text="stat:DELIVRD")) == []

    def test_the_id_of_the_parameter_counts_more_than_one_cut_to_ten(self) -> None:
        assert (
            read(receipt(text="id:1234567890 stat:DELIVRD", t001e=b"12345678901234\0")).provider_id == "12345678901234"
        )

    @pytest.mark.parametrize(("err", "fault"), [("001", "dead"), ("1", ""), ("34", "dead"), ("000", "")])
    def test_the_errors_that_the_set_up_names_say_that_the_number_is_dead(self, err: str, fault: str) -> None:
        report = read(receipt("UNDELIV", err), absent=frozenset({"001", "34"}))

        assert report.address_fault == fault

    def test_a_delivered_message_says_nothing_against_the_number(self) -> None:
        assert read(receipt("DELIVRD", "001"), absent=frozenset({"001"})).address_fault == ""

    @pytest.mark.parametrize(("code", "fault"), [*NETWORK_FAULTS.items(), (13, ""), (32, ""), (0, "")])
    def test_an_error_of_a_gsm_network_is_understood(self, code: int, fault: str) -> None:
        assert read(receipt("UNDELIV", t0423=bytes([3, 0, code]))).address_fault == fault

    @pytest.mark.parametrize("code", [b"", b"\x01\x00\x01", b"\x03\x01", b"\x03\x00\x01\x00"])
    def test_an_error_of_another_network_says_nothing(self, code: bytes) -> None:
        assert read(receipt("UNDELIV", t0423=code)).address_fault == ""


class TestIds:
    @pytest.mark.parametrize(
        ("form", "answer", "in_receipt", "kept"),
        [
            ("same", "abc-1", "abc-1", "abc-1"),
            ("same", "439041101", "0439041101", "439041101"),
            ("same", "0", "0000000000", "0"),
            ("hex_decimal", "1A2B3C4D", "439041101", "439041101"),
            ("hex_decimal", "1a2b3c4d", "0439041101", "439041101"),
            ("decimal_hex", "439041101", "1A2B3C4D", "439041101"),
            ("hex_decimal", "not-hex", "not-hex", "not-hex"),
        ],
    )
    def test_both_forms_of_an_id_become_one(self, form: IdFormat, answer: str, in_receipt: str, kept: str) -> None:
        assert submitted_id(answer, form) == receipted_id(in_receipt, form) == kept

    def test_a_parameter_has_the_form_of_the_answer(self) -> None:
        by_parameter = read(receipt(text="stat:DELIVRD", t001e=b"1A2B3C4D\0"), "hex_decimal")
        by_text = read(receipt(t001e=b"1A2B3C4D\0"), "hex_decimal")

        assert by_parameter.provider_id == by_text.provider_id == "439041101"


class TestTexts:
    @pytest.mark.parametrize(
        ("source", "account"),
        [
            ("79161234512", "+79161234512"),
            ("89161234512", "+79161234512"),
            ("+79161234512", "+79161234512"),
            ("380501234567", "+380501234567"),
        ],
    )
    def test_a_phone_is_in_our_own_form(self, source: str, account: str) -> None:
        (event,) = SmppReader().read(inbound(source))

        assert isinstance(event, InboundText)
        assert event.account == event.chat == account

    @pytest.mark.parametrize("source", ["", "MTS", "900", "+7916abc4512", "7" * 20])
    def test_what_no_phone_has_sent_is_skipped(self, source: str) -> None:
        assert SmppReader().read(inbound(source)) == []

    def test_the_stored_body_read_again_has_the_same_key(self) -> None:
        keys = {SmppReader().read(inbound())[0].event_key for _ in range(2)}

        assert len(keys) == 1
        assert SmppReader().read(inbound(text="Нет"))[0].event_key not in keys


class TestAnything:
    @pytest.mark.parametrize("secret", ["", "secret"])
    def test_no_call_over_http_is_theirs(self, secret: str) -> None:
        assert not SmppReader().verify({"Authorization": secret}, receipt())

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"null",
            b"{}",
            b'{"kind": "text"}',
            b'{"kind": "unreadable", "at": "2026-11-30T12:00:00+00:00", "pdu": "00"}',
            b'{"kind": "text", "at": "2026-11-30T12:00:00", "source": "79161234512", "text": ""}',
            b'{"kind": "receipt", "at": "2026-11-30T12:00:00+00:00", "parameters": {"001e": "x"}}',
            b'{"kind": "receipt", "at": "2026-11-30T12:00:00+00:00", "parameters": ["x"]}',
            b"[" * 100_000,
        ],
    )
    def test_what_is_no_body_of_ours_is_refused(self, body: bytes) -> None:
        with pytest.raises(Rejected, match="unreadable"):
            SmppReader().read(body)

    @given(st.binary(max_size=300))
    def test_any_bytes_are_refused_and_never_worse(self, body: bytes) -> None:
        _calm(body)

    @given(
        st.dictionaries(
            st.sampled_from(["kind", "at", "source", "destination", "text", "parameters"]),
            st.sampled_from(["receipt", "text", "part", AT, "79161234512"])
            | st.none()
            | st.integers()
            | st.text(max_size=40)
            | st.dictionaries(st.sampled_from(["001e", "0427", "0423"]), st.text("0123456789abcdefg", max_size=8)),
        )
    )
    def test_any_object_gives_events_or_a_refusal(self, said: dict[str, Any]) -> None:
        _calm(json.dumps({"kind": "receipt", "at": AT, **said}).encode())

    @given(st.binary(max_size=200), st.sampled_from([5, 0x103]))
    def test_any_body_of_a_deliver_sm_is_kept_and_read(self, body: bytes, command: int) -> None:
        kept: list[bytes] = []

        assert Inbox(kept.append).take(Pdu(command, 0, 1, body)) == 0
        for one in kept:
            _calm(one)


def _calm(body: bytes) -> None:
    events: Sequence[DeliveryReport | InboundText] = ()
    with suppress(Rejected):
        events = SmppReader("hex_decimal").read(body)
    for event in events:
        assert len(event.event_key) <= 120
        if isinstance(event, DeliveryReport):
            assert len(event.provider_id) <= 120
            assert len(event.detail) <= 60
