"""A nudge that is lost costs seconds, never an answer."""

import pytest
from celery import shared_task
from kombu.exceptions import OperationalError
from pytest_django import Settings

from notify.models import InboundPayload
from portal.operations import nudges
from portal.operations.nudges import SELDOM_SECONDS, nudge, nudge_seldom
from tests.support.webhook_calls import call


@shared_task(name="tests.unreachable")
def unreachable() -> None:
    """Never runs."""


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
