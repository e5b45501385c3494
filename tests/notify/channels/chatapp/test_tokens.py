"""Tokens of ChatApp are made seldom, renewed when they are refused, and by one worker at a time."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pytest

from notify.channels import http
from notify.channels.base import Accepted, Misconfigured, OutboundMessage, OutcomeUnknown, TemporarilyUnavailable
from notify.channels.chatapp.adapter import ChatAppChannel
from notify.channels.chatapp.provider import CHATAPP, memory_tokens
from notify.channels.chatapp.tokens import MemoryTokens, SharedTokens, Tokens, TokenStore
from notify.channels.setup import SetupValues
from portal.laptop.fakes.chatapp import FakeChatApp
from portal.laptop.fakes.server import call_back
from tests.notify.channels.chatapp.setups import conf_of, login_of
from tests.notify.channels.chatapp.test_adapter import VALUES


@pytest.fixture
def fake() -> Iterator[FakeChatApp]:
    with FakeChatApp() as running:
        yield running


@pytest.fixture
def store() -> MemoryTokens:
    return MemoryTokens()


@contextmanager
def channel_of(fake: FakeChatApp, store: TokenStore, **changes: str) -> Iterator[ChatAppChannel]:
    channel = ChatAppChannel(conf_of(fake, **changes), "max", store)
    yield channel
    channel.close()


def text_of(reference: str = "r1") -> OutboundMessage:
    return OutboundMessage(reference=reference, address="100200", text="Текст")


def test_one_pair_serves_many_messages_and_workers(fake: FakeChatApp, store: MemoryTokens) -> None:
    for number in range(3):
        with channel_of(fake, store) as channel:
            channel.open()
            assert isinstance(channel.send(text_of(str(number))), Accepted)

    assert fake.pairs_made == 1


@pytest.mark.parametrize("status", [403, 401])
def test_a_token_that_has_run_out_is_refreshed_and_the_message_leaves_once(
    fake: FakeChatApp, store: MemoryTokens, status: int
) -> None:
    fake.invalid_status = status
    with channel_of(fake, store) as channel:
        channel.open()
        fake.expire()

        assert isinstance(channel.send(text_of()), Accepted)

    assert [call.path for call in fake.calls if "tokens" in call.path] == ["/v1/tokens", "/v1/tokens/refresh"]
    assert len(fake.taken) == 1


@pytest.mark.parametrize("status", [403, 401])
def test_when_both_have_run_out_a_new_pair_is_made(fake: FakeChatApp, store: MemoryTokens, status: int) -> None:
    fake.invalid_status = status
    with channel_of(fake, store) as channel:
        channel.open()
        fake.expire(refresh=True)

        assert isinstance(channel.send(text_of()), Accepted)

    tokens = [call.path for call in fake.calls if "tokens" in call.path]
    assert tokens == ["/v1/tokens", "/v1/tokens/refresh", "/v1/tokens"]


def test_tokens_that_die_at_once_are_our_fault_after_one_more_try(fake: FakeChatApp, store: MemoryTokens) -> None:
    fake.access_seconds = -1.0
    with channel_of(fake, store) as channel, pytest.raises(Misconfigured):
        channel.send(text_of())

    assert fake.pairs_made == 2


def test_workers_that_find_the_token_refused_together_refresh_it_once(fake: FakeChatApp, store: MemoryTokens) -> None:
    with channel_of(fake, store) as first:
        first.open()
    fake.expire()
    start = threading.Barrier(4)

    def send(number: int) -> object:
        with channel_of(fake, store) as channel:
            start.wait(30)
            return channel.send(text_of(str(number)))

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(send, range(4)))

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert fake.pairs_made == 2
    assert sorted(one.tracking for one in fake.taken) == ["0", "1", "2", "3"]


def test_the_pair_of_another_login_is_not_used(fake: FakeChatApp, store: MemoryTokens) -> None:
    store.save(Tokens(owner=login_of(fake, password="old").owner, access="x", refresh="y"))
    with channel_of(fake, store) as channel:
        assert isinstance(channel.send(text_of()), Accepted)

    assert fake.calls[0].path == "/v1/tokens"


def test_a_wrong_login_is_our_fault_and_sends_nothing(fake: FakeChatApp, store: MemoryTokens) -> None:
    with channel_of(fake, store, password="old") as channel:
        with pytest.raises(Misconfigured) as caught:
            channel.open()
        with pytest.raises(Misconfigured):
            channel.send(text_of())

    assert caught.value.reason == "login_refused"
    assert fake.taken == []


def test_the_hundredth_pair_of_a_day_is_the_last(fake: FakeChatApp, store: MemoryTokens) -> None:
    fake.pairs_made = fake.pairs_a_day
    with channel_of(fake, store) as channel, pytest.raises(TemporarilyUnavailable):
        channel.send(text_of())


@pytest.mark.parametrize("fault", ["broke", "not_json", "reset", "reset_took", "busy"])
def test_tokens_that_cannot_be_had_are_later_for_surely_nothing_left(
    fake: FakeChatApp, store: MemoryTokens, fault: str
) -> None:
    fake.fault = fault  # type: ignore[assignment]  # a word of Fault
    with channel_of(fake, store) as channel, pytest.raises(TemporarilyUnavailable):
        channel.send(text_of())

    assert fake.taken == []


def test_a_refresh_whose_answer_was_lost_ends_in_a_new_pair(fake: FakeChatApp, store: MemoryTokens) -> None:
    with channel_of(fake, store) as channel:
        channel.open()
        held = store.load()
        assert held is not None
        call_back(f"{fake.url}/v1/tokens/refresh", headers={"Refresh": held.refresh}, body=b"")

        assert isinstance(channel.send(text_of()), Accepted)

    assert fake.calls[-2].path == "/v1/tokens"
    assert fake.pairs_made == 3


def test_a_lost_answer_to_the_message_itself_is_unknown_after_a_refresh_too(
    fake: FakeChatApp, store: MemoryTokens
) -> None:
    with channel_of(fake, store) as channel:
        channel.open()
        fake.faults = {"100200": "reset_took"}

        assert isinstance(channel.send(text_of()), OutcomeUnknown)

    assert len(fake.taken) == 1


def test_a_message_waits_when_renewing_took_the_time_of_its_call(
    fake: FakeChatApp, store: MemoryTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "CALL_SECONDS", 4.0)
    with channel_of(fake, store) as channel:
        with pytest.raises(TemporarilyUnavailable) as caught:
            channel.send(text_of())

        assert caught.value.reason == "slow_tokens"
        assert isinstance(channel.send(text_of()), Accepted)


def test_a_worker_does_not_wait_for_another_for_ever(store: MemoryTokens) -> None:
    with store.locked(1.0), pytest.raises(TemporarilyUnavailable) as caught, store.locked(0.01):
        pass

    assert caught.value.reason == "tokens_busy"


def test_the_default_store_is_one_for_each_set_up_of_the_process() -> None:
    assert memory_tokens("chatapp-a") is memory_tokens("chatapp-a")
    assert memory_tokens("chatapp-a") is not memory_tokens("chatapp-b")


class TextMemory:
    """What the core brings: a text that all workers share."""

    def __init__(self) -> None:
        self.text = ""

    def load(self) -> str:
        return self.text

    def save(self, text: str) -> None:
        self.text = text

    def locked(self, seconds: float) -> AbstractContextManager[None]:  # noqa: ARG002 - the signature of the protocol
        return nullcontext()


def test_a_pair_is_kept_where_the_core_says_and_found_there_by_the_next(fake: FakeChatApp) -> None:
    memory = TextMemory()

    for _ in range(2):
        provider = CHATAPP.make(SetupValues(name="chatapp-7", values={**VALUES, "url": fake.url}, memory=memory))
        assert provider.adapter is not None
        adapter = provider.adapter("max")
        adapter.open()
        adapter.close()

    kept = SharedTokens(memory).load()
    assert kept is not None
    assert kept.access in memory.text
    assert len([call for call in fake.calls if call.path == "/v1/tokens"]) == 1


def test_a_memory_that_cannot_be_read_counts_as_empty() -> None:
    memory = TextMemory()
    memory.text = '{"owner": 1'

    assert SharedTokens(memory).load() is None
