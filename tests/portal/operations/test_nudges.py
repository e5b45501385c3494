"""A nudge that is lost costs seconds, never an answer."""

import threading

import pytest
from celery import shared_task
from kombu.exceptions import OperationalError
from pytest_django import Settings

from notify.models import InboundPayload
from portal.broker.publishing import CONFIRM_SECONDS, LimitedAMQP
from portal.celery import app
from portal.database import outage
from portal.database.process_kind import ProcessKind
from portal.operations import nudges
from portal.operations.nudges import SELDOM_SECONDS, Postman, nudge, nudge_seldom
from tests.support.patience import wait_until
from tests.support.webhook_calls import call


@shared_task(name="tests.unreachable")
def unreachable() -> None:
    """Never runs."""


@pytest.fixture(autouse=True)
def _no_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "_outages", {})


@pytest.mark.django_db(transaction=True)
def test_a_page_does_not_wait_for_a_broker_that_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, taken = threading.Event(), []

    def be_silent(*args: object) -> None:
        answers.wait(60)
        taken.append(args)

    monkeypatch.setattr(unreachable, "delay", be_silent)
    monkeypatch.setattr(nudges, "process_kind", lambda: ProcessKind.WEB)
    monkeypatch.setattr(nudges, "_postman", Postman())

    for number in (1, 2, 2, 2):
        nudge(unreachable, number)

    assert taken == []
    answers.set()
    wait_until(lambda: len(taken) == 2, "the nudges never left")
    assert taken == [(1,), (2,)]


@pytest.mark.django_db(transaction=True)
def test_a_worker_asks_a_broker_that_was_silent_a_moment_ago_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def be_silent(*_: object) -> None:
        asked.append(1)
        raise TimeoutError

    monkeypatch.setattr(unreachable, "delay", be_silent)
    monkeypatch.setattr(outage, "AGAIN_SECONDS", 3600)

    for _ in range(5):
        nudge(unreachable)

    assert asked == [1]


def test_whoever_publishes_waits_for_the_broker_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, float] = {}
    send = "celery.app.amqp.AMQP._create_task_sender"
    monkeypatch.setattr(send, lambda _: lambda *_, **options: told.update(options))

    amqp = LimitedAMQP(app)
    amqp.send_task_message(None, "tests.unreachable", amqp.as_task_v2("7", "tests.unreachable"))

    assert told["confirm_timeout"] == CONFIRM_SECONDS
    assert app.conf.broker_connection_timeout <= 2
    assert app.conf.task_publish_retry_policy["max_retries"] <= 1


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_is_logged_and_forgiven(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(unreachable, "delay", refuse)

    nudge(unreachable)

    assert "tests.unreachable" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_webhook_answers_200_and_keeps_the_call_while_the_broker_is_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr("portal.webhooks.views.handle_inbound.delay", refuse)

    assert call(settings) == 200
    assert InboundPayload.objects.count() == 1


def test_many_calls_within_a_moment_start_one_nudge(monkeypatch: pytest.MonkeyPatch) -> None:
    now, started = [1000.0], []
    monkeypatch.setattr("portal.operations.nudges.time.monotonic", lambda: now[0])
    monkeypatch.setattr(nudges, "nudge", lambda _: started.append(now[0]))
    monkeypatch.setattr(nudges, "_started", {})

    for step in range(10):
        now[0] = 1000.0 + step * SELDOM_SECONDS / 4
        nudge_seldom(unreachable)

    assert started == [1000.0, 1000.0 + SELDOM_SECONDS, 1000.0 + 2 * SELDOM_SECONDS]
