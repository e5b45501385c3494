"""What every adapter must do; subclass it and say how the other side is made to behave."""

from notify.channels.base import (
    Accepted,
    ChannelAdapter,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)


class AdapterCases:
    """``adapter`` is a fixture of the subclass; ``message`` names a behaviour of the other side."""

    def message(self, behaviour: str, reference: str = "r1") -> OutboundMessage:
        raise NotImplementedError

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
