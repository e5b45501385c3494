"""What every adapter must do; subclass it and say how the other side is made to behave."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest

from notify.channels import http
from notify.channels.base import (
    Accepted,
    ChannelAdapter,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)
from portal.laptop.fakes.server import Fault, HttpFake
from tests.support.patience import ended


class AdapterCases(ABC):
    """``adapter`` is a fixture of the subclass; ``message`` names a behaviour of the other side."""

    @abstractmethod
    def message(self, behaviour: str, reference: str = "r1") -> OutboundMessage:
        """A message to which the other side answers so."""

    def outcome(self, adapter: ChannelAdapter, behaviour: str) -> Outcome:
        """What came of one message, whether it is said of the message or of the whole channel."""
        try:
            return adapter.send(self.message(behaviour))
        except TemporarilyUnavailable as error:
            return error

    def test_an_accepted_message_brings_the_providers_own_id(self, adapter: ChannelAdapter) -> None:
        outcome = adapter.send(self.message("accept"))

        assert isinstance(outcome, Accepted)
        assert outcome.reference == "r1"
        assert outcome.provider_id

    def test_a_refusal_for_ever_is_rejected(self, adapter: ChannelAdapter) -> None:
        outcome = adapter.send(self.message("reject"))

        assert isinstance(outcome, Rejected)

    def test_later_is_temporary(self, adapter: ChannelAdapter) -> None:
        outcome = self.outcome(adapter, "later")

        assert isinstance(outcome, TemporarilyUnavailable)

    def test_a_lost_answer_is_unknown_whether_it_took_the_message_or_not(self, adapter: ChannelAdapter) -> None:
        took, did_not = [
            adapter.send(message) for message in (self.message("took_and_cut", "r1"), self.message("cut", "r2"))
        ]

        assert isinstance(took, OutcomeUnknown)
        assert isinstance(did_not, OutcomeUnknown)

    def test_one_bad_message_does_not_spoil_the_next(self, adapter: ChannelAdapter) -> None:
        outcomes = [
            adapter.send(message)
            for message in (self.message("reject"), self.message("took_and_cut"), self.message("accept", "r3"))
        ]

        assert isinstance(outcomes[2], Accepted)

    def test_reasons_never_hold_the_address(self, adapter: ChannelAdapter) -> None:
        for behaviour in ("reject", "later", "cut"):
            outcome = self.outcome(adapter, behaviour)
            assert self.message(behaviour).address not in getattr(outcome, "reason", "")

    def test_capabilities_are_frozen_and_name_the_provider(self, adapter: ChannelAdapter) -> None:
        assert adapter.capabilities.provider

    def test_closing_twice_is_harmless(self, adapter: ChannelAdapter) -> None:
        adapter.open()
        adapter.close()
        adapter.close()


TEXTS: Sequence[str] = (
    "Здравствуйте, Анна! Ваш код 123456.",
    "Латиница and кириллица, «кавычки» — тире…",
    "Скобки [] {} ~ ^ | € и обратная \\ косая",
    "Подарок \U0001f381 семье \U0001f468\u200d\U0001f469\u200d\U0001f467 и флаг \U0001f1f7\U0001f1fa",
    "A&B <b>не разметка</b> 100% + a=b; c#d?",
    "Один\nдва\n\nтри",
    "я" * 900,
)
"""What comes through an adapter as it is, to the last sign."""


class HttpAdapterCases(AdapterCases):
    """The same for a provider over HTTP.

    Fixtures of the subclass: ``fake``, running, and ``adapter``, which talks to it. ``taken_texts`` reads what the
    fake took; ``good_address`` is somebody whom it reaches.
    """

    good_address: ClassVar[str]
    texts: ClassVar[Sequence[str]] = TEXTS

    @abstractmethod
    def taken_texts(self, fake: Any) -> list[str]:
        """What the fake took for `good_address`."""

    def message_to(self, address: str, text: str = "Текст", reference: str = "r1") -> OutboundMessage:
        return OutboundMessage(reference=reference, address=address, text=text)

    @pytest.mark.parametrize("number", range(len(TEXTS)))
    def test_every_text_arrives_to_the_last_sign(self, adapter: ChannelAdapter, fake: HttpFake, number: int) -> None:
        if number >= len(self.texts):
            return
        outcome = adapter.send(self.message_to(self.good_address, self.texts[number]))

        assert isinstance(outcome, Accepted)
        assert self.taken_texts(fake) == [self.texts[number]]

    @pytest.mark.parametrize("fault", ["broke", "broke_took", "reset", "reset_took", "not_json"])
    def test_no_clear_answer_is_unknown_and_never_repeated(
        self, adapter: ChannelAdapter, fake: HttpFake, fault: Fault
    ) -> None:
        adapter.open()
        before = len(fake.calls)
        fake.fault = fault

        outcome = adapter.send(self.message_to(self.good_address))

        assert isinstance(outcome, OutcomeUnknown)
        assert len(fake.calls) == before + 1

    @pytest.mark.parametrize("fault", ["silent", "silent_took", "drips"])
    def test_a_timeout_is_unknown_whether_it_took_the_message_or_not(
        self, adapter: ChannelAdapter, fake: HttpFake, fault: Fault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        adapter.open()
        monkeypatch.setattr(http, "CALL_SECONDS", 0.4)
        before = len(fake.calls)
        fake.fault = fault

        outcome = ended(lambda: adapter.send(self.message_to(self.good_address)))

        assert isinstance(outcome, OutcomeUnknown)
        assert len(fake.calls) == before + 1

    def test_a_provider_that_is_not_there_has_surely_nothing(self, adapter: ChannelAdapter, fake: HttpFake) -> None:
        fake.stop()

        with pytest.raises(TemporarilyUnavailable):
            adapter.send(self.message_to(self.good_address))
