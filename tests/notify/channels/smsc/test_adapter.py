"""SMSC.ru: lists, our own id, statuses by it, prices, and what each code means."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from notify.channels.base import (
    Accepted,
    Misconfigured,
    OutboundMessage,
    OutcomeUnknown,
    Rejected,
    SentMessage,
    TemporarilyUnavailable,
)
from notify.channels.setup import SetupValues
from notify.channels.smsc.adapter import SmscChannel
from notify.channels.smsc.provider import SMSC
from notify.channels.smsc.reports import number_of_call
from notify.channels.smsc.words import ERRORS, SENDING, STATUSES
from portal.laptop.fakes.sms import magic_phone
from portal.laptop.fakes.smsc import SmscFake
from tests.notify.channels.sms_cases import BatchCases, MakeChannel, PricingCases, channels, phone, reports_of


@pytest.fixture
def fake() -> Iterator[SmscFake]:
    with SmscFake() as running:
        yield running


@pytest.fixture
def channel(fake: SmscFake) -> Iterator[MakeChannel]:
    with channels(SMSC, {"url": fake.api, "api_key": fake.api_key}) as make:
        yield make


@pytest.fixture
def adapter(channel: MakeChannel) -> SmscChannel:
    made = channel(sender="Romashka")
    assert isinstance(made, SmscChannel)
    return made


def sms(reference: str, address: str, text: str = "Текст", valid_seconds: int = 0) -> OutboundMessage:
    return OutboundMessage(reference=reference, address=address, text=text, valid_seconds=valid_seconds)


class TestSmsc(BatchCases):
    rejected = magic_phone(1, 8)

    def test_a_list_bears_our_id_and_utf8_and_phones_with_a_plus(self, adapter: SmscChannel, fake: SmscFake) -> None:
        adapter.send_batch([sms("r1", phone(1)), sms("r2", phone(2), "Два")])

        fields = fake.calls[0].form()
        assert fields["id"] == str(number_of_call(["r1", "r2"]))
        assert (fields["charset"], fields["fmt"], fields["sender"], fields["translit"]) == (
            "utf-8",
            "3",
            "Romashka",
            "0",
        )
        assert fields["list"] == f"{phone(1)}:Текст\n{phone(2)}:Два"

    @pytest.mark.parametrize("text", ["Две\nстроки", "a\r\nb", "a\u2028b", "край ", " край", "черта | здесь", "a\x0bb"])
    def test_a_text_that_a_list_would_spoil_goes_alone(self, adapter: SmscChannel, fake: SmscFake, text: str) -> None:
        outcomes = adapter.send_batch([sms("r1", phone(101)), sms("r2", phone(102), text), sms("r3", phone(103))])

        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        assert [one.text for one in fake.phone(phone(102))] == [text]
        assert len(fake.calls) == 2

    def test_how_long_a_message_is_worth_something_parts_lists(self, adapter: SmscChannel, fake: SmscFake) -> None:
        adapter.send_batch(
            [
                sms("r1", phone(101), valid_seconds=300),
                sms("r2", phone(102)),
                sms("r3", phone(103), valid_seconds=10**6),
            ]
        )

        assert [call.form().get("valid") for call in fake.calls] == ["00:05", None, "24:00"]

    def test_one_phone_of_a_list_that_is_refused_in_it_spoils_no_other(
        self, adapter: SmscChannel, fake: SmscFake
    ) -> None:
        good, bad = adapter.send_batch([sms("r1", phone(101)), sms("r2", magic_phone(4, 1))])

        assert isinstance(good, Accepted)
        assert isinstance(bad, Rejected)
        assert (bad.reason, bad.address_fault) == ("no_subscriber", "dead")
        assert len(fake.calls) == 1

    def test_parts_are_what_the_provider_counted(self, adapter: SmscChannel) -> None:
        outcome = adapter.send(sms("r1", phone(101), "я" * 140))

        assert isinstance(outcome, Accepted)
        assert outcome.parts == 3

    @pytest.mark.parametrize(("code", "meant"), SENDING.items())
    def test_every_code_of_sending_means_what_the_table_says(
        self, adapter: SmscChannel, code: int, meant: tuple[str, str, str]
    ) -> None:
        message = sms("r1", magic_phone(1, code))
        meaning, reason, fault = meant

        if meaning == "refused":
            outcome = adapter.send(message)
            assert isinstance(outcome, Rejected)
            assert (outcome.reason, outcome.address_fault) == (reason, fault)
            return
        with pytest.raises(Misconfigured if meaning == "ours" else TemporarilyUnavailable, match=f"^{reason}$"):
            adapter.send(message)

    def test_a_code_that_we_do_not_know_is_a_refusal(self, adapter: SmscChannel) -> None:
        outcome = adapter.send(sms("r1", magic_phone(1, 77)))

        assert isinstance(outcome, Rejected)
        assert outcome.reason == "code_77"

    @pytest.mark.parametrize("trouble", ["balance", "ip", "key", "calls"])
    def test_a_trouble_of_the_account_spends_no_message(
        self, channel: MakeChannel, fake: SmscFake, trouble: str
    ) -> None:
        adapter = channel(**({"api_key": "wrong"} if trouble == "key" else {}))
        fake.balance = Decimal(0) if trouble == "balance" else fake.balance
        fake.is_ip_blocked = trouble == "ip"
        fake.open_calls = 15 if trouble == "calls" else 0

        with pytest.raises(TemporarilyUnavailable if trouble == "calls" else Misconfigured) as caught:
            adapter.send_batch([sms("r1", phone(1)), sms("r2", phone(2))])

        words = {"balance": "no_money", "ip": "ip_blocked", "key": "login", "calls": "too_many"}
        assert caught.value.reason == words[trouble]
        assert fake.taken == []

    def test_login_and_password_stand_in_place_of_a_key(self, channel: MakeChannel, fake: SmscFake) -> None:
        adapter = channel(api_key="", login=fake.login, password=fake.password)

        assert isinstance(adapter.send(sms("r1", phone(1))), Accepted)

    def test_the_same_message_within_a_minute_is_too_many(self, adapter: SmscChannel, fake: SmscFake) -> None:
        adapter.send(sms("r1", phone(101)))

        with pytest.raises(TemporarilyUnavailable) as caught:
            adapter.send(sms("r1", phone(101)))

        assert caught.value.retry_after == 60.0
        assert len(fake.taken) == 1


class TestStatuses:
    def test_an_unknown_outcome_is_settled_by_our_id(self, adapter: SmscChannel, fake: SmscFake) -> None:
        fake.fault = "reset_took"
        outcomes = adapter.send_batch([sms("r1", phone(101)), sms("r2", phone(102))])
        fake.fault = ""
        unknown = [outcome for outcome in outcomes if isinstance(outcome, OutcomeUnknown)]
        assert len(unknown) == 2

        reports = adapter.statuses(
            [
                SentMessage(reference=f"r{n}", provider_id=outcome.provider_id, address=phone(100 + n))
                for n, outcome in enumerate(unknown, start=1)
            ]
        )

        assert [(one.reference, one.state) for one in reports] == [("r1", "delivered"), ("r2", "delivered")]
        assert [one.provider_id for one in reports] == [outcome.provider_id for outcome in unknown]

    def test_a_message_keeps_the_name_that_was_stored_whatever_else_goes(self, adapter: SmscChannel) -> None:
        named = adapter.named([sms("r1", phone(101)), sms("r2", phone(102), "Две\nстроки"), sms("r3", phone(103))])

        outcomes = adapter.send_batch(named[1:])

        assert outcomes == [Accepted("r2", named[1].provider_id, 1), Accepted("r3", named[2].provider_id, 1)]
        number = named[0].provider_id.partition("-")[0]
        assert named[2].provider_id.startswith(f"{number}-")
        assert not named[1].provider_id.startswith(f"{number}-")

    def test_a_list_that_is_cut_in_halves_keeps_its_names(self, adapter: SmscChannel) -> None:
        named = adapter.named([sms("r1", phone(101)), sms("r2", magic_phone(1, 8)), sms("r3", phone(103))])

        outcomes = adapter.send_batch(named)

        assert [getattr(one, "provider_id", "") for one in outcomes] == [named[0].provider_id, "", named[2].provider_id]
        sent = [SentMessage(reference=one.reference, provider_id=one.provider_id, address=one.address) for one in named]
        assert [one.state for one in adapter.statuses(sent)] == ["delivered", "failed", "delivered"]

    def test_a_message_that_went_alone_is_found_by_its_reference(self, adapter: SmscChannel) -> None:
        accepted = adapter.send(sms("r1", phone(101)))

        (report,) = adapter.statuses([SentMessage(reference="r1", provider_id="", address=phone(101))])

        assert isinstance(accepted, Accepted)
        assert (report.provider_id, report.state) == (accepted.provider_id, "delivered")

    def test_what_the_provider_never_got_is_not_found_where_its_id_is_known(
        self, adapter: SmscChannel, fake: SmscFake
    ) -> None:
        fake.fault = "reset"
        outcome: Any = adapter.send(sms("r1", phone(101)))
        fake.fault = ""

        reports = adapter.statuses(
            [
                SentMessage(reference="r1", provider_id=outcome.provider_id, address=phone(101)),
                SentMessage(reference="r2", provider_id="", address=phone(102)),
            ]
        )

        assert [(one.reference, one.state, one.detail) for one in reports] == [("r1", "failed", "not_found")]

    @pytest.mark.parametrize(("status", "meant"), STATUSES.items())
    def test_every_status_means_what_the_table_says(
        self, adapter: SmscChannel, fake: SmscFake, status: int, meant: tuple[str, str, str]
    ) -> None:
        fake.statuses[phone(101)] = [status]
        accepted: Any = adapter.send(sms("r1", phone(101)))

        (report,) = adapter.statuses(
            [SentMessage(reference="r1", provider_id=accepted.provider_id, address=phone(101))]
        )

        assert (report.state, report.detail, report.address_fault) == meant
        assert report.event_key == f"{accepted.provider_id}:{status}"

    @pytest.mark.parametrize(("error", "meant"), ERRORS.items())
    def test_every_error_of_a_status_means_what_the_table_says(
        self, adapter: SmscChannel, error: int, meant: tuple[str, str]
    ) -> None:
        address = magic_phone(3, error)
        accepted: Any = adapter.send(sms("r1", address))

        (report,) = adapter.statuses([SentMessage(reference="r1", provider_id=accepted.provider_id, address=address)])

        assert (report.state, report.detail, report.address_fault) == ("failed", *meant)

    def test_no_table_calls_a_subscriber_barred_until_the_setup_does(self, channel: MakeChannel) -> None:
        assert "barred" not in {fault for _, fault in ERRORS.values()}
        adapter = channel(barred_codes="252, 255")
        address = magic_phone(3, 252)
        accepted = adapter.send(sms("r1", address))

        (report,) = adapter.statuses([SentMessage(reference="r1", provider_id=accepted.provider_id, address=address)])
        refused = adapter.send(sms("r2", magic_phone(4, 255)))

        assert (report.detail, report.address_fault) == ("number_forbidden", "barred")
        assert refused.address_fault == "barred"

    def test_a_second_question_within_a_minute_is_later(self, adapter: SmscChannel) -> None:
        asked = [SentMessage(reference="r1", provider_id="", address=phone(101))]
        adapter.statuses(asked)

        with pytest.raises(TemporarilyUnavailable):
            adapter.statuses(asked)

    def test_no_question_is_asked_about_nothing(self, adapter: SmscChannel, fake: SmscFake) -> None:
        assert adapter.statuses([]) == []
        assert fake.calls == []


class TestAccount(PricingCases):
    currency = "RUR"
    price_of_part = Decimal("3.50")


class TestSetup:
    @pytest.mark.parametrize(
        "values",
        [
            {},
            {"login": "x"},
            {"password": "x"},
            {"api_key": "x", "url": "ftp://x"},
            {"api_key": "x", "barred_codes": "a"},
        ],
    )
    def test_values_that_cannot_work_are_a_misconfiguration(self, values: dict[str, str]) -> None:
        with pytest.raises(Misconfigured):
            SMSC.make(SetupValues(name="smsc-1", values=values))

    def test_secrets_stand_in_no_repr(self, channel: MakeChannel) -> None:
        adapter = channel(api_key="topsecret", password="hidden")

        assert "topsecret" not in repr(vars(adapter))
        assert "hidden" not in repr(vars(adapter))

    @pytest.mark.parametrize(
        ("sender", "fits"), [("", True), ("Romashka", True), ("AB", False), ("Ромашка", False), ("A" * 12, False)]
    )
    def test_a_sender_is_three_to_eleven_latin_signs(self, sender: str, fits: bool) -> None:
        (field,) = [one for one in SMSC.fields if one.name == "sender"]

        assert field.fits(sender) is fits

    def test_a_report_bears_the_name_that_was_accepted(self, adapter: SmscChannel, fake: SmscFake) -> None:
        accepted: Any = adapter.send(sms("r1", phone(101)))
        provider = SMSC.make(SetupValues(name="smsc-1", values={"api_key": "x", "callback_secret": fake.secret}))
        assert provider.webhook is not None

        reports = reports_of(fake, fake.taken[0], provider.webhook.read)

        assert {one.provider_id for one in reports} == {accepted.provider_id}
