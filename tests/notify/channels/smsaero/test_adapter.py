"""SMS Aero: one message a call, statuses, and what each answer means."""

from collections.abc import Iterator
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
from notify.channels.smsaero.adapter import SmsaeroChannel
from notify.channels.smsaero.provider import SMSAERO
from notify.channels.smsaero.webhook import STATUSES
from portal.laptop.fakes.server import Reply
from portal.laptop.fakes.sms import magic_phone
from portal.laptop.fakes.smsaero import SmsaeroFake
from tests.notify.channels.cases import TEXTS
from tests.notify.channels.sms_cases import AccountCases, MakeChannel, SingleCases, channels, phone, reports_of

CALLBACK = "https://example.ru/webhooks/smsaero-1/secret/"


@pytest.fixture
def fake() -> Iterator[SmsaeroFake]:
    with SmsaeroFake() as running:
        yield running


@pytest.fixture
def channel(fake: SmsaeroFake) -> Iterator[MakeChannel]:
    with channels(SMSAERO, {"url": fake.api, "email": fake.email, "api_key": fake.api_key}) as make:
        yield make


@pytest.fixture
def adapter(channel: MakeChannel) -> SmsaeroChannel:
    made = channel()
    assert isinstance(made, SmsaeroChannel)
    return made


def sms(reference: str, address: str, text: str = "Текст") -> OutboundMessage:
    return OutboundMessage(reference=reference, address=address, text=text)


class TestSmsaero(SingleCases):
    rejected = magic_phone(4, 0)
    texts = (*TEXTS[:-1], "я" * 640)

    def test_the_call_says_what_is_wanted_and_keeps_our_links(self, fake: SmsaeroFake) -> None:
        values = {"url": fake.api, "email": fake.email, "api_key": fake.api_key, "sender": "Romashka"}
        with channels(SMSAERO, values, webhook_url=CALLBACK) as make:
            make().send(sms("r1", phone(101)))

        assert fake.calls[0].json() == {
            "number": "79160000101",
            "text": "Текст",
            "sign": "Romashka",
            "callbackUrl": CALLBACK,
            "callbackFormat": "JSON",
            "shortLink": 0,
        }

    def test_without_an_address_of_ours_none_is_told(self, adapter: SmsaeroChannel, fake: SmsaeroFake) -> None:
        adapter.send(sms("r1", phone(101)))

        assert "callbackUrl" not in fake.calls[0].json()

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            ({"success": False, "message": "x"}, Rejected),
            ({"success": True}, OutcomeUnknown),
            ({"success": True, "data": []}, OutcomeUnknown),
            ({"success": True, "data": {"id": None}}, OutcomeUnknown),
            ({"success": "yes"}, OutcomeUnknown),
            ({}, OutcomeUnknown),
            ([], OutcomeUnknown),
        ],
    )
    def test_an_answer_that_says_too_little_is_never_a_success(
        self, adapter: SmsaeroChannel, fake: SmsaeroFake, body: Any, kind: type, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fake, "answer", lambda _call: Reply(body=body))

        assert isinstance(adapter.send(sms("r1", phone(101))), kind)

    def test_the_test_mode_reaches_nobody_and_is_asked_about(self, channel: MakeChannel, fake: SmsaeroFake) -> None:
        adapter = channel(test="1")
        accepted = adapter.send(sms("r1", phone(101)))

        (report,) = adapter.statuses(
            [SentMessage(reference="r1", provider_id=accepted.provider_id, address=phone(101))]
        )

        assert report.state == "delivered"
        assert fake.taken == []


class TestStatuses:
    @pytest.mark.parametrize(("status", "meant"), STATUSES.items())
    def test_every_status_means_what_the_table_says(
        self, adapter: SmsaeroChannel, status: int, meant: tuple[str, str]
    ) -> None:
        address = magic_phone(2, status)
        accepted = adapter.send(sms("r1", address))
        assert isinstance(accepted, Accepted)

        (report,) = adapter.statuses([SentMessage(reference="r1", provider_id=accepted.provider_id, address=address)])

        assert (report.state, report.detail, report.address_fault) == (*meant, "")
        assert (report.reference, report.provider_id) == ("r1", accepted.provider_id)
        assert report.event_key == f"{accepted.provider_id}:{status}"

    def test_what_is_not_found_or_has_no_id_gets_no_report(self, adapter: SmsaeroChannel, fake: SmsaeroFake) -> None:
        asked = [SentMessage(reference="r1", provider_id=name, address=phone(101)) for name in ("777", "", "x")]

        assert adapter.statuses(asked) == []
        assert len(fake.calls) == 1

    def test_a_report_bears_the_name_that_was_accepted(self, adapter: SmsaeroChannel, fake: SmsaeroFake) -> None:
        accepted: Any = adapter.send(sms("r1", phone(101)))
        values = {"email": "x", "api_key": "x"}
        webhook: Any = SMSAERO.make(SetupValues(name="smsaero-1", values=values)).webhook

        assert {one.provider_id for one in reports_of(fake, fake.taken[0], webhook.read)} == {accepted.provider_id}


class TestAccount(AccountCases):
    currency = "RUB"

    @pytest.mark.parametrize(
        "body", [{"success": False}, {"success": True, "data": None}, {"success": True, "data": {}}]
    )
    def test_a_balance_that_is_not_told_is_later(
        self, adapter: SmsaeroChannel, fake: SmsaeroFake, body: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fake, "answer", lambda _call: Reply(body=body))

        with pytest.raises(TemporarilyUnavailable):
            adapter.account()


@pytest.mark.parametrize("values", [{}, {"email": "x"}, {"api_key": "x"}, {"email": "x", "api_key": "x", "url": "x"}])
def test_values_that_cannot_work_are_a_misconfiguration(values: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        SMSAERO.make(SetupValues(name="smsaero-1", values=values))


def test_the_key_stands_in_no_repr(channel: MakeChannel) -> None:
    assert "topsecret" not in repr(vars(channel(api_key="topsecret")))
