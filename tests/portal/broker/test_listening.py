"""A worker that gets no task connects anew; one that is busy or gets nudges does not."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from celery.worker import state

from notify import queues
from portal.broker.listening import LOOK_SECONDS, Listening
from portal.celery import app


class Hub:
    """Keeps what a worker would do repeatedly."""

    look: Callable[[], None]

    def call_repeatedly(self, every: float, look: Callable[..., None], *args: Any) -> None:
        assert every == LOOK_SECONDS
        self.look = lambda: look(*args)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [1000.0]
    monkeypatch.setattr("portal.broker.listening.time.monotonic", lambda: moment[0])
    monkeypatch.setattr(state, "total_count", {})
    monkeypatch.setattr(state, "active_requests", set())
    return moment


def hub_of(*names: str) -> Hub:
    of_a_test = SimpleNamespace(amqp=SimpleNamespace(queues=SimpleNamespace(consume_from=dict.fromkeys(names))))
    consumer, hub = SimpleNamespace(app=of_a_test, steps=[]), Hub()
    Listening(consumer).register_with_event_loop(consumer, hub)
    return hub


def looks(hub: Hub, now: list[float], seconds: float) -> None:
    for _ in range(int(seconds / LOOK_SECONDS)):
        now[0] += LOOK_SECONDS
        hub.look()


def test_a_worker_without_a_nudge_connects_anew_within_half_a_minute(now: list[float]) -> None:
    hub = hub_of(queues.SEND)

    with pytest.raises(ConnectionResetError):
        looks(hub, now, 30)


def test_a_worker_that_hears_nudges_stays(now: list[float]) -> None:
    hub = hub_of(queues.TRANSACTIONAL)

    for count in range(20):
        state.total_count["x"] = count
        looks(hub, now, 10)


def test_a_worker_that_is_busy_for_long_stays(now: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "active_requests", {"a file of an hour"})

    looks(hub_of(queues.LONG), now, 3600)


def test_a_queue_that_is_nudged_seldom_is_waited_for(now: list[float]) -> None:
    looks(hub_of(queues.SEAL), now, 60)


def test_the_worker_looks_in_earnest() -> None:
    assert Listening in app.steps["consumer"]
