"""Batches of SMS: what goes together, what is refused as a whole, and what is left when the time is over."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.channels.base import (
    Accepted,
    Misconfigured,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)
from notify.channels.http import Client
from notify.channels.sms_batches import MOST_REFUSALS, Group, grouped, sent_in_calls
from portal.laptop.fakes.smsc import SmscFake
from tests.support.patience import ended


def messages_to(*addresses: str) -> list[OutboundMessage]:
    return [OutboundMessage(reference=f"r{n}", address=one, text="Текст") for n, one in enumerate(addresses)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), max_size=30))
def test_each_message_stands_in_one_group_of_its_like_apart_from_its_double(given_: list[tuple[str, int]]) -> None:
    messages = [
        OutboundMessage(reference=f"r{n}", address=address, text="", valid_seconds=valid)
        for n, (address, valid) in enumerate(given_)
    ]

    groups = grouped(messages, alike=lambda one: one.valid_seconds, apart=lambda one: one.address)

    assert sorted(one.reference for group in groups for one in group) == sorted(one.reference for one in messages)
    for group in groups:
        assert len({one.valid_seconds for one in group}) == 1
        assert len({one.address for one in group}) == len(group)


class Provider:
    """Refuses every call that holds one of ``bad``; ``then`` happens after so many calls."""

    def __init__(self, bad: Sequence[str] = (), then: Exception | None = None, after: int = 0) -> None:
        self.bad, self.then, self.after = set(bad), then, after
        self.calls: list[list[str]] = []

    def __call__(self, group: Group, seconds: float) -> Sequence[Outcome]:
        assert seconds > 0
        self.calls.append([one.address for one in group])
        if self.then is not None and len(self.calls) > self.after:
            raise self.then
        if self.bad & {one.address for one in group}:
            raise Rejected("forbidden")
        return [Accepted(one.reference, one.address) for one in group]


@given(st.sets(st.integers(0, 99)))
def test_only_those_that_are_meant_are_refused_and_each_batch_settles_some(bad: set[int]) -> None:
    messages = messages_to(*(str(n) for n in range(100)))
    provider = Provider([str(n) for n in bad])

    outcomes = sent_in_calls(messages, [messages], provider)

    settled = [n for n, outcome in enumerate(outcomes) if not isinstance(outcome, TemporarilyUnavailable)]
    assert [isinstance(outcomes[n], Rejected) for n in settled] == [n in bad for n in settled]
    assert settled
    assert len(settled) == 100 or len(bad) > 1
    assert len(provider.calls) <= 2 * MOST_REFUSALS + 1


@pytest.mark.parametrize("error", [TemporarilyUnavailable("busy", 7.0), Misconfigured("no_money")])
def test_a_trouble_of_the_provider_is_raised_only_while_it_has_nothing(error: Exception) -> None:
    messages = messages_to("1", "2")
    groups = [messages[:1], messages[1:]]

    with pytest.raises(type(error)):
        sent_in_calls(messages, groups, Provider(then=error))
    first, second = sent_in_calls(messages, groups, Provider(then=error, after=1))

    assert isinstance(first, Accepted)
    assert isinstance(second, TemporarilyUnavailable)
    assert second.reason == getattr(error, "reason", "")
    assert second.retry_after == getattr(error, "retry_after", None)


def test_a_trouble_after_refusals_in_halves_is_still_raised() -> None:
    messages = messages_to("1", "2", "3", "4")

    with pytest.raises(Misconfigured):
        sent_in_calls(messages, [messages], Provider(["4"], then=Misconfigured("x"), after=1))


def test_no_further_call_begins_without_the_time_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notify.channels.sms_batches.ENOUGH", 2.0)
    messages = messages_to("1", "2")
    provider = Provider()

    outcomes = sent_in_calls(messages, [messages[:1], messages[1:]], provider)

    assert isinstance(outcomes[0], Accepted)
    assert isinstance(outcomes[1], TemporarilyUnavailable)
    assert outcomes[1].reason == "next_batch"
    assert provider.calls == [["1"]]


def test_after_an_unknown_outcome_nothing_more_is_called() -> None:
    messages = messages_to("1", "2")
    calls: list[int] = []

    def lost(group: Group, _seconds: float) -> Sequence[Outcome]:
        calls.append(len(group))
        return [OutcomeUnknown("no_answer") for _ in group]

    outcomes = sent_in_calls(messages, [messages[:1], messages[1:]], lost)

    assert [type(one) for one in outcomes] == [OutcomeUnknown, TemporarilyUnavailable]
    assert calls == [1]


def test_a_call_takes_no_more_than_what_is_left_of_the_batch() -> None:
    with SmscFake() as fake:
        fake.fault = "silent"
        client = Client()
        client.look_up(fake.api)

        with pytest.raises(OutcomeUnknown, match="no_answer"):
            ended(lambda: client.call("POST", f"{fake.api}/send.php", content=b"x", seconds=0.2))
        client.close()
