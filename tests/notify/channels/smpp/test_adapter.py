"""Messages over a bound session: every status, the window, lost answers, long texts."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from aiosmpplib import SmppCommandStatus

from notify.channels.base import (
    Accepted,
    Misconfigured,
    OutboundMessage,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)
from notify.channels.deadline import Deadline
from notify.channels.gsm import HEADER_8BIT, sms_parts
from notify.channels.smpp.adapter import SmppAdapter
from notify.channels.smpp.pace import Pace
from notify.channels.smpp.words import LATER, OUR_FAULT, REFUSED
from portal.laptop.fakes.smpp import Parts, SmppFake
from tests.notify.channels.cases import TEXTS, AdapterCases
from tests.notify.channels.smpp.making import GOOD, adapter_of, sms, status_address
from tests.support.patience import PATIENCE_S, ended, wait_until

BEHAVIOURS = {
    "accept": GOOD,
    "reject": status_address(0x45),
    "later": status_address(0x14),
    "took_and_cut": "+79991000004",
    "cut": "+79991000003",
}
LONG = "Длинный текст с 🎁 подарком. " * 12
NACKED = "+79991000005"
MODES: tuple[Parts, ...] = ("udh8", "udh16", "sar", "payload")


class TestSmpp(AdapterCases):
    def message(self, behaviour: str, reference: str = "r1") -> OutboundMessage:
        return sms(BEHAVIOURS[behaviour], reference=reference)


class TestStatuses:
    @pytest.mark.parametrize("status", LATER)
    def test_later_is_about_this_message_and_says_when(self, adapter: SmppAdapter, status: int) -> None:
        outcome = adapter.send(sms(status_address(status)))

        assert isinstance(outcome, TemporarilyUnavailable)
        assert (outcome.reason, outcome.retry_after) == LATER[status]

    @pytest.mark.parametrize("status", REFUSED)
    def test_never_is_a_refusal_with_what_it_says_of_the_number(self, adapter: SmppAdapter, status: int) -> None:
        outcome = adapter.send(sms(status_address(status)))

        assert isinstance(outcome, Rejected)
        assert (outcome.reason, outcome.address_fault) == REFUSED[status]

    @pytest.mark.parametrize("status", OUR_FAULT)
    def test_a_fault_of_the_set_up_spends_no_message(self, adapter: SmppAdapter, status: int) -> None:
        with pytest.raises(Misconfigured, match=OUR_FAULT[status]):
            adapter.send_batch([sms(status_address(status)), sms(status_address(0x14))])

    @pytest.mark.parametrize("status", OUR_FAULT)
    def test_where_another_message_got_through_it_is_about_this_one(self, adapter: SmppAdapter, status: int) -> None:
        refused, taken = adapter.send_batch([sms(status_address(status)), sms(reference="r2")])

        assert isinstance(refused, Rejected)
        assert refused.reason == OUR_FAULT[status]
        assert isinstance(taken, Accepted)

    @pytest.mark.parametrize("status", [0x400, 0x4FF, 0x2C, 9999])
    def test_a_code_that_nobody_knows_is_a_refusal(self, adapter: SmppAdapter, status: int) -> None:
        outcome = adapter.send(sms(status_address(status)))

        assert isinstance(outcome, Rejected)
        assert outcome.reason == f"code_{status}"

    def test_no_status_of_the_specification_is_taken_for_success(self, adapter: SmppAdapter) -> None:
        for status in set(SmppCommandStatus) - {SmppCommandStatus.ESME_ROK} - set(OUR_FAULT):
            assert not isinstance(adapter.send(sms(status_address(status))), Accepted)

    def test_a_generic_nack_is_a_refusal(self, adapter: SmppAdapter) -> None:
        outcome = adapter.send(sms(NACKED))

        assert isinstance(outcome, Rejected)
        assert outcome.reason == "code_3"

    @pytest.mark.parametrize("address", ["", "Mostik", "+7 916 123-45-12", "+79161234512345678", "٧٩١٦١٢٣٤٥"])
    def test_an_address_that_is_no_phone_never_leaves(self, adapter: SmppAdapter, fake: SmppFake, address: str) -> None:
        outcome = adapter.send(sms(address))

        assert isinstance(outcome, Rejected)
        assert outcome.reason == "bad_address"
        assert fake.submits == []

    @pytest.mark.parametrize(
        ("text", "reason"), [("", "no_text"), ("\ud800", "bad_text"), ("я" * 67 * 255 + "я", "too_long")]
    )
    def test_a_text_that_no_sms_carries_never_leaves(
        self, adapter: SmppAdapter, fake: SmppFake, text: str, reason: str
    ) -> None:
        outcome = adapter.send(sms(text=text))

        assert isinstance(outcome, Rejected)
        assert outcome.reason == reason
        assert fake.submits == []


class TestFields:
    def test_a_message_carries_the_fields_of_the_set_up(self, fake: SmppFake) -> None:
        adapter = adapter_of(fake, service_type="CMT", esm_class=3, source_npi=1, validity_seconds=7200)
        adapter.send(sms(valid_seconds=5))
        adapter.send(sms(valid_seconds=600))
        adapter.send(sms())
        adapter.close()

        first = fake.submits[0]
        assert (first.source_ton, first.source_npi, first.source) == (5, 1, "Mostik")
        assert (first.destination_ton, first.destination_npi, first.destination) == (1, 1, "79161234512")
        assert (first.service_type, first.esm_class, first.registered) == ("CMT", 3, 1)
        assert [one.validity for one in fake.submits] == ["000000000100000R", "000000001000000R", "000000020000000R"]

    def test_without_a_limit_the_smsc_decides(self, adapter: SmppAdapter, fake: SmppFake) -> None:
        adapter.send(sms())

        assert fake.submits[0].validity == ""

    @pytest.mark.parametrize(("text", "coding"), [("Hello @ {€} _ $", 0), ("a" * 300, 0), ("Привет", 8), ("“", 8)])
    def test_the_alphabet_is_that_of_gsm_where_it_suffices(
        self, adapter: SmppAdapter, fake: SmppFake, text: str, coding: int
    ) -> None:
        adapter.send(sms(text=text))

        assert {one.coding for one in fake.submits} == {coding}
        assert fake.taken[0].text == text


class TestLongTexts:
    @pytest.mark.parametrize("mode", MODES)
    @pytest.mark.parametrize("text", [*TEXTS, LONG, "{€}" * 200, "🎁" * 100, "a" * 153 + "€" * 80])
    def test_every_text_arrives_to_the_last_sign(self, fake: SmppFake, mode: Parts, text: str) -> None:
        adapter = adapter_of(fake, long_texts=mode)
        outcome = adapter.send(sms(text=text))
        adapter.close()

        assert isinstance(outcome, Accepted)
        assert [one.text for one in fake.taken] == [text]

    @pytest.mark.parametrize("text", [LONG, "a" * 459, "a" * 460, "я" * 134, "я" * 135])
    def test_as_many_parts_leave_as_were_counted(self, adapter: SmppAdapter, fake: SmppFake, text: str) -> None:
        outcome = adapter.send(sms(text=text))

        assert isinstance(outcome, Accepted)
        assert outcome.parts == len(fake.submits) == len(sms_parts(text, HEADER_8BIT))

    def test_the_id_and_the_receipt_are_those_of_the_last_part(self, adapter: SmppAdapter, fake: SmppFake) -> None:
        outcome = adapter.send(sms(text=LONG))

        assert isinstance(outcome, Accepted)
        assert outcome.provider_id == fake.taken[0].ids[-1]
        assert [one.registered for one in fake.submits] == [0] * (outcome.parts - 1) + [1]

    def test_a_payload_is_one_submit_charged_by_its_parts(self, fake: SmppFake) -> None:
        adapter = adapter_of(fake, long_texts="payload")
        outcome = adapter.send(sms(text=LONG))
        adapter.close()

        assert isinstance(outcome, Accepted)
        assert [(one.has_payload, one.registered) for one in fake.submits] == [(True, 1)]
        assert outcome.parts == len(sms_parts(LONG))

    def test_two_long_texts_at_once_to_one_phone_are_not_mixed(self, adapter: SmppAdapter, fake: SmppFake) -> None:
        texts = [str(number) * 500 for number in range(5)]
        adapter.send_batch([sms(text=text, reference=text[:1]) for text in texts])

        assert sorted(one.text for one in fake.taken) == texts

    def test_a_part_that_is_throttled_is_tried_again(self, adapter: SmppAdapter, fake: SmppFake) -> None:
        outcome = ended(lambda: adapter.send(sms("+79991000007", LONG)))

        assert isinstance(outcome, Accepted)
        assert len(fake.submits) == outcome.parts + 1
        assert [one.text for one in fake.taken] == [LONG]

    @pytest.mark.parametrize("address", ["+79991000006", "+79991000008"])
    def test_half_a_message_is_unknown_and_goes_no_further(
        self, adapter: SmppAdapter, fake: SmppFake, address: str
    ) -> None:
        outcome = adapter.send(sms(address, LONG))

        assert isinstance(outcome, OutcomeUnknown)
        assert outcome.reason == "parts"
        assert len(fake.submits) == 2

    def test_a_refusal_of_the_first_part_is_that_of_the_message(self, adapter: SmppAdapter, fake: SmppFake) -> None:
        outcome = adapter.send(sms(status_address(0x0B), LONG))

        assert isinstance(outcome, Rejected)
        assert outcome.address_fault == "dead"
        assert len(fake.submits) == 1


class TestWindow:
    def test_a_batch_fills_the_window_and_no_more(self, fake: SmppFake) -> None:
        adapter = adapter_of(fake, window=4)
        assert adapter.capabilities.batch == 4
        fake.window = 4
        fake.delay = 0.05
        outcomes = adapter.send_batch([sms(text=LONG, reference=str(number)) for number in range(4)])
        adapter.close()

        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        assert fake.most_open == 4

    def test_outcomes_stand_in_the_order_of_the_messages(self, adapter: SmppAdapter) -> None:
        first, second, third = adapter.send_batch([sms(reference="a"), sms(status_address(0x0B)), sms(reference="c")])

        assert isinstance(first, Accepted)
        assert first.reference == "a"
        assert isinstance(second, Rejected)
        assert isinstance(third, Accepted)
        assert third.reference == "c"

    def test_more_than_the_smsc_bears_is_throttled_message_by_message(
        self, adapter: SmppAdapter, fake: SmppFake
    ) -> None:
        fake.per_second = 3
        outcomes = adapter.send_batch([sms(reference=str(number)) for number in range(5)])

        assert [type(outcome) for outcome in outcomes] == [Accepted] * 3 + [TemporarilyUnavailable] * 2

    def test_more_than_the_window_of_the_smsc_is_throttled(self, adapter: SmppAdapter, fake: SmppFake) -> None:
        fake.window = 2
        with ThreadPoolExecutor(1) as pool:
            fake.hold()
            sending = pool.submit(adapter.send_batch, [sms(reference=str(number)) for number in range(5)])
            wait_until(lambda: len(fake.submits) == 5, "the batch has not come")
            fake.release()
            outcomes = sending.result(PATIENCE_S)

        assert [type(outcome) for outcome in outcomes] == [Accepted] * 2 + [TemporarilyUnavailable] * 3

    def test_what_does_not_fit_into_the_call_does_not_begin(self, fake: SmppFake) -> None:
        adapter = adapter_of(fake, per_second=1)
        first, second, long = adapter.send_batch([sms(), sms(), sms(text=LONG * 10)])
        adapter.close()

        assert [type(one) for one in (first, second)] == [Accepted, Accepted]
        assert isinstance(long, TemporarilyUnavailable)
        assert len(fake.submits) == 2

    def test_moments_of_all_parts_are_taken_in_a_row(self) -> None:
        pace, deadline = Pace(10), Deadline(60.0)
        moments = [*pace.moments(3, deadline), *pace.moments(2, deadline)]

        assert [later - earlier for earlier, later in pairwise(moments)] == pytest.approx([0.1] * 4)


class TestLostAnswers:
    @pytest.mark.parametrize("address", ["+79991000001", "+79991000002"])
    def test_silence_is_unknown_and_the_others_are_not(self, fake: SmppFake, address: str) -> None:
        adapter = adapter_of(fake, call_seconds=1.0)
        adapter.open()
        silent, good = ended(lambda: adapter.send_batch([sms(address), sms(reference="r2")]))
        adapter.close()

        assert isinstance(silent, OutcomeUnknown)
        assert isinstance(good, Accepted)
        assert len(fake.submits) == 2

    def test_a_late_answer_is_not_taken_for_that_of_another(self, fake: SmppFake) -> None:
        adapter = adapter_of(fake, call_seconds=1.0)
        fake.hold()
        unknown = adapter.send(sms())
        fake.release()
        accepted = adapter.send(sms(reference="r2"))
        adapter.close()

        assert isinstance(unknown, OutcomeUnknown)
        assert isinstance(accepted, Accepted)
        assert accepted.provider_id == fake.taken[1].ids[0]

    def test_a_drop_leaves_unknown_only_what_had_left_without_an_answer(self, fake: SmppFake) -> None:
        adapter = adapter_of(fake, per_second=3)
        messages = [sms(reference="a"), sms("+79991000003", reference="b"), sms(reference="c"), sms(reference="d")]
        answered, in_flight, *not_left = adapter.send_batch(messages)
        adapter.close()

        assert isinstance(answered, Accepted)
        assert isinstance(in_flight, OutcomeUnknown)
        assert [type(one) for one in not_left] == [TemporarilyUnavailable, TemporarilyUnavailable]
        assert len(fake.submits) == 2

    def test_all_that_is_in_flight_is_unknown_after_a_drop(self, adapter: SmppAdapter, fake: SmppFake) -> None:
        fake.hold()
        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(adapter.send_batch, [sms(reference=one) for one in "abc"])
            wait_until(lambda: len(fake.submits) == 3, "the batch has not come")
            fake.drop()
            outcomes = sending.result(PATIENCE_S)

        assert [type(outcome) for outcome in outcomes] == [OutcomeUnknown] * 3

    def test_after_a_drop_messages_go_over_a_new_session(self, adapter: SmppAdapter, fake: SmppFake) -> None:
        adapter.send(sms())
        fake.drop()
        wait_until(lambda: isinstance(adapter.send(sms(reference="r2")), Accepted), "no new session")

        assert len(fake.binds) == 2
