"""MTS Exolve: one message a call, statuses, and what each answer means."""

from collections.abc import Iterator
from typing import Any

import pytest

from notify.channels.base import (
    Accepted,
    Misconfigured,
    OutboundMessage,
    OutcomeUnknown,
    SentMessage,
    TemporarilyUnavailable,
)
from notify.channels.exolve.adapter import ExolveChannel
from notify.channels.exolve.provider import EXOLVE
from notify.channels.exolve.webhook import STATUSES
from notify.channels.setup import SetupValues
from portal.laptop.fakes.exolve import WORDS, ExolveFake
from portal.laptop.fakes.server import Reply
from portal.laptop.fakes.sms import magic_phone
from tests.notify.channels.sms_cases import MakeChannel, SingleCases, channels, phone, reports_of


@pytest.fixture
def fake() -> Iterator[ExolveFake]:
    with ExolveFake() as running:
        yield running


@pytest.fixture
def channel(fake: ExolveFake) -> Iterator[MakeChannel]:
    with channels(EXOLVE, {"url": fake.url, "api_key": fake.api_key, "sender": "Romashka"}) as make:
        yield make


@pytest.fixture
def adapter(channel: MakeChannel) -> ExolveChannel:
    made = channel()
    assert isinstance(made, ExolveChannel)
    return made


def sms(reference: str, address: str, text: str = "Текст") -> OutboundMessage:
    return OutboundMessage(reference=reference, address=address, text=text)


class TestExolve(SingleCases):
    rejected = magic_phone(1, 400)

    def test_number_is_the_sender_and_destination_the_phone(self, adapter: ExolveChannel, fake: ExolveFake) -> None:
        adapter.send(sms("r1", phone(101)))

        assert fake.calls[0].json() == {"number": "Romashka", "destination": "79160000101", "text": "Текст"}

    @pytest.mark.parametrize("body", [{}, [], {"message_id": None}, {"message_id": ""}, {"error": "x"}])
    def test_an_answer_without_an_id_is_unknown(
        self, adapter: ExolveChannel, fake: ExolveFake, body: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fake, "answer", lambda _call: Reply(body=body))

        assert isinstance(adapter.send(sms("r1", phone(101))), OutcomeUnknown)

    def test_an_id_may_be_a_number(
        self, adapter: ExolveChannel, fake: ExolveFake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fake, "answer", lambda _call: Reply(body={"message_id": 439166538841916}))

        assert adapter.send(sms("r1", phone(101))) == Accepted("r1", "439166538841916")


class TestStatuses:
    @pytest.mark.parametrize(("status", "meant"), STATUSES.items())
    def test_every_status_means_what_the_table_says(
        self, adapter: ExolveChannel, status: str, meant: tuple[str, str]
    ) -> None:
        address = magic_phone(2, WORDS.index(status))
        accepted = adapter.send(sms("r1", address))
        assert isinstance(accepted, Accepted)

        (report,) = adapter.statuses([SentMessage(reference="r1", provider_id=accepted.provider_id, address=address)])

        assert (report.state, report.detail, report.address_fault) == (*meant, "")
        assert (report.reference, report.provider_id) == ("r1", accepted.provider_id)
        assert report.event_key == f"{accepted.provider_id}:{status}"

    def test_what_is_not_found_or_has_no_id_gets_no_report(self, adapter: ExolveChannel, fake: ExolveFake) -> None:
        asked = [SentMessage(reference="r1", provider_id=name, address=phone(101)) for name in ("777", "")]

        assert adapter.statuses(asked) == []
        assert len(fake.calls) == 1

    @pytest.mark.parametrize("fault", ["reset", "broke", "not_json", "busy"])
    def test_a_lost_answer_to_a_question_is_later(self, adapter: ExolveChannel, fake: ExolveFake, fault: Any) -> None:
        fake.fault = fault

        with pytest.raises(TemporarilyUnavailable):
            adapter.statuses([SentMessage(reference="r1", provider_id="1", address=phone(101))])

    def test_a_report_bears_the_name_that_was_accepted(self, adapter: ExolveChannel, fake: ExolveFake) -> None:
        accepted: Any = adapter.send(sms("r1", phone(101)))
        values = {"api_key": "x", "sender": "Romashka"}
        webhook: Any = EXOLVE.make(SetupValues(name="exolve-1", values=values)).webhook

        assert {one.provider_id for one in reports_of(fake, fake.taken[0], webhook.read)} == {accepted.provider_id}


@pytest.mark.parametrize("values", [{}, {"api_key": "x"}, {"sender": "x"}, {"api_key": "x", "sender": "x", "url": "x"}])
def test_values_that_cannot_work_are_a_misconfiguration(values: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        EXOLVE.make(SetupValues(name="exolve-1", values=values))


def test_the_key_stands_in_no_repr(channel: MakeChannel) -> None:
    assert "topsecret" not in repr(vars(channel(api_key="topsecret")))
