"""What an SMSC brings: kept before it is answered, joined where it came in parts, and never lost."""

import json
from typing import Any

import pytest

from notify.channels.base import Accepted
from notify.channels.events import DeliveryReport, InboundText
from notify.channels.smpp.adapter import SmppAdapter
from notify.channels.smpp.conf import IdFormat
from notify.channels.smpp.inbox import PART_SECONDS, Inbox
from notify.channels.smpp.pdu import Pdu
from notify.channels.smpp.webhook import SmppReader
from portal.laptop.fakes.smpp import Parts, SmppFake
from portal.laptop.fakes.smpp.pdus import OURS, UDHI, deliver, delivers
from tests.notify.channels.smpp.making import GOOD, PERSON, adapter_of, sms
from tests.support.patience import wait_until

LONG = "Здравствуйте 🎁👨‍👩‍👧! Не пишите мне больше. " * 8
MODES: tuple[Parts, ...] = ("udh8", "udh16", "sar", "payload")
TEMPORARY = 0x64


def texts(kept: list[bytes]) -> list[str]:
    events = [event for body in kept for event in SmppReader().read(body)]
    return [event.text for event in events if isinstance(event, InboundText)]


def reports(kept: list[bytes], form: IdFormat = "same") -> list[DeliveryReport]:
    events = [event for body in kept for event in SmppReader(form).read(body)]
    return [event for event in events if isinstance(event, DeliveryReport)]


def kinds(kept: list[bytes]) -> list[str]:
    return [json.loads(body)["kind"] for body in kept]


class TestReceipts:
    @pytest.mark.parametrize(("hex_ids", "form"), [(False, "same"), (True, "hex_decimal")])
    def test_a_receipt_names_the_message_by_the_id_that_was_kept(
        self, fake: SmppFake, kept: list[bytes], hex_ids: bool, form: IdFormat
    ) -> None:
        fake.hex_ids = hex_ids
        adapter = adapter_of(fake, kept, id_format=form)
        outcome = adapter.send(sms())
        fake.report()
        wait_until(lambda: bool(kept), "no receipt")
        adapter.close()

        assert isinstance(outcome, Accepted)
        (report,) = reports(kept, form)
        assert (report.provider_id, report.state) == (outcome.provider_id, "delivered")

    @pytest.mark.parametrize(
        ("state", "ours"),
        [
            (1, "accepted"),
            (2, "delivered"),
            (3, "failed"),
            (4, "failed"),
            (5, "failed"),
            (6, "accepted"),
            (7, "unknown"),
            (8, "failed"),
        ],
    )
    def test_each_state_of_the_smsc_has_one_of_ours(
        self, adapter: SmppAdapter, fake: SmppFake, kept: list[bytes], state: int, ours: str
    ) -> None:
        adapter.send(sms(f"+7999200000{state}"))
        fake.report()
        wait_until(lambda: bool(kept), "no receipt")

        assert [report.state for report in reports(kept)] == [ours]

    def test_receipts_that_come_after_a_restart_are_read_alike(self, fake: SmppFake, kept: list[bytes]) -> None:
        first = adapter_of(fake, [])
        sent = first.send_batch([sms(reference=str(number)) for number in range(3)])
        first.close()
        fake.is_shuffled = True
        fake.report()
        second = adapter_of(fake, kept)
        second.open()
        wait_until(lambda: len(kept) == 3, "receipts are missing")
        second.close()

        ids = [outcome.provider_id for outcome in sent if isinstance(outcome, Accepted)]
        assert [report.provider_id for report in reports(kept)] == ids[::-1]

    def test_a_repeat_has_the_same_key_and_another_state_has_another(
        self, adapter: SmppAdapter, fake: SmppFake, kept: list[bytes]
    ) -> None:
        fake.repeats = 2
        adapter.send_batch([sms(), sms("+79992000005", reference="r2")])
        fake.report()
        wait_until(lambda: len(kept) == 4, "receipts are missing")

        assert len({report.event_key for report in reports(kept)}) == 2

    def test_it_is_answered_with_0_only_when_it_was_kept(self, fake: SmppFake) -> None:
        kept: list[bytes] = []
        tries = iter([RuntimeError("the database is away")] * 2)

        def keep(body: bytes) -> None:
            for error in tries:
                raise error
            kept.append(body)

        adapter = adapter_of(fake)
        adapter.keep = keep
        adapter.send(sms())
        fake.report()
        wait_until(lambda: len(fake.answers) == 3, "it was not brought again")
        adapter.close()

        assert fake.answers == [TEMPORARY, TEMPORARY, 0]
        assert kinds(kept) == ["receipt"]

    def test_without_anybody_who_keeps_nothing_is_taken(self, fake: SmppFake) -> None:
        adapter = adapter_of(fake)
        adapter.keep = SmppAdapter(adapter._conf).keep
        adapter.send(sms())
        fake.report()
        wait_until(lambda: bool(fake.answers), "no answer")
        adapter.close()

        assert set(fake.answers) == {TEMPORARY}

    def test_messages_leave_while_a_receipt_is_being_kept(self, fake: SmppFake) -> None:
        outcomes: list[Any] = []
        adapter = adapter_of(fake)
        adapter.keep = lambda _body: wait_until(lambda: len(outcomes) == 2, "nothing left meanwhile")
        outcomes.append(adapter.send(sms()))
        fake.report()
        outcomes.append(adapter.send(sms(reference="r2")))
        wait_until(lambda: fake.answers == [0], "no answer")
        adapter.close()

        assert isinstance(outcomes[1], Accepted)


class TestTexts:
    def test_a_text_comes_from_the_persons_phone(self, adapter: SmppAdapter, fake: SmppFake, kept: list[bytes]) -> None:
        adapter.open()
        fake.write(PERSON, "СТОП")
        wait_until(lambda: bool(kept), "no text")

        (event,) = SmppReader().read(kept[0])
        assert isinstance(event, InboundText)
        assert (event.channel, event.account, event.text) == ("sms", GOOD, "СТОП")

    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("size", [134, 132, 63])
    def test_parts_are_joined_to_the_last_sign(self, fake: SmppFake, mode: Parts, size: int) -> None:
        kept: list[bytes] = []
        adapter = adapter_of(fake, kept)
        adapter.open()
        fake.write(PERSON, LONG, parts=mode, size=size, backwards=size == 132)
        wait_until(lambda: "text" in kinds(kept), "no text")
        adapter.close()

        assert texts(kept) == [LONG]

    def test_each_part_is_kept_before_it_is_answered(
        self, adapter: SmppAdapter, fake: SmppFake, kept: list[bytes]
    ) -> None:
        adapter.open()
        fake.write(PERSON, "я" * 150, parts="udh8", lost=3)
        wait_until(lambda: fake.answers == [0, 0], "no answers")

        assert kinds(kept) == ["part", "part"]
        assert [SmppReader().read(body) for body in kept] == [[], []]

    def test_an_unfinished_text_is_kept_as_it_is_when_the_adapter_closes(
        self, adapter: SmppAdapter, fake: SmppFake, kept: list[bytes]
    ) -> None:
        adapter.open()
        fake.write(PERSON, "я" * 67 + "ю" * 67 + "э", parts="udh8", lost=2)
        wait_until(lambda: fake.answers == [0, 0], "no answers")
        adapter.close()

        assert texts(kept) == ["я" * 67 + "э"]

    def test_two_people_with_one_reference_are_not_mixed(self) -> None:
        inbox, kept = _inbox()
        one, other = (delivers(phone, phone * 10, parts="udh8", reference=7, size=134) for phone in ("7900", "7901"))
        for bodies in zip(one, other, strict=True):
            for body in bodies:
                inbox.take(_deliver_sm(body))

        assert sorted(json.loads(body)["text"] for body in kept if b'"text"' in body[:16]) == ["7900" * 10, "7901" * 10]

    def test_after_five_minutes_a_text_is_taken_as_it_is(self) -> None:
        now = [0.0]
        inbox, kept = _inbox(now)
        inbox.take(_deliver_sm(delivers(PERSON, "я" * 100, parts="udh8", reference=7, size=134)[0]))
        inbox.give_up()
        assert kinds(kept) == ["part"]
        now[0] = PART_SECONDS
        inbox.give_up()
        inbox.give_up()

        assert texts(kept) == ["я" * 67]

    def test_a_repeated_part_changes_nothing(self) -> None:
        inbox, kept = _inbox()
        first, second = delivers(PERSON, "я" * 100, parts="udh8", reference=7, size=134)
        for body in (first, first, second):
            inbox.take(_deliver_sm(body))

        assert texts(kept) == ["я" * 100]

    def test_the_last_part_is_brought_again_when_the_whole_was_not_kept(self) -> None:
        kept: list[bytes] = []
        failing = [True]

        def keep(body: bytes) -> None:
            if failing[0] and json.loads(body)["kind"] == "text":
                raise OSError
            kept.append(body)

        inbox = Inbox(keep)
        first, last = delivers(PERSON, "я" * 100, parts="udh8", reference=7, size=134)
        statuses = [inbox.take(_deliver_sm(body)) for body in (first, last)]
        failing[0] = False
        statuses.append(inbox.take(_deliver_sm(last)))

        assert statuses == [0, TEMPORARY, 0]
        assert texts(kept) == ["я" * 100]

    @pytest.mark.parametrize(
        ("coding", "content", "text"),
        [
            (0, b"\x00Hello\x1b\x65", "@Hello€"),
            (1, b"Hello @", "Hello @"),
            (3, b"\xe9t\xe9", "été"),
            (6, "Привет".encode("iso8859_5"), "Привет"),
            (8, "Привет 🎁".encode("utf-16-be"), "Привет 🎁"),
            (0x18, "Привет".encode("utf-16-be"), "Привет"),
            (0xF0, b"Hello", "Hello"),
            (8, b"", ""),
            (8, b"\x04", "\ufffd"),
        ],
    )
    def test_each_alphabet_is_read(self, coding: int, content: bytes, text: str) -> None:
        inbox, kept = _inbox()
        inbox.take(_deliver_sm(deliver(PERSON, OURS, content, coding=coding)))

        assert texts(kept) == [text]

    @pytest.mark.parametrize(
        "header",
        [
            b"\x05\x00\x03\x01\x00\x00",
            b"\x05\x00\x03\x01\x02\x03",
            b"\x06\x05\x04\x00\x01\x00\x01",
            b"\x03\x00\x03\x01",
        ],
    )
    def test_a_header_of_no_part_is_only_cut_off(self, header: bytes) -> None:
        inbox, kept = _inbox()
        inbox.take(_deliver_sm(deliver(PERSON, OURS, header + b"Hi", esm_class=UDHI)))

        assert texts(kept) == ["Hi"]

    @pytest.mark.parametrize("body", [b"", b"\0", b"\0\1\1" + b"7916\0" * 2, b"\xff" * 30])
    def test_what_cannot_be_read_is_kept_and_answered_with_0(self, body: bytes) -> None:
        inbox, kept = _inbox()

        assert inbox.take(_deliver_sm(body)) == 0
        assert len(kept) == 1


def _inbox(now: list[float] | None = None) -> tuple[Inbox, list[bytes]]:
    kept: list[bytes] = []
    moment = now or [0.0]
    return Inbox(kept.append, lambda: moment[0]), kept


def _deliver_sm(body: bytes) -> Pdu:
    return Pdu(5, 0, 1, body)
