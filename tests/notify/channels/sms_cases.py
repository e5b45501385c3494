"""What every provider of SMS must do, besides `HttpAdapterCases`."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from notify.channels.base import (
    Accepted,
    ChannelAdapter,
    ChannelError,
    Misconfigured,
    OutboundMessage,
    OutcomeUnknown,
    Rejected,
    SentMessage,
    TemporarilyUnavailable,
)
from notify.channels.events import Webhook
from notify.channels.setup import ProviderKind, SetupValues
from portal.laptop.fakes.server import Fault
from portal.laptop.fakes.sms import SmsFake, TakenSms, magic_phone
from tests.notify.channels.cases import HttpAdapterCases

FAULTS: dict[str, Fault] = {"later": "busy", "took_and_cut": "reset_took", "cut": "reset"}
BEHAVIOURS = {"accept": 1, "reject": 2, "later": 3, "took_and_cut": 4, "cut": 5}


def phone(number: int) -> str:
    return f"+7916{number:07}"


MakeChannel = Callable[..., Any]


@contextmanager
def channels(kind: ProviderKind, values: Mapping[str, str], **setup: Any) -> Iterator[MakeChannel]:
    """Make adapters of set-ups that differ by some fields; all are closed at the end."""
    made: list[ChannelAdapter] = []

    def make(**fields: str) -> ChannelAdapter:
        provider = kind.make(SetupValues(name=f"{kind.code}-1", values={**values, **fields}, **setup))
        assert provider.adapter is not None
        made.append(provider.adapter("sms"))
        return made[-1]

    yield make
    for one in made:
        one.close()


class SmsCases(HttpAdapterCases):
    """``fake`` is a `SmsFake`; ``rejected`` is a phone that it refuses for ever."""

    good_address = "+79161234567"
    rejected: ClassVar[str]

    @pytest.fixture(autouse=True)
    def _faults(self, fake: SmsFake) -> None:
        fake.faults.update({phone(BEHAVIOURS[name]): fault for name, fault in FAULTS.items()})
        fake.faults.update({phone(BEHAVIOURS[name])[1:]: fault for name, fault in FAULTS.items()})

    def message(self, behaviour: str, reference: str = "r1") -> OutboundMessage:
        address = self.rejected if behaviour == "reject" else phone(BEHAVIOURS[behaviour])
        return self.message_to(address, reference=reference)

    def taken_texts(self, fake: Any) -> list[str]:
        return [sms.text for sms in fake.phone(self.good_address)]

    def test_the_name_of_the_company_is_no_sender_of_an_sms(self, adapter: Any, fake: SmsFake) -> None:
        message = OutboundMessage(reference="r1", address=self.good_address, text="Текст", sender_name="ООО «Ромашка»")
        adapter.send(message)

        assert "Ромашка" not in fake.taken[0].sender

    def test_the_key_is_in_no_address(self, adapter: Any, fake: SmsFake) -> None:
        adapter.send(self.message_to(self.good_address))

        assert [call.query for call in fake.calls] == [{}]
        assert {call.method for call in fake.calls} == {"POST"}


class SingleCases(SmsCases):
    """The same for those that take one message a call, and say by a status of HTTP why they do not.

    ``channel`` is a fixture of the subclass that makes an adapter with other fields.
    """

    @pytest.mark.parametrize(
        ("status", "kind", "reason"),
        [
            (400, Rejected, "http_400"),
            (401, Misconfigured, "http_401"),
            (402, Misconfigured, "no_money"),
            (403, Misconfigured, "http_403"),
            (422, Rejected, "http_422"),
            (429, TemporarilyUnavailable, "http_429"),
            (500, OutcomeUnknown, "http_500"),
            (503, TemporarilyUnavailable, "http_503"),
        ],
    )
    def test_a_status_of_http_means_what_it_says(
        self, adapter: Any, status: int, kind: type[ChannelError], reason: str
    ) -> None:
        try:
            outcome: Any = adapter.send(self.message_to(magic_phone(1, status)))
        except (Misconfigured, TemporarilyUnavailable) as error:
            outcome = error

        assert type(outcome) is kind
        assert outcome.reason == reason

    def test_an_empty_account_spends_no_message(self, adapter: Any, fake: SmsFake) -> None:
        fake.balance = Decimal(0)

        with pytest.raises(Misconfigured, match="no_money"):
            adapter.send(self.message_to(phone(101)))

    def test_a_wrong_key_is_a_misconfiguration(self, channel: MakeChannel) -> None:
        with pytest.raises(Misconfigured):
            channel(api_key="wrong").send(self.message_to(phone(101)))


class BatchCases(SmsCases):
    """The same for those that take several texts by one call."""

    def messages(self, *addresses: str) -> list[OutboundMessage]:
        return [
            OutboundMessage(reference=f"b{number}", address=address, text=f"Текст {number}: ссылка; и ещё")
            for number, address in enumerate(addresses)
        ]

    def test_each_phone_gets_its_own_text_by_one_call(self, adapter: Any, fake: SmsFake) -> None:
        messages = self.messages(*(phone(100 + number) for number in range(adapter.capabilities.batch)))

        outcomes = adapter.send_batch(messages)

        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        assert [outcome.reference for outcome in outcomes] == [message.reference for message in messages]
        assert len({outcome.provider_id for outcome in outcomes}) == len(messages)
        assert len(fake.calls) == 1
        for message in messages:
            assert [sms.text for sms in fake.phone(message.address)] == [message.text]

    def test_two_texts_to_one_phone_go_by_two_calls_and_both_arrive(self, adapter: Any, fake: SmsFake) -> None:
        messages = self.messages(phone(101), phone(102), phone(101), phone(101))

        outcomes = adapter.send_batch(messages)

        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        assert [sms.text for sms in fake.phone(phone(101))] == [messages[n].text for n in (0, 2, 3)]
        assert len({outcome.provider_id for outcome in outcomes}) == 4
        assert len(fake.calls) == 3

    def test_mixed_outcomes_come_in_the_order_of_the_messages(self, adapter: Any, fake: SmsFake) -> None:
        messages = self.messages(phone(101), self.rejected, phone(102), phone(103))

        outcomes = adapter.send_batch(messages)

        assert [type(outcome) for outcome in outcomes] == [Accepted, Rejected, Accepted, Accepted]
        assert sorted(sms.phone for sms in fake.taken) == sorted(phone(n)[1:] for n in (101, 102, 103))

    @pytest.mark.parametrize("fault", ["reset", "reset_took", "broke", "not_json"])
    def test_a_lost_answer_of_a_batch_is_unknown_for_each(self, adapter: Any, fake: SmsFake, fault: Fault) -> None:
        fake.fault = fault

        outcomes = adapter.send_batch(self.messages(phone(101), phone(102)))

        assert all(isinstance(outcome, OutcomeUnknown) for outcome in outcomes)
        assert len(fake.calls) == 1

    def test_after_an_unknown_outcome_the_rest_waits(self, adapter: Any, fake: SmsFake) -> None:
        fake.fault = "reset"

        outcomes = adapter.send_batch(self.messages(phone(101), phone(101)))

        assert [type(outcome) for outcome in outcomes] == [OutcomeUnknown, TemporarilyUnavailable]
        assert len(fake.calls) == 1

    def test_what_stops_the_provider_after_the_first_call_is_later_for_the_rest(
        self, adapter: Any, fake: SmsFake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer = fake.answer

        def once(call: Any) -> Any:
            reply = answer(call)
            fake.fault = "unavailable"
            return reply

        monkeypatch.setattr(fake, "answer", once)

        outcomes = adapter.send_batch(self.messages(phone(101), phone(101), phone(101)))

        assert [type(outcome) for outcome in outcomes] == [Accepted, TemporarilyUnavailable, TemporarilyUnavailable]

    def test_a_provider_that_says_later_at_once_has_nothing(self, adapter: Any, fake: SmsFake) -> None:
        fake.fault = "busy"

        with pytest.raises(TemporarilyUnavailable) as caught:
            adapter.send_batch(self.messages(phone(101), phone(102)))

        assert caught.value.retry_after == 7.0


class AccountCases:
    """The same for those whose account can be looked at, in a class beside that of the adapter."""

    currency: ClassVar[str]

    def questions(self, adapter: Any) -> list[Callable[[], object]]:
        """All that is asked without changing anything."""
        sent = SentMessage(reference="r1", provider_id="1", address=phone(101))
        return [adapter.account, lambda: adapter.statuses([sent])]

    def test_the_balance_is_read(self, adapter: Any, fake: SmsFake) -> None:
        state = adapter.account()

        assert (state.balance, state.currency) == (fake.balance, self.currency)

    @pytest.mark.parametrize("fault", ["reset", "broke", "not_json", "busy"])
    def test_a_lost_answer_to_a_question_is_later(self, adapter: Any, fake: SmsFake, fault: Fault) -> None:
        fake.fault = fault

        for ask in self.questions(adapter):
            with pytest.raises(TemporarilyUnavailable):
                ask()


class PricingCases(AccountCases):
    """The same for those who tell a price."""

    price_of_part: ClassVar[Decimal]

    def questions(self, adapter: Any) -> list[Callable[[], object]]:
        message = OutboundMessage(reference="r1", address=phone(101), text="Текст")
        return [*super().questions(adapter), lambda: adapter.price([message])]

    def test_a_price_sends_nothing_and_counts_every_part(self, adapter: Any, fake: SmsFake) -> None:
        texts = ("Текст", "Текст", "я" * 140)
        messages = [
            OutboundMessage(reference=f"r{number}", address=phone(101 + number % 2), text=text)
            for number, text in enumerate(texts)
        ]

        assert adapter.price(messages) == self.price_of_part * 5
        assert fake.taken == []


def spoiled(good: Sequence[bytes], times: int = 400) -> list[bytes]:
    """Bodies that are nearly good, and some that are nothing."""
    rng = random.Random(11)
    bodies = [b"", b"[]", b"{}", b"null", b"\xff\xfe", b"&&==", b"[" * 5000, b"{" * 5000, b"\0", b"1" * 5000]
    for _ in range(times):
        body = bytearray(rng.choice(good))
        for _ in range(rng.randint(1, 8)):
            body[rng.randrange(len(body))] = rng.randrange(256)
        bodies.append(bytes(body[: rng.randint(1, len(body))]))
    return bodies


def assert_reader_never_breaks(webhook: Webhook, good: Sequence[bytes]) -> None:
    for body in spoiled(good):
        assert webhook.verify({}, body) in {True, False}
        assert isinstance(webhook.answer(body), str)
        try:
            events = webhook.read(body)
        except Rejected:
            continue
        for event in events:
            for column in ("event_key", "provider_id", "detail", "account"):
                value = getattr(event, column, "")
                assert "\0" not in value
                assert len(value) <= 120


def reports_of(fake: SmsFake, sms: TakenSms, read: Callable[[bytes], Sequence[Any]]) -> list[Any]:
    """What the webhook understands of the reports about one message."""
    return [event for status in sms.statuses for event in read(fake.callback(sms, status)[1])]
