"""A nudge is too old by the clock of the broker, whatever the clocks of the machines around it are."""

from typing import Any

import pytest
from celery import Celery

from portal.broker import expiry
from portal.broker.expiry import EXPIRES_AT, LASTS, NudgeRequest, expiry_options
from portal.broker.publishing import LimitedAMQP


class Way:
    """A producer, as far as the age is concerned."""

    def __init__(self, kind: str, channel: object = None) -> None:
        self.channel = channel
        self.connection = self
        self.transport = self
        self.driver_type = kind


def request_of(headers: dict[str, Any]) -> NudgeRequest:
    request = NudgeRequest.__new__(NudgeRequest)
    request._until, request._channel = headers.get(EXPIRES_AT), None
    request.id = "7"
    return request


def test_a_message_carries_seconds_and_no_moment_of_the_sender() -> None:
    message = LimitedAMQP(Celery("x")).as_task_v2("7", "x.task", expires=6.0)

    assert message.headers[LASTS] == 6.0
    assert message.headers["expires"] is None


def test_rabbitmq_drops_an_old_nudge_by_itself() -> None:
    headers = {LASTS: 6.0}

    assert expiry_options(headers, Way("amqp")) == {"expiration": 6.0}
    assert headers == {}


def test_another_broker_has_its_own_time_written_on_the_nudge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "broker_seconds", lambda _: 100.0)
    headers = {LASTS: 6.0}

    assert expiry_options(headers, Way("redis")) == {}
    assert headers == {EXPIRES_AT: 106.0}


@pytest.mark.parametrize(("now", "is_old"), [(105.9, False), (106.1, True)])
def test_a_worker_asks_the_broker_how_late_it_is(monkeypatch: pytest.MonkeyPatch, now: float, is_old: bool) -> None:
    monkeypatch.setattr(expiry, "broker_seconds", lambda _: now)

    request = request_of({EXPIRES_AT: 106.0})

    assert request.expires is not None
    assert bool(request.maybe_expire()) is is_old


def test_a_task_without_an_age_never_expires() -> None:
    request = request_of({})

    assert (request.expires, request.maybe_expire()) == (None, False)
