"""SMS.RU: batches, an outcome for each phone, statuses, prices, codes by a call, and what each code means."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from notify.channels.base import (
    Accepted,
    ChannelError,
    Misconfigured,
    OutboundMessage,
    OutcomeUnknown,
    Rejected,
    SentMessage,
    TemporarilyUnavailable,
)
from notify.channels.setup import SetupValues
from notify.channels.smsru.adapter import SmsruChannel
from notify.channels.smsru.calls import CodeCall
from notify.channels.smsru.provider import SMSRU, smsru_code_call
from notify.channels.smsru.words import SENDING, STATUSES
from portal.laptop.fakes.server import Reply
from portal.laptop.fakes.sms import magic_phone
from portal.laptop.fakes.smsru import SmsruFake
from tests.notify.channels.cases import TEXTS
from tests.notify.channels.sms_cases import BatchCases, MakeChannel, PricingCases, channels, phone, reports_of

ERRORS: dict[str, type[ChannelError]] = {
    "refused": Rejected,
    "ours": Misconfigured,
    "later": TemporarilyUnavailable,
    "unknown": OutcomeUnknown,
}


@pytest.fixture
def fake() -> Iterator[SmsruFake]:
    with SmsruFake() as running:
        yield running


@pytest.fixture
def channel(fake: SmsruFake) -> Iterator[MakeChannel]:
    with channels(SMSRU, {"url": fake.url, "api_id": fake.api_id}) as make:
        yield make


@pytest.fixture
def adapter(channel: MakeChannel) -> SmsruChannel:
    made = channel(sender="Romashka")
    assert isinstance(made, SmsruChannel)
    return made


def sms(reference: str, address: str, text: str = "Текст", valid_seconds: int = 0) -> OutboundMessage:
    return OutboundMessage(reference=reference, address=address, text=text, valid_seconds=valid_seconds)


def outcome_of(adapter: Any, message: OutboundMessage) -> Any:
    try:
        return adapter.send(message)
    except (Misconfigured, TemporarilyUnavailable) as error:
        return error


class TestSmsru(BatchCases):
    rejected = magic_phone(4, 207)
    texts = (*TEXTS[:-1], "я" * 536)

    def test_the_call_says_what_is_wanted_and_whose_programme_it_is_not(
        self, adapter: SmsruChannel, fake: SmsruFake
    ) -> None:
        adapter.send_batch([sms("r1", phone(101)), sms("r2", phone(102), "Два")])

        fields = fake.calls[0].form()
        assert fields == {
            "api_id": fake.api_id,
            "json": "1",
            "to[79160000101]": "Текст",
            "to[79160000102]": "Два",
            "from": "Romashka",
            "translit": "0",
        }

    def test_how_long_a_message_is_worth_something_parts_calls(self, adapter: SmsruChannel, fake: SmsruFake) -> None:
        adapter.send_batch(
            [
                sms("r1", phone(101), valid_seconds=300),
                sms("r2", phone(102)),
                sms("r3", phone(103), valid_seconds=10**6),
                sms("r4", phone(104), valid_seconds=5),
            ]
        )

        assert [call.form().get("ttl") for call in fake.calls] == ["5", None, "1440", "1"]

    def test_a_text_of_more_than_eight_parts_is_refused(self, adapter: SmsruChannel) -> None:
        outcome = adapter.send(sms("r1", phone(101), "я" * 537))

        assert isinstance(outcome, Rejected)
        assert outcome.reason == "too_long"

    @pytest.mark.parametrize("kind", [1, 4])
    @pytest.mark.parametrize(("code", "meant"), SENDING.items())
    def test_every_code_of_sending_means_what_the_table_says(
        self, adapter: SmsruChannel, kind: int, code: int, meant: tuple[str, str, str]
    ) -> None:
        meaning, reason, fault = meant

        outcome = outcome_of(adapter, sms("r1", magic_phone(kind, code)))

        assert type(outcome) is ERRORS[meaning]
        assert outcome.reason == reason
        assert getattr(outcome, "address_fault", "") == fault

    @pytest.mark.parametrize("kind", [1, 4])
    def test_a_code_that_we_do_not_know_is_a_refusal(self, adapter: SmsruChannel, kind: int) -> None:
        outcome = adapter.send(sms("r1", magic_phone(kind, 999)))

        assert isinstance(outcome, Rejected)
        assert outcome.reason == "code_999"

    def test_the_same_text_again_is_refused_and_not_unknown(self, adapter: SmsruChannel) -> None:
        adapter.send(sms("r1", phone(101)))

        outcome = adapter.send(sms("r2", phone(101)))

        assert isinstance(outcome, Rejected)
        assert outcome.reason == "repeat"

    def test_no_money_for_some_of_a_batch_is_later_for_them(self, adapter: SmsruChannel, fake: SmsruFake) -> None:
        fake.balance = Decimal("5")

        outcomes = adapter.send_batch([sms("r1", phone(101)), sms("r2", phone(102)), sms("r3", magic_phone(4, 202))])

        assert [type(one) for one in outcomes] == [Accepted, TemporarilyUnavailable, Rejected]
        assert getattr(outcomes[1], "reason", "") == "no_money"

    @pytest.mark.parametrize("trouble", ["balance", "key", "limit", "down"])
    def test_a_trouble_of_the_account_spends_no_message(
        self, channel: MakeChannel, fake: SmsruFake, trouble: str
    ) -> None:
        adapter = channel(**({"api_id": "wrong"} if trouble == "key" else {}))
        fake.balance = Decimal(0) if trouble == "balance" else fake.balance
        fake.daily_limit = 0 if trouble == "limit" else fake.daily_limit
        fake.is_down = trouble == "down"

        with pytest.raises((Misconfigured, TemporarilyUnavailable)) as caught:
            adapter.send_batch([sms("r1", phone(101)), sms("r2", phone(102))])

        reasons = {"balance": "no_money", "key": "login", "limit": "daily_limit", "down": "unavailable"}
        assert caught.value.reason == reasons[trouble]
        assert isinstance(caught.value, Misconfigured) is (trouble in {"balance", "key"})
        assert fake.taken == []

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ({"status": "OK", "status_code": 100, "sms": {}}, "not_in_answer"),
            ({"status": "OK", "status_code": 100, "sms": []}, "not_in_answer"),
            ({"status": "OK", "status_code": 100}, "not_in_answer"),
            ({"status": "OK", "status_code": 100, "sms": {"79160000101": None}}, "not_in_answer"),
            ({"status": "OK", "status_code": 100, "sms": {"79160000101": {}}}, "unreadable_answer"),
            ({"status": "OK", "status_code": 100, "sms": {"79160000101": {"status_code": 100}}}, "no_id"),
            ({"status": "ERROR"}, "unreadable_answer"),
            ({}, "unreadable_answer"),
            ([], "unreadable_answer"),
        ],
    )
    def test_an_answer_that_says_too_little_is_unknown(
        self, adapter: SmsruChannel, fake: SmsruFake, body: Any, reason: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fake, "answer", lambda _call: Reply(body=body))

        outcome = adapter.send(sms("r1", phone(101)))

        assert isinstance(outcome, OutcomeUnknown)
        assert outcome.reason == reason

    def test_an_answer_with_a_plus_or_an_eight_is_still_about_the_phone(
        self, adapter: SmsruChannel, fake: SmsruFake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = {"status": "OK", "status_code": "100", "sms_id": "1-1"}
        monkeypatch.setattr(
            fake,
            "answer",
            lambda _call: Reply(body={"status": "OK", "status_code": "100", "sms": {"+79160000101": row}}),
        )

        assert adapter.send(sms("r1", phone(101))) == Accepted("r1", "1-1")

    def test_the_test_mode_reaches_nobody(self, channel: MakeChannel, fake: SmsruFake) -> None:
        assert isinstance(channel(test="1").send(sms("r1", phone(101))), Accepted)
        assert fake.taken == []
        assert len(fake.test_taken) == 1


class TestStatuses:
    @pytest.mark.parametrize(("status", "meant"), STATUSES.items())
    def test_every_status_means_what_the_table_says(
        self, adapter: SmsruChannel, fake: SmsruFake, status: int, meant: tuple[str, str, str]
    ) -> None:
        accepted: Any = adapter.send(sms("r1", phone(101)))
        fake.taken[0].statuses.append(status)

        (report,) = adapter.statuses(
            [SentMessage(reference="r1", provider_id=accepted.provider_id, address=phone(101))]
        )

        assert (report.state, report.detail, report.address_fault) == meant
        assert (report.reference, report.provider_id) == ("r1", accepted.provider_id)
        assert report.event_key == f"{accepted.provider_id}:{status}"

    def test_what_they_never_heard_of_is_not_found_and_what_has_no_id_is_not_asked(
        self, adapter: SmsruChannel, fake: SmsruFake
    ) -> None:
        reports = adapter.statuses(
            [
                SentMessage(reference="r1", provider_id="1-1", address=phone(101)),
                SentMessage(reference="r2", provider_id="", address=phone(102)),
            ]
        )

        assert [(one.reference, one.state, one.detail) for one in reports] == [("r1", "failed", "not_found")]
        assert adapter.statuses([SentMessage(reference="r2", provider_id="", address=phone(102))]) == []
        assert len(fake.calls) == 1

    def test_more_than_a_hundred_are_asked_for_by_several_calls(self, adapter: SmsruChannel, fake: SmsruFake) -> None:
        asked = [SentMessage(reference=f"r{n}", provider_id=f"1-{n}", address=phone(n)) for n in range(230)]

        assert len(adapter.statuses(asked)) == 230
        assert len(fake.calls) == 3

    def test_a_setup_may_call_a_code_a_ban_of_mailings(self, channel: MakeChannel) -> None:
        assert "barred" not in {fault for _, _, fault in (*SENDING.values(), *STATUSES.values())}
        adapter = channel(barred_codes="108, 215")
        accepted = adapter.send(sms("r1", magic_phone(2, 108)))

        (report,) = adapter.statuses(
            [SentMessage(reference="r1", provider_id=accepted.provider_id, address=magic_phone(2, 108))]
        )

        assert report.address_fault == "barred"
        assert adapter.send(sms("r2", magic_phone(4, 215))).address_fault == "barred"

    def test_a_report_bears_the_name_that_was_accepted(self, adapter: SmsruChannel, fake: SmsruFake) -> None:
        accepted: Any = adapter.send(sms("r1", phone(101)))
        webhook: Any = SMSRU.make(SetupValues(name="smsru-1", values={"api_id": fake.api_id})).webhook

        assert {one.provider_id for one in reports_of(fake, fake.taken[0], webhook.read)} == {accepted.provider_id}


class TestAccount(PricingCases):
    currency = "RUB"
    price_of_part = Decimal("4.2")


class TestCodeCall:
    @pytest.fixture
    def calls(self, fake: SmsruFake) -> Iterator[CodeCall]:
        made = smsru_code_call(SetupValues(name="smsru-1", values={"url": fake.url, "api_id": fake.api_id}))
        yield made
        made.close()

    def test_the_code_is_the_end_of_the_number_that_rings(self, calls: CodeCall, fake: SmsruFake) -> None:
        assert [calls.call("+79161234567", "203.0.113.7"), calls.call("+79161234567")] == ["1435", "0042"]
        assert fake.rung == [("79161234567", "1435", "203.0.113.7"), ("79161234567", "0042", "-1")]

    def test_noughts_that_json_has_lost_come_back(
        self, calls: CodeCall, fake: SmsruFake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fake, "answer", lambda _call: Reply(body={"status": "OK", "code": 42}))

        assert calls.call("+79161234567") == "0042"

    @pytest.mark.parametrize(("code", "meant"), SENDING.items())
    def test_every_code_means_the_same_for_a_call(
        self, calls: CodeCall, code: int, meant: tuple[str, str, str]
    ) -> None:
        with pytest.raises(ERRORS[meant[0]]) as caught:
            calls.call(magic_phone(1, code))

        assert caught.value.reason == meant[1]

    @pytest.mark.parametrize(
        "body", [{"status": "OK"}, {"status": "OK", "code": "123456"}, {"status": "OK", "code": None}]
    )
    def test_a_call_without_a_code_that_we_know_is_unknown(
        self, calls: CodeCall, fake: SmsruFake, body: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fake, "answer", lambda _call: Reply(body=body))

        with pytest.raises(OutcomeUnknown):
            calls.call("+79161234567")

    @pytest.mark.parametrize("fault", ["reset_took", "broke_took", "not_json"])
    def test_a_lost_answer_is_unknown_and_rings_once(self, calls: CodeCall, fake: SmsruFake, fault: Any) -> None:
        fake.fault = fault

        with pytest.raises(OutcomeUnknown):
            calls.call("+79161234567")
        assert len(fake.rung) == 1


@pytest.mark.parametrize(
    "values", [{}, {"api_id": " "}, {"api_id": "x", "url": "x"}, {"api_id": "x", "barred_codes": "?"}]
)
def test_values_that_cannot_work_are_a_misconfiguration(values: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        SMSRU.make(SetupValues(name="smsru-1", values=values))


def test_the_key_stands_in_no_repr(channel: MakeChannel) -> None:
    assert "topsecret" not in repr(vars(channel(api_id="topsecret")))
